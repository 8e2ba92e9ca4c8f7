"""Held against a real log that SQLite wrote."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from bot.workflow.write_ahead_log import pages_in_log


def test_the_pages_of_every_commit_and_none_from_before_the_log_began_again(tmp_path: Path) -> None:
    file = tmp_path / "bot.sqlite3"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
        assert pages_in_log(file) == {1, 2}
        writer.execute("INSERT INTO notes VALUES (1, ?)", ("x" * 20_000,))
        assert pages_in_log(file) == set(range(1, 7))
        writer.execute("PRAGMA wal_checkpoint(PASSIVE)")
        writer.execute("PRAGMA user_version=7")
        assert pages_in_log(file) == {1}
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert pages_in_log(file) == set()


def test_where_there_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pages_in_log(tmp_path / "bot.sqlite3")
