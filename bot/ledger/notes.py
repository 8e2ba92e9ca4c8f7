"""What a runbook has to note in the ledger while it works (`Durable.note`). Plain values, without any library.

`request_id` is for what became of another, earlier request; without it a note is about the runbook's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.outcomes import Result
from bot.ledger.models import EventCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event. To be noted inside a step, with whose record it is written; elsewhere a crash would write it twice.

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
    """What the request came to, as far as is known now. May be noted anywhere, any number of times.

    The row and an event are written where it is news. `who` asked for the look that found it out, if anybody did.
    """

    result: Result
    who: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where the outcome was told. May be noted anywhere, any number of times."""

    route: str
    channel: str
    ts: str | None = None
    permalink: str | None = None
    request_id: str | None = None


Note = Happened | Concluded | Told
