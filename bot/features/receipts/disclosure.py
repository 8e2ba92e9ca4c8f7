"""Who may see which receipt. Pure.

A request whose result went to a channel that everybody in the workspace may see is everybody's to know. Any other belongs to
its requester, to those who run the bot, and to the approvers who were asked about it; others learn that the name is taken, and
whom to ask.
"""

from collections.abc import Collection

from bot.ledger.models import Receipt, State


def may_see(person: str, receipt: Receipt, *, operators: Collection[str]) -> bool:
    """Whether this person (a Slack id) may see the whole of it. Slack ids are never shown to anybody else by mistake."""
    return receipt.public or person == receipt.requester or person in operators


def approvers_asked(receipt: Receipt) -> bool:
    """Whether approvers are, or were, asked about it, so that each of them may see the whole of it, too."""
    return receipt.state == State.WAITING or receipt.decided_at is not None
