"""A PostgreSQL database of one's own for each test that needs one, where a server answers."""

import contextlib
import itertools
import os
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

_DEFAULT = "postgresql://postgres@127.0.0.1:5432/test"
_numbers = itertools.count(1)


def server() -> str:
    """Where the tests may make databases: TEST_DATABASE_URL."""
    return os.environ.get("TEST_DATABASE_URL") or _DEFAULT


def why_no_postgres() -> str | None:
    """None when the server answers, else why not, without the password."""
    try:
        psycopg.connect(server(), connect_timeout=3).close()
    except psycopg.Error as error:
        where = sa.make_url(server()).render_as_string(hide_password=True)
        return f"no PostgreSQL at {where} ({str(error).splitlines()[0]}); set TEST_DATABASE_URL"
    return None


def need_postgres() -> None:
    """Skip the test where no server answers; fail it instead when REQUIRE_POSTGRES=1."""
    reason = why_no_postgres()
    if reason is not None and os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(reason)
    if reason is not None:
        pytest.skip(reason)


@contextlib.contextmanager
def fresh_database(prefix: str) -> Iterator[str]:
    """The value for DATABASE_URL of an empty database, which is dropped at the end, even if somebody is still connected."""
    name = f"{prefix}_{os.getpid()}_{next(_numbers)}"
    _on_server("CREATE DATABASE {}", name)
    try:
        yield sa.make_url(server()).set(database=name).render_as_string(hide_password=False)
    finally:
        _on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextlib.contextmanager
def scratch_database() -> Iterator[str]:
    """A fresh database for a test that needs one (see `need_postgres`)."""
    need_postgres()
    with fresh_database("registry_bot") as url:
        yield url


def query(url: str, statement: str, **values: object) -> list[tuple[object, ...]]:
    """All rows of one statement, in a session of its own."""
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def cut_sessions(url: str) -> int:
    """End every other session on the database, as a restart of the server would; how many there were. They are gone then."""
    rows = query(
        url,
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    return len(rows)


def statuses(url: str) -> dict[str, str]:
    """The state of every request, by workflow id, as the durable engine has it."""
    return {
        str(each): str(status) for each, status in query(url, "SELECT workflow_uuid, status FROM dbos.workflow_status")
    }


def _on_server(statement: str, name: str) -> None:
    with psycopg.connect(server(), autocommit=True, connect_timeout=5) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
