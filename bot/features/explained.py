"""An outcome in the words of the feature that produced it, for features that show it later. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot import wording
from bot.domain.approval import ApprovalAnswer
from bot.ledger.models import Receipt, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`status`: one word. `reason`: why there is no registry, or why that is unknown. `next_step`: what to do now."""

    status: str
    reason: str | None = None
    next_step: str | None = None


# None if a request has no outcome yet, or one that this build does not know.
Explain = Callable[[Receipt], Words | None]
# By the name of the workflow.
Explanations = Mapping[str, Explain]

_WITHOUT_OUTCOME = {
    State.UNDER_WAY: Words(status=wording.STATUS_UNDER_WAY),
    State.WAITING: Words(
        status=wording.STATUS_WAITING, reason=wording.STATUS_WAITING_REASON, next_step=wording.STATUS_WAITING_NEXT
    ),
    State.UNKNOWN: Words(
        status=wording.STATUS_UNKNOWN, reason=wording.STATUS_UNKNOWN_REASON, next_step=wording.STATUS_UNKNOWN_NEXT
    ),
}


def _not_approved(receipt: Receipt) -> Words | None:
    if receipt.state != State.REFUSED:
        return None
    match receipt.code:
        case ApprovalAnswer.DECLINED:
            why = wording.STATUS_DECLINED_WHY.format(why=receipt.decided_why) if receipt.decided_why else None
            reason = why or wording.STATUS_DECLINED_REASON
            return Words(status=wording.STATUS_DECLINED, reason=reason, next_step=wording.STATUS_DECLINED_NEXT)
        case ApprovalAnswer.WITHDRAWN:
            return Words(status=wording.STATUS_WITHDRAWN, reason=wording.STATUS_WITHDRAWN_REASON)
        case ApprovalAnswer.EXPIRED:
            reason, following = wording.STATUS_EXPIRED_REASON, wording.STATUS_EXPIRED_NEXT
            return Words(status=wording.STATUS_EXPIRED, reason=reason, next_step=following)
        case ApprovalAnswer.CANCELLED:
            reason, following = wording.STATUS_CANCELLED_REASON, wording.STATUS_CANCELLED_NEXT
            return Words(status=wording.STATUS_CANCELLED, reason=reason, next_step=following)
    return None


def words_of(receipt: Receipt, explanations: Explanations) -> Words:
    """The words for a request: its feature's, or ours if it has no outcome. An unknown state is shown as its code."""
    if receipt.state in _WITHOUT_OUTCOME:
        return _WITHOUT_OUTCOME[State(receipt.state)]
    if words := _not_approved(receipt):
        return words
    explain = explanations.get(receipt.workflow)
    found = explain(receipt) if explain else None
    return found or Words(status=receipt.state)
