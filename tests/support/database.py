"""Trouble with the database, made by SQLite itself."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from bot.app import Service


@contextlib.contextmanager
def read_only(bot: Service) -> Iterator[None]:
    """SQLite refuses every write of the bot ("attempt to write a readonly database")."""
    engine: sa.Engine = bot.engine._database

    def refuse(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    def allow(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA query_only=OFF")

    event.listen(engine, "checkout", refuse)
    try:
        yield
    finally:
        event.remove(engine, "checkout", refuse)
        event.listen(engine, "checkout", allow)


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody else holds the write lock of the file."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
