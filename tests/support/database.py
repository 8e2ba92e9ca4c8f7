"""Trouble with a SQLite file, made by SQLite itself, and what is in the file."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

# What is run on every connection of this process to a file, each time one is taken out of its pool.
_orders: dict[Path, str] = {}


@contextlib.contextmanager
def read_only(file: Path) -> Iterator[None]:
    """SQLite refuses every write of the bot in this process ("attempt to write a readonly database")."""
    _orders[file] = "PRAGMA query_only=ON"
    try:
        yield
    finally:
        _orders[file] = "PRAGMA query_only=OFF"


@contextlib.contextmanager
def full(file: Path) -> Iterator[None]:
    """The file may not grow by a page (SQLITE_FULL), as on a full disk or under a quota."""
    pages = rows(file, "PRAGMA page_count")[0][0]
    _orders[file] = f"PRAGMA max_page_count={pages}"
    try:
        yield
    finally:
        _orders[file] = "PRAGMA max_page_count=1000000"


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody else holds the write lock of the file."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def rows(file: Path, statement: str, values: dict[str, object] | None = None) -> list[tuple[Any, ...]]:
    """All rows of one statement, in a connection of its own."""
    with contextlib.closing(sqlite3.connect(file, timeout=30)) as connection, connection:
        return connection.execute(statement, values or {}).fetchall()


def statuses(file: Path) -> dict[str, str]:
    """The state of every request, by workflow id, as the durable engine has it."""
    return dict(rows(file, "SELECT workflow_uuid, status FROM workflow_status"))


def steps(file: Path, request_id: str) -> list[str]:
    """The names of the steps of a request that are recorded, in their order. Pauses are steps too."""
    statement = "SELECT function_name FROM operation_outputs WHERE workflow_uuid = :id ORDER BY function_id"
    return [name for (name,) in rows(file, statement, {"id": request_id})]


def store_input(file: Path, request_id: str, inputs: str) -> None:
    """Put something else where a request is stored."""
    statement = "UPDATE workflow_input SET inputs = :inputs WHERE workflow_uuid = :id RETURNING workflow_uuid"
    assert rows(file, statement, {"inputs": inputs, "id": request_id}) == [(request_id,)]


@event.listens_for(sa.pool.Pool, "checkout")
def _obey(connection: Any, _record: object, _proxy: object) -> None:
    if not _orders or not isinstance(connection, sqlite3.Connection):
        return
    paths = {name: path for _, name, path in connection.execute("PRAGMA database_list")}
    for file, order in _orders.items():
        if file.exists() and file.samefile(paths["main"]):
            connection.execute(order)
