"""Databases of the bot, filled with requests that were finished long ago."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from benchmarks.slack_requests import VISITOR
from benchmarks.stand_ins import FILLED

# Where DBOS 3.4.0 keeps one workflow (its file _schemas/system_database.py), and what of each row names that workflow.
_TABLES = {
    "workflow_status": ("workflow_uuid", "creator_xid", "owner_xid"),
    "workflow_input": ("workflow_uuid",),
    "workflow_output": ("workflow_uuid",),
    "operation_outputs": ("workflow_uuid",),
}
# What differs between the receipts of the ledger: every tenth is the visitor's, and every other one from a public channel.
_NAME = f"'{FILLED.format(number='')}' || n.number"
_LEDGER = {
    "registry_bot_requests": {
        "id": "t.id || '-copy-' || n.number",
        "reference": "'R-' || n.number",
        "name": _NAME,
        "folded_name": _NAME,
        "trace_id": "t.trace_id || '-' || n.number",
        "address": f"'swr.example.com/bench/' || {_NAME}",
        "requester": f"CASE WHEN n.number % 10 = 0 THEN '{VISITOR}' ELSE 'U' || n.number % 1000 END",
        "public": "n.number % 2 = 0",
        "asked_at": "t.asked_at - n.number",
    },
    "registry_bot_events": {
        "number": "(SELECT max(number) FROM registry_bot_events) + t.number * 1000000 + n.number",
        "key": "t.key || '-copy-' || n.number",
        "request_id": "t.request_id || '-copy-' || n.number",
        "at": "t.at - n.number",
        "trace_id": "t.trace_id || '-' || n.number",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """How many rows there are for each finished request, so that a change of DBOS's schema shows."""

    requests: int
    rows_each: float


def fill(url: str, requests: int) -> Filled:
    """Copy a finished request so often that there are `requests` of them. No bot may be using the database."""
    parsed = sa.make_url(url)
    on_postgres = parsed.get_backend_name() == "postgresql"
    engine = sa.create_engine(parsed.set(drivername="postgresql+psycopg") if on_postgres else parsed)
    schema = "dbos." if on_postgres else ""
    with contextlib.closing(engine.connect()) as connection, connection.begin():
        counted = f"SELECT count(*) FROM {schema}workflow_status WHERE status = 'SUCCESS'"
        missing = requests - int(connection.execute(sa.text(counted)).scalar_one())
        original = connection.execute(
            sa.text(f"SELECT workflow_uuid FROM {schema}workflow_status WHERE status = 'SUCCESS' LIMIT 1")
        ).scalar_one()
        rows = 0
        if missing > 0:
            numbers = {"original": original, "copies": missing}
            for table, identifying in _TABLES.items():
                statement = _copy(connection, schema, table, "workflow_uuid", _of_dbos(identifying))
                rows += connection.execute(sa.text(statement), numbers).rowcount
            for table, differing in _LEDGER.items():
                of = "id" if "id" in differing else "request_id"
                rows += connection.execute(sa.text(_copy(connection, "", table, of, differing)), numbers).rowcount
            if on_postgres:
                _copy_claims(connection, original, missing)
    if missing > 0:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
    engine.dispose()
    return Filled(requests=requests, rows_each=rows / missing if missing > 0 else 0.0)


def _of_dbos(identifying: tuple[str, ...]) -> dict[str, str]:
    """Each copy under an id of its own, and a second older than the last."""
    older = {name: f"t.{name} - 1000 * n.number" for name in ("created_at", "updated_at", "completed_at")}
    return older | {name: f"t.{name} || '-copy-' || n.number" for name in identifying}


def _copy(connection: sa.Connection, schema: str, table: str, of: str, differing: Mapping[str, str]) -> str:
    """One statement that copies the rows of one request `copies` times. `differing` are the values that are not copied."""
    inspected = sa.inspect(connection).get_columns(table, schema=schema.rstrip(".") or None)
    columns = [column["name"] for column in inspected]
    values = [differing.get(name, f"t.{name}") for name in columns]
    return (
        "WITH RECURSIVE n(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < :copies) "
        f"INSERT INTO {schema}{table} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM {schema}{table} t, n WHERE t.{of} = :original"
    )


def _copy_claims(connection: sa.Connection, original: str, copies: int) -> None:
    statement = (
        "WITH RECURSIVE n(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < :copies) "
        "INSERT INTO registry_bot_claims (name, request_id, requester, requester_name, claimed_at) "
        "SELECT t.name || '-copy-' || n.number, t.request_id || '-copy-' || n.number, t.requester, t.requester_name, "
        "t.claimed_at - n.number FROM registry_bot_claims t, n WHERE t.request_id = :original"
    )
    connection.execute(sa.text(statement), {"original": original, "copies": copies})
