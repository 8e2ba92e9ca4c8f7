"""Everything that happened, one entry after the other, each complete by itself: for whoever examines it elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.ledger.tables import EVENTS, REQUESTS

_AT_ONCE = 1000  # rows that are held; the others wait in the database's cursor
_OF_REQUEST = ("reference", "name", "requester", "requester_name", "team", "door", "channel", "region")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event with what it is about. `number` is its place in the order; `at` is in seconds since the UTC epoch.

    `who` did it, where a person did (a Slack id). What was denied has no reference, and what is said of the request is what
    the person had said by then.
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
    """What happened at or after `since` and before `until`, in the order in which it was written; read as it is used."""
    query = (
        sa.select(EVENTS, *(REQUESTS.c[name].label(name) for name in _OF_REQUEST))
        .select_from(EVENTS.outerjoin(REQUESTS, REQUESTS.c.id == EVENTS.c.request_id))
        .order_by(EVENTS.c.number)
    )
    if since is not None:
        query = query.where(EVENTS.c.at >= since)
    if until is not None:
        query = query.where(EVENTS.c.at < until)
    with connection.execution_options(yield_per=_AT_ONCE).execute(query) as found:
        for row in found:
            yield _entry(row._mapping)  # noqa: SLF001  SQLAlchemy's public name


def _entry(row: Any) -> Entry:
    details = json.loads(row["details"])
    about = {name: row[name] for name in _OF_REQUEST}
    if row["reference"] is None:
        about |= {name: details.pop(name, None) for name in _OF_REQUEST if name in details}
        about["requester"] = row["who"]
    return Entry(
        number=row["number"],
        at=row["at"],
        event=row["code"],
        who=row["who"],
        request=row["request_id"],
        trace_id=row["trace_id"],
        details=details,
        **about,
    )
