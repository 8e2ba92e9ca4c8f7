"""What any message or view shows of a request that somebody had to say yes to. The feature `approvals` hears the button."""

from bot import wording
from bot.domain.approval import Decision
from bot.slack.blocks import Block, Leaf, button, moment, text, user

# Messages keep their buttons for years, so it stays the same.
WITHDRAW = "approval_withdraw"


def withdraw_button(request_id: str, *, name: str) -> Block:
    """By which whoever asked takes this request back."""
    return button(WITHDRAW, wording.WITHDRAW, request_id, described=wording.WITHDRAW_DESCRIBED.format(name=name))


def approved_by(decision: Decision | None) -> list[Leaf]:
    """Who has said yes, and when; nothing where nobody had to."""
    if decision is None or decision.by is None:
        return []
    return [text(wording.APPROVED_BY), user(decision.by), text(wording.APPROVED_AT), moment(decision.at)]
