"""A database of its own for each run: a file in the run's folder, or a scratch database beside the test one."""

import contextlib
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from tests.chaos.plan import DatabaseKind

DEFAULT_URL = "postgresql://postgres@127.0.0.1:5432/test"
_numbers = itertools.count(1)


def server_url() -> str:
    """The PostgreSQL that tests may use, as libpq writes it."""
    return os.environ.get("TEST_DATABASE_URL") or DEFAULT_URL


def why_no_postgres() -> str | None:
    """None when the server answers, else why not, without the password."""
    try:
        with psycopg.connect(server_url(), connect_timeout=3):
            return None
    except psycopg.Error as error:
        where = sa.make_url(server_url()).render_as_string(hide_password=True)
        return f"no PostgreSQL at {where}: {str(error).splitlines()[0]}"


@contextlib.contextmanager
def fresh(kind: DatabaseKind, folder: Path) -> Iterator[str]:
    """The value for DATABASE_URL. The scratch database is dropped at the end; the file stays with its folder."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bot.sqlite3'}"
        return
    name = f"chaos_{os.getpid()}_{next(_numbers)}"
    _on_server("CREATE DATABASE {}", name)
    try:
        yield sa.make_url(server_url()).set(database=name).render_as_string(hide_password=False)
    finally:
        _on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _on_server(statement: str, name: str) -> None:
    with psycopg.connect(server_url(), autocommit=True, connect_timeout=5) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def pending(url: str) -> int:
    """How many requests the durable engine has not finished; tells when to count, not what."""
    statement = "SELECT count(*) FROM {schema}workflow_status WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED')"
    return int(_rows(url, statement)[0][0])


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
