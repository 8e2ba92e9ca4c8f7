"""SIGTERM: the process ends within ten seconds, with 0 and without a traceback, whatever hangs and however far it is."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack.server import LocalSlack
from bot.workflow.database import open_database
from bot.workflow.tables import prepare
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import ask_for, outcome_of, words
from tests.support.postgres import query
from tests.support.proxy import Proxy
from tests.support.waiting import until

WAITS = "the database does not answer yet"
AT_ONCE = "asked to stop while starting, with nothing in progress yet"
HANGS = "something hangs"


async def leaves(bot: BotProcess) -> None:
    assert await bot.leave(seconds=10) == 0, bot.last_words()
    assert "Traceback" not in bot.said


async def test_with_a_frozen_database_in_the_middle_of_a_request_that_the_next_start_finishes(
    environment: dict[str, str], proxy: Proxy, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    bot = BotProcess({**environment, "DATABASE_URL": proxy.url}, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        slack.request_url = f"{bot.address}/slack/events"
        cloud.faults.add("create", Fault.slow(1))
        await ask_for(slack, "shop", description="Images of the web shop")
        await cloud.wait_for(lambda: any(call.operation == "create" for call in cloud.calls))
        proxy.stand_still()
        await cloud.wait_for(lambda: any(call.status == 200 for call in cloud.calls if call.operation == "create"))
        await leaves(bot)
        assert HANGS in bot.said
        proxy.go_away()
        proxy.move_again()
        proxy.come_back()
        await up(bot)
        assert "success" in words(await outcome_of(slack, "shop"))
        assert len(cloud.registries) == 1


async def test_while_it_starts_on_a_frozen_database(environment: dict[str, str], proxy: Proxy, tmp_path: Path) -> None:
    proxy.stand_still()
    bot = BotProcess({**environment, "DATABASE_URL": proxy.url}, log=tmp_path / "bot.log")
    async with ending([bot]):
        await bot.start()
        await until(lambda: WAITS in bot.said, seconds=30)
        await leaves(bot)
        assert AT_ONCE in bot.said


async def test_while_the_engine_starts_on_locked_tables(
    environment: dict[str, str], database: str, tmp_path: Path
) -> None:
    bot = BotProcess({**environment, "DATABASE_URL": database}, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        await leaves(bot)
        with held(database, "dbos.workflow_status"):
            await bot.start()
            await until(lambda: bot.said.count(WAITS) == 1, seconds=30)
            await leaves(bot)


async def test_while_it_waits_for_an_executor_id(environment: dict[str, str], database: str, tmp_path: Path) -> None:
    values = {**environment, "DATABASE_URL": database, "EXECUTOR_ID": "one"}
    old, new = (BotProcess(values, log=tmp_path / f"{name}.log") for name in ("old", "new"))
    async with ending([old, new]):
        await up(old)
        await new.start()
        await until(lambda: wants_a_lock(database), seconds=30)
        await leaves(new)
        assert AT_ONCE in new.said
        assert "is running" not in new.said
        await leaves(old)


async def test_while_it_waits_for_a_file_that_another_one_has(environment: dict[str, str], tmp_path: Path) -> None:
    old, new = (BotProcess(environment, log=tmp_path / f"{name}.log") for name in ("old", "new"))
    async with ending([old, new]):
        await up(old)
        await new.start()
        await until(lambda: WAITS in new.said, seconds=30)
        await leaves(new)
        assert AT_ONCE in new.said
        await leaves(old)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_at_any_moment_of_the_start(
    environment: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    if kind == "postgres":
        environment["DATABASE_URL"] = request.getfixturevalue("database")
    bot = BotProcess(environment, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)  # its tables are there
        await leaves(bot)
        for tenths in range(1, 16, 2):
            await bot.start()
            await asyncio.sleep(tenths / 10)
            bot.tell_to_leave()
            # Before it can say anything, the system ends it.
            assert await bot.exit_code(seconds=10) in {0, -signal.SIGTERM}, bot.last_words()
        assert "Traceback" not in bot.said
        assert HANGS not in bot.said
        await up(bot)
        await leaves(bot)


def wants_a_lock(url: str) -> bool:
    """Whether a session has just tried to get an executor id, and not got it."""
    tried = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE %(what)s"
    return query(url, tried, what="SELECT pg_try_advisory_lock%") != [(0,)]


@contextlib.contextmanager
def held(url: str, table: str) -> Iterator[None]:
    """Somebody holds a table, so that nothing about it is answered."""
    engine = open_database(url)
    prepare(engine)
    with engine.connect() as connection:
        connection.execute(sa.text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        yield
    engine.dispose()
