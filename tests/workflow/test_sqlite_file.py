"""What counts as another file than the one that was opened, where only the file itself can be asked."""

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest

from bot.workflow.sqlite_file import OpenFile

PAGE_BYTES = 4096


def connect(file: Path) -> contextlib.closing[sqlite3.Connection]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    return contextlib.closing(connection)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with connect(tmp_path / "bot.sqlite3") as writer:
        writer.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return tmp_path / "bot.sqlite3"


def promised_bytes(file: Path) -> int:
    return int.from_bytes(file.read_bytes()[28:32]) * PAGE_BYTES


def test_a_checkpoint_beside_a_reader_that_leaves_the_last_pages_in_the_log_is_no_damage(file: Path) -> None:
    opened = OpenFile(file)
    with connect(file) as writer, connect(file) as reader:
        assert opened.why_not_itself() is None
        writer.execute("INSERT INTO notes VALUES (1, ?)", ("x" * 10 * PAGE_BYTES,))
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM notes").fetchone()
        writer.execute("UPDATE notes SET text = ?", ("y" * 10 * PAGE_BYTES,))
        writer.execute("PRAGMA wal_checkpoint(PASSIVE)")
        assert file.stat().st_size < promised_bytes(file), "the case that this test is about"
        assert opened.why_not_itself() is None
        reader.execute("COMMIT")
    opened.close()


def test_a_file_that_vacuum_made_smaller_is_no_damage(file: Path) -> None:
    opened = OpenFile(file)
    with connect(file) as writer:
        writer.execute("INSERT INTO notes VALUES (1, ?)", ("x" * 10 * PAGE_BYTES,))
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = file.stat().st_size
        assert opened.why_not_itself() is None
        writer.execute("DELETE FROM notes")
        writer.execute("VACUUM")
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert file.stat().st_size < before
        assert opened.why_not_itself() is None
    opened.close()


def test_a_file_that_was_cut_by_one_page_is_noticed(file: Path) -> None:
    opened = OpenFile(file)
    assert opened.why_not_itself() is None
    os.truncate(file, file.stat().st_size - PAGE_BYTES)
    assert opened.why_not_itself() == "cut short"
    opened.close()
