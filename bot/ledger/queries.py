"""The queries of the ledger. Each uses an index, so that it stays fast however large the ledger grows."""

import difflib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from bot.domain.asked_for import addresses, readings, spelt
from bot.ledger.models import OPEN, Event, Place, Receipt, State
from bot.ledger.storable import storable
from bot.ledger.tables import EVENTS, REQUESTS

_RECEIPT = sa.select(*(REQUESTS.c[each.name] for each in fields(Receipt)))
# Needed for each success; building the query anew took four times as long as running it.
_OF_NAME = (
    _RECEIPT.where(
        REQUESTS.c.folded_name == sa.bindparam("folded_name"),
        REQUESTS.c.state == sa.bindparam("state"),
    )
    .order_by(REQUESTS.c.asked_at.desc())
    .limit(10)
)
_NEWEST = (REQUESTS.c.asked_at.desc(), REQUESTS.c.id.desc())
# How many names are compared when nothing matches: the alphabetical neighbours on each side, and the newest.
_NEIGHBOURS, _LATEST = 100, 200
_NEAR_MAX = 3
_SIMILAR_MAX = 60  # characters: comparing takes time, and no name has more
_TRACED_MAX = 100  # events of one trace id; there are a few, unless the other side gives the same to everything


def find(connection: sa.Connection, what: str, *, limit: int = 10) -> list[Receipt]:
    """The requests with this name, reference, address or trace id, ignoring case, newest first.

    What was typed counts as it is; only if nothing is called so, also what may be meant by it.
    """
    asked = storable(what)
    exactly = _found(connection, [spelt(asked)], limit)
    return exactly or _found(connection, readings(asked), limit)


def _found(connection: sa.Connection, asked: Sequence[str], limit: int) -> list[Receipt]:
    found: dict[str, Receipt] = {}
    for query in _ways(connection, list(filter(None, asked))):
        for receipt in _receipts(connection, query.limit(limit)):
            found.setdefault(receipt.id, receipt)
    return sorted(found.values(), key=lambda each: (each.asked_at, each.id), reverse=True)[:limit]


def get(connection: sa.Connection, request_id: str) -> Receipt | None:
    """The request with this id."""
    return next(_receipts(connection, _RECEIPT.where(REQUESTS.c.id == request_id)), None)


def of_name(connection: sa.Connection, name: str, state: str) -> list[Receipt]:
    """The ten newest requests with this name, ignoring case, in this state, newest first."""
    values = {"folded_name": storable(name).casefold(), "state": state}
    return [Receipt(**row) for row in connection.execute(_OF_NAME, values).mappings()]


def last(connection: sa.Connection, request_ids: Iterable[str], codes: Iterable[str]) -> dict[tuple[str, str], float]:
    """When the last event of each code happened to each of these requests, by request and code."""
    at = sa.func.max(EVENTS.c.at)
    query = sa.select(EVENTS.c.request_id, EVENTS.c.code, at).group_by(EVENTS.c.request_id, EVENTS.c.code)
    query = query.where(EVENTS.c.request_id.in_(list(request_ids)), EVENTS.c.code.in_(list(codes)))
    return {(request_id, code): moment for request_id, code, moment in connection.execute(query)}


def events(connection: sa.Connection, request_id: str) -> list[Event]:
    """The events of a request, in the order in which they were written."""
    query = sa.select(EVENTS).where(EVENTS.c.request_id == request_id).order_by(EVENTS.c.number)
    return [
        Event(at=row.at, who=row.who, code=row.code, trace_id=row.trace_id, details=json.loads(row.details))
        for row in connection.execute(query)
    ]


def newest(
    connection: sa.Connection,
    *,
    requester: str | None = None,
    public: bool = False,
    states: Iterable[str] = (),
    since: float | None = None,
    until: float | None = None,
    after: Place | None = None,
    limit: int = 10,
) -> list[Receipt]:
    """Requests, newest first, starting `after` a place.

    Optionally of one requester, only public ones, in some states, made at or after `since` and before `until`.
    """
    query = _RECEIPT.order_by(*_NEWEST).limit(limit)
    if requester is not None:
        query = query.where(REQUESTS.c.requester == requester)
    if public:
        query = query.where(REQUESTS.c.public.is_(True))
    if wanted := list(states):
        query = query.where(REQUESTS.c.state.in_(wanted))
    if since is not None:
        query = query.where(REQUESTS.c.asked_at >= since)
    if until is not None:
        query = query.where(REQUESTS.c.asked_at < until)
    if after is not None:
        query = query.where(sa.tuple_(REQUESTS.c.asked_at, REQUESTS.c.id) < sa.tuple_(after.asked_at, after.id))
    return list(_receipts(connection, query))


