"""Every event in order, each complete by itself, for examination elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.ledger.tables import EVENTS, REQUESTS

_AT_ONCE = 1000  # rows that are held; the others wait in the database's cursor
_OF_EVENT = ("number", "at", "code", "who", "request_id", "trace_id", "details")
_OF_REQUEST = ("reference", "name", "requester", "requester_name", "team", "door", "channel", "region")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event with its request. `number` gives the order; `at` is in seconds since the UTC epoch.

    `who` is the person who did it, if a person did: a Slack id, or `user@host` for an operator's command. A denied request
    has no reference, and only the values that the person had entered by then.
    """

    number: int
    at: float
    event: str
    who: str | None
    request: str
    reference: str | None
    name: str | None
    requester: str | None
    requester_name: str | None
    team: str | None
    door: str | None
    channel: str | None
    region: str | None
    trace_id: str | None
    details: dict[str, Any]


def entries(connection: sa.Connection, *, since: float | None = None, until: float | None = None) -> Iterator[Entry]:
    """The events at or after `since` and before `until`, in the order in which they were written; read lazily."""
    query = (
        sa.select(*(EVENTS.c[name] for name in _OF_EVENT), *(REQUESTS.c[name] for name in _OF_REQUEST))
        .select_from(EVENTS.outerjoin(REQUESTS, REQUESTS.c.id == EVENTS.c.request_id))
        .order_by(EVENTS.c.number)
    )
    if since is not None:
        query = query.where(EVENTS.c.at >= since)
    if until is not None:
        query = query.where(EVENTS.c.at < until)
    with connection.execution_options(yield_per=_AT_ONCE).execute(query) as found:
        for row in found:
            yield _entry(*row)


def _entry(
    number: int,
    at: float,
    event: str,
    who: str | None,
    request: str,
    trace_id: str | None,
    kept: str,
    *of_request: str | None,
) -> Entry:
    details = json.loads(kept)
    about = dict(zip(_OF_REQUEST, of_request, strict=True))
    if about["reference"] is None:
        about |= {name: details.pop(name) for name in _OF_REQUEST if name in details}
        about["requester"] = who
    return Entry(
        number=number, at=at, event=event, who=who, request=request, trace_id=trace_id, details=details, **about
    )
