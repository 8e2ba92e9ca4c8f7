"""What the ledger knows about a request, as plain codes and values; sentences are made where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# A request without any event for this long that is not in a pause is stuck (`workflow/standing_still.py`).
STANDS_STILL_SECONDS = 15 * 60.0


class State(StrEnum):
    """How far a request has got. Once its outcome is known, the `kind` of that (`domain/outcomes.py`).

    `WAITING`: it needs an approval. `UNKNOWN`: it was waiting or under way when the engine's records were lost. It is not
    being worked on, and its outcome is unknown.
    """

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    CREATED = "created"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    UNKNOWN = "unknown"


# They have no outcome yet.
OPEN = frozenset({State.WAITING, State.UNDER_WAY})


class EventCode(StrEnum):
    """What happened. Codes may be added, but never change their meaning, because old rows are read too."""

    ASKED = "asked"
    LOOKED_UP = "looked_up"
    SENT = "sent"
    ANSWERED = "answered"
    CONCLUDED = "concluded"
    TOLD = "told"
    CHANGED = "changed"
    GAVE_UP = "gave_up"
    DOUBLED = "doubled"
    LOST = "lost"
    DENIED = "denied"  # belongs to no request: its details say what was requested
    SEEN = "seen"  # the receipt of a request that not everybody may know of
    REPLACED = "replaced"
    RETRIED = "retried"  # by an operator
    CANCELLED = "cancelled"  # the same
    WAITING = "waiting"  # the approvers are asked
    REMINDED = "reminded"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a request is about: a registry's name, and what the person wrote about it. `waits`: for an approval."""

    name: str
    description: str | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A request and its outcome, as recorded in the ledger. Times are in seconds since the UTC epoch.

    `workflow` is the kind of request. `requester` is a Slack id, `requester_name` for places that cannot show a mention.
    `channel` was chosen for the outcome; `public`: everybody may see it. `code`, `message` and `http_status` say why there is
    no registry, as in `domain.outcomes.Refused`. `message_channel`, `message_ts` and `permalink`: where it was announced.
    `decided_…`: who allowed or denied it, if somebody had to.
    """

    id: str
    workflow: str
    reference: str
    name: str
    description: str | None
    requester: str
    requester_name: str
    team: str
    door: str
    channel: str
    public: bool
    region: str
    project: str | None
    asked_at: float
    state: str
    finished_at: float | None
    code: str | None
    message: str | None
    http_status: int | None
    trace_id: str | None
    registry_id: str | None
    address: str | None
    creator: str | None
    told_at: float | None
    message_channel: str | None
    message_ts: str | None
    permalink: str | None
    decided_by: str | None
    decided_at: float | None
    decided_why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a request. `who` is a Slack id, or `user@host` of an operator; None: the bot itself."""

    at: float
    who: str | None
    code: str
    trace_id: str | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The position in a listing: the last receipt that was shown."""

    asked_at: float
    id: str

    @classmethod
    def of(cls, receipt: Receipt) -> "Place":
        """The place of this receipt."""
        return cls(asked_at=receipt.asked_at, id=receipt.id)
