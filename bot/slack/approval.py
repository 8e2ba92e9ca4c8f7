"""What messages and views show about a request that needs an approval. The feature `approvals` answers the button."""

from bot import wording
from bot.domain.approval import Decision
from bot.slack.blocks import Block, Leaf, button, moment, text, user

# Messages keep their buttons for years, so it never changes.
WITHDRAW = "approval_withdraw"


def withdraw_button(request_id: str, *, name: str) -> Block:
    """The button with which the requester withdraws this request."""
    return button(WITHDRAW, wording.WITHDRAW, request_id, described=wording.WITHDRAW_DESCRIBED.format(name=name))


def approved_by(decision: Decision | None) -> list[Leaf]:
    """Who approved it, and when; empty if no approval was needed."""
    if decision is None or decision.by is None:
        return []
    return [text(wording.APPROVED_BY), user(decision.by), text(wording.APPROVED_AT), moment(decision.at)]