def newest_seen_by(
    connection: sa.Connection, person: str, *, after: Place | None = None, limit: int = 10
) -> list[Receipt]:
    """Public requests and this person's own, newest first, starting `after` a place."""
    # Two queries that use an index, instead of one that would read and skip other people's private requests.
    public = newest(connection, public=True, after=after, limit=limit)
    own = newest(connection, requester=person, after=after, limit=limit)
    together = {each.id: each for each in (*public, *own)}
    return sorted(together.values(), key=lambda each: (each.asked_at, each.id), reverse=True)[:limit]


def near(connection: sa.Connection, what: str) -> list[str]:
    """Requested names that are similar to `what`, the most similar first."""
    folded = spelt(storable(what))[:_SIMILAR_MAX].casefold()
    name = REQUESTS.c.folded_name
    # A name that was asked for often counts as often: for DISTINCT, PostgreSQL may sort them all.
    before = sa.select(name).where(name < folded).order_by(name.desc()).limit(_NEIGHBOURS)
    behind = sa.select(name).where(name >= folded).order_by(name).limit(_NEIGHBOURS)
    latest = sa.select(name).order_by(*_NEWEST).limit(_LATEST)
    candidates = {row for query in (before, behind, latest) for row in connection.execute(query).scalars()}
    similar = difflib.get_close_matches(folded, sorted(candidates - {folded}), n=_NEAR_MAX)
    return [_as_written(connection, each) for each in similar]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """How many requests are being worked on, and since when the oldest (in seconds since the UTC epoch).

    `waiting`: how many are waiting for an approval; they are not counted in the others.
    """

    count: int
    oldest: float | None
    waiting: int


def under_way(connection: sa.Connection) -> UnderWay:
    """The requests without an outcome in the whole installation."""
    since = sa.func.min(sa.func.coalesce(REQUESTS.c.decided_at, REQUESTS.c.asked_at))
    numbers = sa.select(REQUESTS.c.state, sa.func.count(), since).group_by(REQUESTS.c.state)
    found = {state: (count, oldest) for state, count, oldest in connection.execute(_are_open(numbers))}
    count, oldest = found.get(State.UNDER_WAY, (0, None))
    return UnderWay(count=count, oldest=oldest, waiting=found.get(State.WAITING, (0, None))[0])


def open_ids(connection: sa.Connection) -> list[str]:
    """The ids of all requests without an outcome."""
    return list(connection.execute(_are_open(sa.select(REQUESTS.c.id))).scalars())


def _are_open(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.where(REQUESTS.c.state.in_(sorted(OPEN)))


def _ways(connection: sa.Connection, asked: Sequence[str]) -> Iterator[sa.Select[Any]]:
    if not asked:
        return
    # Only names have many requests. For the newest of a few, PostgreSQL might scan all requests from the newest on.
    yield _RECEIPT.where(REQUESTS.c.reference.in_([each.upper() for each in asked]))
    for each in asked:
        yield _RECEIPT.where(REQUESTS.c.folded_name == each.casefold()).order_by(REQUESTS.c.asked_at.desc())
    places = {place for each in asked for place in addresses(each)}
    yield _RECEIPT.where(sa.func.lower(REQUESTS.c.address).in_(sorted(places)))
    # Not DISTINCT: for it SQLite may go through all events in the order of their requests.
    traced = (
        sa.select(EVENTS.c.request_id)
        .where(sa.func.lower(EVENTS.c.trace_id).in_([each.lower() for each in asked]))
        .limit(_TRACED_MAX)
    )
    if ids := set(connection.execute(traced).scalars()):
        yield _RECEIPT.where(REQUESTS.c.id.in_(ids))


def _as_written(connection: sa.Connection, folded: str) -> str:
    query = sa.select(REQUESTS.c.name).where(REQUESTS.c.folded_name == folded).order_by(*_NEWEST).limit(1)
    return str(connection.execute(query).scalar_one())


def _receipts(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[Receipt]:
    return (Receipt(**row) for row in connection.execute(query).mappings())
