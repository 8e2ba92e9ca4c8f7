"""The engine on the database: a connection that has idled is looked at, and what is in use at the end is waited for."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from bot import app
from bot.config import Settings
from bot.workflow import database as database_module
from bot.workflow.database import held_connections, open_database
from tests.support.postgres import cut_sessions, scratch_database


@pytest.fixture
def postgres() -> Iterator[tuple[str, sa.Engine]]:
    with scratch_database() as url:
        engine = open_database(url)
        yield url, engine
        engine.dispose()


def answers(engine: sa.Engine) -> bool:
    with engine.connect() as connection:
        return connection.execute(sa.text("SELECT 1")).scalar() == 1


def test_a_connection_that_broke_while_it_idled_is_replaced_before_it_is_used(
    postgres: tuple[str, sa.Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, engine = postgres
    monkeypatch.setattr(database_module, "_IDLE_SECONDS", 0.0)
    assert answers(engine)
    assert cut_sessions(url) == 1
    assert answers(engine)


def test_a_connection_that_was_used_a_moment_ago_is_not_looked_at(postgres: tuple[str, sa.Engine]) -> None:
    url, engine = postgres
    assert answers(engine)
    cut_sessions(url)
    with pytest.raises(sa.exc.OperationalError) as broken:
        answers(engine)
    assert broken.value.connection_invalidated
    assert answers(engine)


async def test_what_is_still_written_when_the_bot_ends_is_waited_for(settings: Callable[..., Settings]) -> None:
    held, written = threading.Event(), threading.Event()

    def write(engine: sa.Engine) -> None:
        with engine.begin() as connection:
            held.set()
            time.sleep(0.3)
            connection.execute(sa.text("CREATE TABLE late (number INTEGER)"))
        written.set()

    async with app.serve(settings()) as bot:
        engine = bot.engine._database
        assert held_connections(engine) == 0
        writer = asyncio.create_task(asyncio.to_thread(write, engine))
        await asyncio.to_thread(held.wait)
        assert held_connections(engine) == 1
    assert written.is_set()
    await writer
