"""Who may answer a waiting request. Pure."""

from enum import StrEnum

from bot.domain.approval import Decision


class Refusal(StrEnum):
    """Why somebody's answer does not count; the first one that applies is shown."""

    WORKSPACE = "answer_workspace"  # what was sent belongs to another workspace
    OWN = "answer_own"  # requesters cannot approve their own requests, whatever group they are in
    NOT_APPROVER = "answer_not_approver"
    UNSURE = "answer_unsure"  # nobody could say whether they are an approver
    NO_REQUEST = "answer_no_request"  # what it names does not exist
    NOT_REQUESTER = "answer_not_requester"  # for what only the requester may do


def why_not_answer(person: str, *, requester: str, ours: bool, approver: bool | None) -> Refusal | None:
    """None if this person (a Slack id) may approve or decline. `approver`: None if it is unknown."""
    if not ours:
        return Refusal.WORKSPACE
    if person == requester:
        return Refusal.OWN
    if approver is None:
        return Refusal.UNSURE
    return None if approver else Refusal.NOT_APPROVER


def why_not_withdraw(person: str, *, requester: str, ours: bool) -> Refusal | None:
    """None if this person may withdraw the request."""
    if not ours:
        return Refusal.WORKSPACE
    return None if person == requester else Refusal.NOT_REQUESTER


def counts(given: Decision, held: Decision) -> bool:
    """Whether the answer that somebody has just `given` is the one that counts."""
    return (given.answer, given.by, given.at) == (held.answer, held.by, held.at)
