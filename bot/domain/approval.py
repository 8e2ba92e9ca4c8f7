"""A request that somebody else has to approve, and their answer. Codes and values, as everywhere in the domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.request import Request


class ApprovalAnswer(StrEnum):
    """The answer to the question. Each is also the code of the event that records it."""

    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by the requester
    EXPIRED = "expired"  # nobody answered in time
    CANCELLED = "cancelled"  # by an operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Why a request needs an approval: every one does (no `rule`), or this one violates a `rule` (its code).

    `reason` is what the requester wrote about it. `until` is when it expires, in seconds since the UTC epoch.
    """

    until: float
    rule: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer, `by` whom (a Slack id, or `user@host` of an operator; None: nobody) and `at` when; `why`, in their words.

    `doubt`: it may have been approved before the database was restored from a backup: a registry with its name `exists`, or
    whether there is one is `unknown`.
    """

    answer: str
    at: float
    by: str | None = None
    why: str | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What approvers are asked: about which request, with the `name`, `description` and `region` of its registry, and why."""

    request: Request
    name: str
    description: str | None
    region: str
    need: Need


# What a request that was not approved comes to: `Refused` with the answer as its code.
NOT_APPROVED: Mapping[str, ApprovalAnswer] = {
    each.value: each for each in ApprovalAnswer if each is not ApprovalAnswer.APPROVED
}
