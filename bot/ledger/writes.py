"""The writes to the ledger. Each may safely be made twice, because a commit whose result is unknown is repeated."""

import json
import time
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.ledger.models import OPEN, EventCode, State, Subject
from bot.ledger.notes import Concluded, Happened, Note, Told
from bot.ledger.storable import storable
from bot.ledger.tables import EVENTS, REQUESTS

Write = Callable[[sa.Connection], object]

_ASKED = (
    "id", "workflow", "reference", "name", "folded_name", "description", "requester", "requester_name", "team", "door",
    "channel", "public", "region", "project", "asked_at", "state",
)  # fmt: skip


def _insert(table: sa.Table, columns: tuple[str, ...], conflict: str) -> sa.TextClause:
    # In SQL that both databases understand.
    values = ", ".join(f":{column}" for column in columns)
    return sa.text(
        f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({values}) ON CONFLICT ({conflict}) DO NOTHING"  # noqa: S608
    )


_INSERT_REQUEST = _insert(REQUESTS, _ASKED, "id")
_INSERT_EVENT = _insert(EVENTS, ("key", "request_id", "at", "who", "code", "trace_id", "details"), "key")
_OUTCOME = ("state", "code", "message", "http_status", "trace_id")
# Never overwritten with NULL, because a later execution of the same request may not find them out again.
_REGISTRY = ("registry_id", "address", "creator")


def _value(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(f"new_{name}", type_=REQUESTS.c[name].type)


_MINE = REQUESTS.c.id == sa.bindparam("request_id", type_=sa.Text)
_CONCLUDE = (
    sa.update(REQUESTS)
    .where(
        _MINE,
        sa.or_(
            *(REQUESTS.c[name].is_distinct_from(_value(name)) for name in _OUTCOME),
            *(
                sa.and_(_value(name).is_not(None), REQUESTS.c[name].is_distinct_from(_value(name)))
                for name in _REGISTRY
            ),
        ),
    )
    .values({name: _value(name) for name in (*_OUTCOME, "finished_at")})
    .values({name: sa.func.coalesce(_value(name), REQUESTS.c[name]) for name in _REGISTRY})
)
_TOLD = ("message_channel", "message_ts", "permalink")
_TELL = (
    sa.update(REQUESTS)
    .where(
        _MINE,
        sa.or_(
            REQUESTS.c.told_at.is_(None),
            *(REQUESTS.c[name].is_distinct_from(_value(name)) for name in ("message_channel", "message_ts")),
        ),
    )
    .values({name: _value(name) for name in (*_TOLD, "told_at")})
)
_LOSE = (
    sa.update(REQUESTS)
    .where(_MINE, REQUESTS.c.state.in_(sorted(OPEN)))
    .values({name: _value(name) for name in ("state", "finished_at")})
)


def asked(request: Request, subject: Subject, *, workflow: str, region: str, project: str | None) -> Write:
    """The row of a request that is being accepted, or that an earlier build accepted without one."""
    origin = request.origin
    row = {
        "id": request.id,
        "workflow": workflow,
        "reference": request.reference,
        "name": subject.name,
        "folded_name": subject.name.casefold(),
        "description": subject.description,
        "requester": origin.requester,
        "requester_name": origin.requester_name,
        "team": origin.team,
        "door": origin.door,
        "channel": origin.channel,
        "public": origin.public,
        "region": region,
        "project": project,
        "asked_at": request.accepted_at,
        "state": (State.WAITING if subject.waits else State.UNDER_WAY).value,
    }
    event = event_row(
        request.id, EventCode.ASKED, at=request.accepted_at, who=origin.requester, key=f"{request.id} {EventCode.ASKED}"
    )
    return partial(_write_asked, storable_values(row), event)


def of_note(note: Note, request_id: str) -> Write:
    """The write for what a runbook has just noted about this request."""
    match note:
        case Happened():
            event = event_row(
                request_id,
                note.code,
                who=note.who,
                trace_id=note.trace_id,
                details=note.details,
                key=f"{request_id} {note.code}" if note.once else None,
            )
            return partial(insert_event, event)
        case Concluded():
            return concluded(request_id, note.result, who=note.who)
        case Told():
            values = {"message_channel": note.channel, "message_ts": note.ts, "permalink": note.permalink}
            details = {"route": note.route, "channel": note.channel, "ts": note.ts}
            return _change(_TELL, request_id, {**values, "told_at": time.time()}, EventCode.TOLD, details=details)


def happened(
    request_id: str,
    code: EventCode,
    *,
    who: str | None = None,
    details: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> Write:
    """An event that no runbook noted; once for each `key`."""
    return partial(insert_event, event_row(request_id, code, who=who, details=details, key=key))


def concluded(request_id: str, result: Result, *, who: str | None = None) -> Write:
    """The outcome of a request: its row, and an event if the outcome is new."""
    values = {name: getattr(result, name, None) for name in ("code", "message", "trace_id", *_REGISTRY)}
    values |= {"state": result.kind, "http_status": getattr(result, "status", None)}
    named = ("state", "code", "http_status", *_REGISTRY)
    details = {name: values[name] for name in named if values[name] is not None}
    return _change(
        _CONCLUDE,
        request_id,
        {**values, "finished_at": time.time()},
        EventCode.CONCLUDED,
        details=details,
        trace_id=values["trace_id"],
        who=who,
    )


def lost(request_id: str) -> Write:
    """Enter that a request is no longer being worked on and its outcome is unknown."""
    values = {"state": State.UNKNOWN, "finished_at": time.time()}
    return _change(_LOSE, request_id, values, EventCode.LOST)


def _change(update: sa.Update, request_id: str, values: Mapping[str, Any], code: EventCode, **event: Any) -> Write:
    new = {f"new_{name}": value for name, value in storable_values(values).items()}
    return partial(_write_change, update, {"request_id": request_id, **new}, event_row(request_id, code, **event))


def _write_asked(row: Mapping[str, Any], event: Mapping[str, Any], connection: sa.Connection) -> None:
    connection.execute(_INSERT_REQUEST, row)
    connection.execute(_INSERT_EVENT, event)


def insert_event(event: Mapping[str, Any], connection: sa.Connection) -> bool:
    """Write the event, unless there is one with its key; whether it was written."""
    return bool(connection.execute(_INSERT_EVENT, event).rowcount)


def _write_change(
    update: sa.Update, values: Mapping[str, Any], event: Mapping[str, Any], connection: sa.Connection
) -> None:
    if connection.execute(update, values).rowcount:
        connection.execute(_INSERT_EVENT, event)


def event_row(
    request_id: str,
    code: EventCode,
    *,
    at: float | None = None,
    who: str | None = None,
    trace_id: str | None = None,
    details: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> dict[str, Any]:
    """An event as a row of its table; once for each `key`."""
    return storable_values(
        {
            "key": key or uuid.uuid4().hex,
            "request_id": request_id,
            "at": time.time() if at is None else at,
            "who": who,
            "code": code.value,
            "trace_id": trace_id,
            "details": json.dumps(details or {}, separators=(",", ":")),
        }
    )


def storable_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with texts reduced to what the databases accept."""
    return {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
