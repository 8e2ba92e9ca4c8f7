"""The database as it is opened: writable or refused in one line, discreet, and looked at again after it has idled."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import CannotStart, SettingsError
from bot.workflow import database as database_module
from bot.workflow.database import check_writable, held_connections, open_database
from tests.support.database import read_only
from tests.support.postgres import cut_sessions


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[sa.Engine]:
    engine = open_database(sqlite_url)
    yield engine
    engine.dispose()


# ---- either ----


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("nonsense", "is not a database address. Use sqlite:///file or postgresql://…"),
        ("sqlite://", "names no file, so nothing would outlive the process. Use sqlite:///file."),
        ("sqlite:///:memory:", "names no file, so nothing would outlive the process. Use sqlite:///file."),
        ("mysql://root@localhost/bot", "is not a database address. Use sqlite:///file or postgresql://…"),
    ],
)
def test_an_address_that_is_no_such_database_is_told_with_the_way_to_fix_it(url: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as told:
        open_database(url)
    assert str(told.value) == f"DATABASE_URL {complaint}"


def test_a_database_that_is_not_there_is_told_in_one_line_without_its_password(tmp_path: Path) -> None:
    urls = [
        f"sqlite:///{tmp_path / 'no such folder' / 'bot.sqlite3'}",
        f"sqlite:///{tmp_path / ('x' * 300)}",
        "postgresql://bot:secret@127.0.0.1:1/bot",
        "postgresql://bot:secret@[::1]:1/bot",
        "postgresql:///bot?host=::1,127.0.0.1&port=1&password=secret",
    ]
    for url in urls:
        with pytest.raises(CannotStart, match=r"^DATABASE_URL: .* cannot be used \(.*\)\. [A-Z]") as told:
            open_database(url)
        assert "\n" not in str(told.value)
        assert "secret" not in str(told.value)


def test_looking_whether_it_can_be_written_leaves_nothing_behind(url: str) -> None:
    engine = open_database(url)
    before = sa.inspect(engine).get_table_names()
    check_writable(engine)
    assert sa.inspect(engine).get_table_names() == before == []
    engine.dispose()


def test_no_error_holds_what_is_stored(url: str) -> None:
    engine = open_database(url)
    with engine.connect() as connection, pytest.raises(sa.exc.SQLAlchemyError) as failed:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:value)"), {"value": "https://hooks.slack.com/secret"})
    assert "hooks.slack.com" not in str(failed.value)
    engine.dispose()


def test_a_connection_that_is_in_use_is_counted(url: str) -> None:
    engine = open_database(url)
    assert held_connections(engine) == 0
    with engine.connect():
        assert held_connections(engine) == 1
    assert held_connections(engine) == 0
    engine.dispose()


# ---- SQLite ----


def test_a_file_is_written_ahead_and_every_commit_outlives_a_power_cut(sqlite: sa.Engine) -> None:
    with sqlite.connect() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.execute(sa.text(f"PRAGMA {name}")).scalar() for name in pragmas]
    assert found == ["wal", 2, 1]  # 2 is FULL


def test_a_file_that_takes_no_writes_is_told(sqlite: sa.Engine, file: Path) -> None:
    with read_only(file), pytest.raises(SettingsError, match="attempt to write a readonly database"):
        check_writable(sqlite)
    check_writable(sqlite)


# ---- PostgreSQL ----


def answers(engine: sa.Engine) -> bool:
    with engine.connect() as connection:
        return connection.execute(sa.text("SELECT 1")).scalar() == 1


def test_a_connection_that_broke_while_it_idled_is_replaced_before_it_is_used(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_IDLE_SECONDS", 0.0)
    engine = open_database(postgres_url)
    assert answers(engine)
    assert cut_sessions(postgres_url) == 1
    assert answers(engine)
    engine.dispose()


def test_a_connection_that_was_used_a_moment_ago_is_not_looked_at(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_IDLE_SECONDS", 60.0)
    engine = open_database(postgres_url)
    assert answers(engine)
    cut_sessions(postgres_url)
    with pytest.raises(sa.exc.OperationalError) as broken:
        answers(engine)
    assert broken.value.connection_invalidated
    assert answers(engine)
    engine.dispose()
