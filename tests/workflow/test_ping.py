"""Whether the database takes writes: asked for real, but not by everybody who wants to know."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bot.workflow import ping as ping_module
from bot.workflow.database import open_database
from bot.workflow.ping import DatabasePing
from bot.workflow.tables import prepare
from tests.support.database import locked, read_only
from tests.support.waiting import until


@pytest.fixture
def database(sqlite_url: str) -> Iterator[sa.Engine]:
    engine = open_database(sqlite_url)
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def asked(database: sa.Engine) -> list[str]:
    """The statements of every ping that were sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.extend([statement] * ("INTO registry_bot_writable" in statement))

    event.listen(database, "before_cursor_execute", note)
    return sent


async def test_a_database_that_takes_writes_is_no_reason(database: sa.Engine) -> None:
    assert await DatabasePing(database).why_not_ready() == []


async def test_a_database_that_takes_no_writes_is_told_without_its_address_and_goes_to_the_log_once_a_minute(
    database: sa.Engine, file: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ping_module, "_KEPT_SECONDS", 0.0)
    ping = DatabasePing(database)
    with read_only(file):
        said = [*await ping.why_not_ready(), *await ping.why_not_ready()]
    assert said == ["the database cannot be used: attempt to write a readonly database"] * 2
    (line,) = caplog.messages
    assert "DATABASE_URL: sqlite://" in line
    assert "attempt to write a readonly database" in line


async def test_many_who_ask_within_a_moment_share_one_answer(database: sa.Engine, asked: list[str]) -> None:
    ping = DatabasePing(database)
    assert await asyncio.gather(*(ping.why_not_ready() for _ in range(50))) == [[]] * 50
    assert await ping.why_not_ready() == []
    assert len(asked) == 1


async def test_an_answer_is_asked_for_again_after_a_moment(
    database: sa.Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ping = DatabasePing(database)
    monkeypatch.setattr(ping_module, "_KEPT_SECONDS", 0.0)
    with read_only(file):
        assert await ping.why_not_ready() != []
    assert await ping.why_not_ready() == []


async def test_a_database_that_does_not_answer_is_a_reason_and_is_not_asked_twice_meanwhile(
    database: sa.Engine, file: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ping_module, "_TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr(ping_module, "_KEPT_SECONDS", 0.0)
    ping = DatabasePing(database)
    with locked(file):
        for _ in range(3):
            assert await ping.why_not_ready() == ["the database cannot be used: no answer"]
        assert len(asked) == 1  # the first of them still waits for the lock
    await until(lambda: _answers(ping))


async def _answers(ping: DatabasePing) -> bool:
    return await ping.why_not_ready() == []
