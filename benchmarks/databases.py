"""Databases of the bot, filled with requests that were finished long ago."""

import contextlib
from dataclasses import dataclass

import sqlalchemy as sa

# Where DBOS 3.4.0 keeps one workflow (its file _schemas/system_database.py), and what of each row names that workflow.
_TABLES = {
    "workflow_status": ("workflow_uuid", "creator_xid", "owner_xid"),
    "workflow_input": ("workflow_uuid",),
    "workflow_output": ("workflow_uuid",),
    "operation_outputs": ("workflow_uuid",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """How many rows of DBOS there are for each finished request, so that a change of its schema shows."""

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
            for table, identifying in _TABLES.items():
                statement = _copy(connection, schema, table, identifying)
                rows += connection.execute(sa.text(statement), {"original": original, "copies": missing}).rowcount
            if on_postgres:
                _copy_claims(connection, original, missing)
    if missing > 0:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
    engine.dispose()
    return Filled(requests=requests, rows_each=rows / missing if missing > 0 else 0.0)


def _copy(connection: sa.Connection, schema: str, table: str, identifying: tuple[str, ...]) -> str:
    """One statement that copies the rows of one workflow under `copies` new ids, each a second older than the last."""
    inspected = sa.inspect(connection).get_columns(table, schema=schema.rstrip(".") or None)
    columns = [column["name"] for column in inspected]
    values = [
        f"t.{name} || '-copy-' || n.number"
        if name in identifying
        else f"t.{name} - 1000 * n.number"
        if name in {"created_at", "updated_at", "completed_at"}
        else f"t.{name}"
        for name in columns
    ]
    return (
        "WITH RECURSIVE n(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < :copies) "
        f"INSERT INTO {schema}{table} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM {schema}{table} t, n WHERE t.workflow_uuid = :original"
    )


def _copy_claims(connection: sa.Connection, original: str, copies: int) -> None:
    statement = (
        "WITH RECURSIVE n(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < :copies) "
        "INSERT INTO registry_bot_claims (name, request_id, requester, requester_name, claimed_at) "
        "SELECT t.name || '-copy-' || n.number, t.request_id || '-copy-' || n.number, t.requester, t.requester_name, "
        "t.claimed_at - n.number FROM registry_bot_claims t, n WHERE t.request_id = :original"
    )
    connection.execute(sa.text(statement), {"original": original, "copies": copies})
