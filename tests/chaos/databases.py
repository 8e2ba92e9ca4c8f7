"""A database of its own for each run: a file in the run's folder, or a scratch database beside the test one."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.chaos.plan import DatabaseKind
from tests.support.postgres import fresh_database


@contextlib.contextmanager
def fresh(kind: DatabaseKind, folder: Path) -> Iterator[str]:
    """The value for DATABASE_URL. The scratch database is dropped at the end; the file stays with its folder."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bot.sqlite3'}"
        return
    with fresh_database("chaos") as url:
        yield url


def pending(url: str) -> set[str]:
    """The ids of the requests that the durable engine has not finished; tells when to count, not what."""
    statement = "SELECT workflow_uuid FROM {schema}workflow_status WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED')"
    return {str(workflow_id) for (workflow_id,) in _rows(url, statement)}


def steps_of(url: str, workflow_id: str) -> list[str]:
    """What the durable engine has recorded of one request, for the report of a violation."""
    workflow = "SELECT status, executor_id, error FROM {schema}workflow_status WHERE workflow_uuid = :id"
    steps = (
        "SELECT function_id, function_name, started_at_epoch_ms, completed_at_epoch_ms, output, error "
        "FROM {schema}operation_outputs WHERE workflow_uuid = :id ORDER BY function_id"
    )
    return [
        f"{kind} {row}"
        for kind, statement in (("workflow", workflow), ("step", steps))
        for row in _rows(url, statement, id=workflow_id)
    ]


def _rows(url: str, statement: str, **values: str) -> list[tuple[Any, ...]]:
    parsed = sa.make_url(url)
    postgres = parsed.get_backend_name() == "postgresql"
    engine = sa.create_engine(parsed.set(drivername="postgresql+psycopg") if postgres else parsed)
    try:
        with engine.connect() as connection:
            text = sa.text(statement.format(schema="dbos." if postgres else ""))
            return [tuple(row) for row in connection.execute(text, values)]
    finally:
        engine.dispose()
