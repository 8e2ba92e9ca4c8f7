"""Who may answer a waiting request. Pure."""

from enum import StrEnum

from bot.access.policy import Barred
from bot.domain.approval import Decision


class Refusal(StrEnum):
    """Why somebody's answer does not count; the first one that applies is shown."""

    WORKSPACE = "answer_workspace"  # what was sent belongs to another workspace
    OWN = "answer_own"  # requesters cannot approve their own requests, whatever group they are in
    NOT_APPROVER = "answer_not_approver"
    GUEST = "answer_guest"
    EXTERNAL = "answer_external"  # of another company
    UNSURE = "answer_unsure"  # nobody could say whether they are an approver
    NO_REQUEST = "answer_no_request"  # what it names does not exist
    NOT_REQUESTER = "answer_not_requester"  # for what only the requester may do


_BARRED = {
    Barred.GONE: Refusal.NOT_APPROVER,
    Barred.GUEST: Refusal.GUEST,
    Barred.EXTERNAL: Refusal.EXTERNAL,
    Barred.UNSURE: Refusal.UNSURE,
}


def why_not_answer(
    person: str, *, requester: str, ours: bool, approver: bool | None, barred: Barred | None = None
) -> Refusal | None:
    """None if this person (a Slack id) may approve or decline. `approver`: None if it is unknown.

    `barred`: why they may not, approver or not.
    """
    if not ours:
        return Refusal.WORKSPACE
    if person == requester:
        return Refusal.OWN
    if approver is False:
        return Refusal.NOT_APPROVER
    if barred is not None:
        return _BARRED[barred]
    return None if approver else Refusal.UNSURE


def why_not_withdraw(person: str, *, requester: str, ours: bool) -> Refusal | None:
    """None if this person may withdraw the request."""
    if not ours:
        return Refusal.WORKSPACE
    return None if person == requester else Refusal.NOT_REQUESTER


def counts(given: Decision, held: Decision) -> bool:
    """Whether the answer that somebody has just `given` is the one that counts."""
    return (given.answer, given.by, given.at) == (held.answer, held.by, held.at)
