"""What is between the bot and PostgreSQL, and sessions whose other end is gone."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack.server import LocalSlack
from bot.workflow.database import open_database
from bot.workflow.ownership import Replica
from bot.workflow.tables import prepare
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import ask_for, outcome_of, words
from tests.support.pgbouncer import pooled
from tests.support.terminal import command

POOLER = "DATABASE_URL leads to a pooler in transaction mode, in which the locks of the bot do not last."
Start = Callable[..., BotProcess]


@pytest.mark.parametrize("mode", ["transaction", "statement"])
async def test_a_pooler_in_which_locks_do_not_last_is_refused_in_one_line(
    environment: dict[str, str], database: str, tmp_path: Path, mode: str
) -> None:
    with pooled(database, mode=mode, folder=tmp_path) as url:
        for words_ in ("run", "check"):
            done = await command(words_, environment={**environment, "DATABASE_URL": url}, cwd=tmp_path)
            assert done.code != 0
            (said,) = [line for line in (done.out + done.err).splitlines() if "DATABASE_URL" in line]
            assert POOLER in said or mode == "statement"  # there the pooler itself refuses transactions
            assert "Traceback" not in done.err


async def test_through_a_pooler_in_session_mode_a_registry_is_made_and_its_bot_ends_in_time(
    environment: dict[str, str], database: str, slack: LocalSlack, tmp_path: Path
) -> None:
    with pooled(database, mode="session", folder=tmp_path) as url:
        bot = BotProcess({**environment, "DATABASE_URL": url}, log=tmp_path / "bot.log")
        async with ending([bot]):
            await up(bot)
            slack.request_url = f"{bot.address}/slack/events"
            await ask_for(slack, "shop")
            assert "success" in words(await outcome_of(slack, "shop"))
            assert await bot.leave() == 0


async def test_a_frozen_replica_does_not_keep_its_id_from_the_one_that_replaces_it(
    environment: dict[str, str], database: str, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    values = {**environment, "DATABASE_URL": database, "EXECUTOR_ID": "one"}
    old, new = (BotProcess(values, log=tmp_path / f"{name}.log") for name in ("old", "new"))
    async with ending([old, new]):
        await up(old)
        slack.request_url = f"{old.address}/slack/events"
        cloud.faults.add("create", Fault.slow(30))
        await ask_for(slack, "shop")
        await cloud.wait_for(lambda: any(call.operation == "create" for call in cloud.calls))
        # Its host is gone for the server: no packet, no end of the connection.
        os.kill(old._process.pid, signal.SIGSTOP)  # type: ignore[union-attr]
        looked_up = len(cloud.calls)
        await up(new)
        await cloud.wait_for(lambda: len(cloud.calls) > looked_up)
        assert "ending the session of a dead process that holds executor id one" in new.said


async def test_a_living_replica_keeps_its_id(environment: dict[str, str], database: str, tmp_path: Path) -> None:
    values = {**environment, "DATABASE_URL": database, "EXECUTOR_ID": "one"}
    old = BotProcess(values, log=tmp_path / "old.log")
    async with ending([old]):
        await up(old)
        second = await command("run", environment=values, cwd=tmp_path, seconds=40)
        assert "EXECUTOR_ID: a replica named one is running" in second.err
        old.check()


def test_the_server_looks_whether_the_other_end_of_our_sessions_is_there(database: str) -> None:
    engine = open_database(database)
    prepare(engine)
    replica = Replica(engine, executor_id="one", host="here")
    with engine.connect() as pooled_session:
        for session in (replica._session, pooled_session):
            shown = {
                name: session.execute(sa.text(f"SHOW {name}")).scalar()
                for name in ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count")
            }
            assert shown == {
                "tcp_keepalives_idle": "5",
                "tcp_keepalives_interval": "2",
                "tcp_keepalives_count": "3",
            }
    replica.leave()
    engine.dispose()
