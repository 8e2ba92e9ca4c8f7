"""An outcome in words, for every place where a person reads it: the channel and the terminal."""

from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.domain.vendor_codes import ends_with, key_refused
from bot.features.create_registry import reasons, wording
from bot.features.explained import Words
from bot.ledger.models import Receipt, State

_TITLES = {
    "created": wording.TITLE_CREATED,
    "refused": wording.TITLE_REFUSED,
    "in_doubt": wording.TITLE_IN_DOUBT,
}
_STATUS = {
    "created": wording.STATUS_SUCCESS,
    "refused": wording.STATUS_ERROR,
    "in_doubt": wording.STATUS_UNCONFIRMED,
}


def title_of(result: Outcome) -> str:
    """What happened, after the registry's name."""
    return _TITLES[result.kind]


def status_of(result: Outcome) -> str:
    """The word for the outcome, the same everywhere."""
    return _STATUS[result.kind]


def reason_of(failure: Refused | InDoubt) -> str:
    """The reason in one line: the vendor's own words with its code, or our sentence for one of our codes."""
    if failure.code == Reason.ALREADY_EXISTS and failure.message is not None:
        return reasons.ALREADY_EXISTS_SPELT.format(name=failure.message)
    if failure.message is not None:
        return failure.message if failure.code in reasons.REASONS else f"{failure.code}: {failure.message}"
    return failure.code if is_vendors(failure) else sentence_for(failure.code, status=failure.status)


def sentence_for(code: str, *, status: int | None = None) -> str:
    """The sentence for one of our codes."""
    return reasons.REASONS.get(code, reasons.REASON_UNKNOWN).format(status=status)


def is_vendors(failure: Refused | InDoubt) -> bool:
    """Whether the reason is the vendor's, not our own."""
    if failure.code == Reason.ALREADY_EXISTS:
        return False
    return failure.message is not None or (isinstance(failure, Refused) and failure.code not in reasons.REASONS)


def next_step(result: Outcome, *, rechecked: bool = False) -> str:
    """What to do now, in one or two sentences. `rechecked`: an uncertain outcome will be looked up again automatically."""
    match result:
        case Created(confirmed_by_lookup=True, trace_of_lookup=of_lookup):
            return wording.CREATED_BY_LOOKUP_NEXT + (wording.TRACE_OF_LOOKUP if of_lookup else "")
        case Created():
            return wording.CREATED_NEXT
        case InDoubt():
            return wording.IN_DOUBT_NEXT_RECHECKED if rechecked else wording.IN_DOUBT_NEXT
        case Refused(code=code, status=status) if key_refused(code, status):
            return reasons.KEY_NEXT
        case Refused(code=code):
            known = (step for end, step in reasons.NEXT_STEPS.items() if ends_with(code, [end]))
            return next(known, reasons.NEXT_STEP_UNKNOWN)


def words_of(receipt: Receipt) -> Words | None:
    """The words for the outcome of an earlier request; None while it has none."""
    outcome = outcome_of(receipt)
    if outcome is None:
        return None
    reason = reason_of(outcome) if isinstance(outcome, Refused | InDoubt) else None
    return Words(status=status_of(outcome), reason=reason, next_step=next_step(outcome))


def outcome_of(receipt: Receipt) -> Outcome | None:
    """The outcome of a request according to the ledger; None while it is under way, or if it is unknown."""
    code, message, status = receipt.code or "", receipt.message, receipt.http_status
    match receipt.state:
        case State.CREATED:
            return Created(trace_id=receipt.trace_id, address=receipt.address)
        case State.REFUSED:
            return Refused(code=code, message=message, trace_id=receipt.trace_id, status=status)
        case State.IN_DOUBT:
            return InDoubt(code=code, message=message, trace_id=receipt.trace_id, status=status)
        case _:
            return None
