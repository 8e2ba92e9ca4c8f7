"""A request that somebody else has to say yes to, and what they said. Codes and values, as everywhere in the domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.request import Request


class Answer(StrEnum):
    """What became of the question. Each is also the code of the event that records it."""

    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by whoever had asked for it
    EXPIRED = "expired"  # nobody said anything in time
    CANCELLED = "cancelled"  # by an operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Why a request needs a yes: every one does (no `rule`), or this one is outside a `rule` (its code).

    `reason` is what the requester wrote about it. `until` is when it expires, in seconds since the UTC epoch.
    """

    until: float
    rule: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer, `by` whom (a Slack id, or `user@host` of an operator; None: nobody) and `at` when; `why`, in their words."""

    answer: str
    at: float
    by: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What approvers are asked: about which request, with the `name`, `description` and `region` of its registry, and why."""

    request: Request
    name: str
    description: str | None
    region: str
    need: Need


# What a request that was not approved comes to: `Refused` with the answer as its code.
NOT_APPROVED: Mapping[str, Answer] = {each.value: each for each in Answer if each is not Answer.APPROVED}
