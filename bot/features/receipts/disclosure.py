"""Who may see which receipt. Pure.

A request whose result went to a public channel may be seen by everybody; any other by its requester, by the operators, and by
the approvers who were asked about it. Others learn only that the name was requested, and whom to ask.
"""

from collections.abc import Collection

from bot.ledger.models import Receipt, State


def may_see(person: str, receipt: Receipt, *, operators: Collection[str]) -> bool:
    """Whether this person (a Slack id) may see the whole receipt. Approvers: see `approvers_asked`."""
    return receipt.public or person == receipt.requester or person in operators


def approvers_asked(receipt: Receipt) -> bool:
    """Whether approvers are or were asked about it, so that each of them may see the whole receipt, too."""
    return receipt.state == State.WAITING or receipt.decided_at is not None
