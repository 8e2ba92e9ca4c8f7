"""What a runbook enters in the ledger while it works (`Durable.note`). Plain values, without any library.

`request_id` identifies another, earlier request; without it a note is about the runbook's own request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.outcomes import Result
from bot.ledger.models import EventCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event. Note it inside a step, so that it is written with the step's record; elsewhere a crash would duplicate it.

    `once`: the request has at most one such event, so it may be noted anywhere.
    """

    code: EventCode
    details: Mapping[str, Any] = field(default_factory=dict)
    trace_id: str | None = None
    who: str | None = None
    once: bool = False
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """The outcome, as far as it is known now. May be noted anywhere, any number of times.

    The row and an event are written only if it is new. `who` requested the look-up that found it out, if anybody did.
    """

    result: Result
    who: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where the outcome was posted. May be noted anywhere, any number of times."""

    route: str
    channel: str
    ts: str | None = None
    permalink: str | None = None
    request_id: str | None = None


Note = Happened | Concluded | Told
