"""A receipt's state in words: those of the feature that worked on the request, or our own where that has none. Pure."""

from bot.features.explained import Explanations, Words
from bot.features.receipts import wording
from bot.ledger.models import Receipt, State

# What people and operators call the states, in messages and after `--state`.
NAMES = {
    wording.STATUS_UNDER_WAY: State.UNDER_WAY,
    "success": State.CREATED,
    "error": State.REFUSED,
    "unconfirmed": State.IN_DOUBT,
    wording.STATUS_UNKNOWN: State.UNKNOWN,
}
_OURS = {
    State.UNDER_WAY: Words(status=wording.STATUS_UNDER_WAY),
    State.UNKNOWN: Words(status=wording.STATUS_UNKNOWN, reason=wording.REASON_UNKNOWN, next_step=wording.NEXT_UNKNOWN),
}


def words_of(receipt: Receipt, explanations: Explanations) -> Words:
    """What is said of it. A state of a later build is called by its code."""
    if receipt.state in _OURS:
        return _OURS[State(receipt.state)]
    explain = explanations.get(receipt.workflow)
    found = explain(receipt) if explain else None
    return found or Words(status=receipt.state)
