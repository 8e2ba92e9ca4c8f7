"""Requests that stand still: operators list them, have them tried again, or give them up; people and the ledger know."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.receipts import SHOW_RECEIPT
from bot.workflow.database import open_database
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import ask_for
from tests.support.postgres import scratch_database
from tests.support.running import environment_for
from tests.support.terminal import command

Environment = dict[str, str]


@pytest.fixture(params=["sqlite", "postgres"])
def environment(
    request: pytest.FixtureRequest, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> Iterator[Environment]:
    values = environment_for(slack, cloud, tmp_path / "bot.sqlite3")
    if request.param == "sqlite":
        yield values
        return
    with scratch_database() as url:
        yield {**values, "DATABASE_URL": url}


@pytest.fixture
async def bots(environment: Environment, slack: LocalSlack, tmp_path: Path) -> AsyncIterator[list[BotProcess]]:
    """One on SQLite, two on PostgreSQL."""
    count = 1 if environment["DATABASE_URL"].startswith("sqlite") else 2
    made = [BotProcess(environment, log=tmp_path / f"{number}.log") for number in range(count)]
    async with ending(made):
        await up(*made)
        slack.request_url = f"{made[0].address}/slack/events"
        yield made


async def say(environment: Environment, folder: Path, *words: str) -> tuple[int, str]:
    finished = await command(*words, environment=environment, cwd=folder)
    return finished.code or 0, finished.out + finished.err


async def waits(slack: LocalSlack, cloud: LocalCodeArts, name: str) -> None:
    """A request for this name that is turned away for as long as anybody is patient."""
    cloud.faults.add(
        "create", Fault.answer(429, {"error_code": "APIGW.0308"}, headers={"Retry-After": "300"}), times=None
    )
    await ask_for(slack, name)
    await cloud.wait_for(lambda: any(call.operation == "create" and call.status == 429 for call in cloud.calls))


async def test_a_request_is_cancelled_by_its_reference_or_name_once_and_everybody_is_told(
    environment: Environment, bots: list[BotProcess], slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    await waits(slack, cloud, "shop")
    code, said = await say(environment, tmp_path, "cancel", "shop")
    assert (code, said.strip().endswith(": done")) == (0, True), said
    (told,) = [each for each in slack.messages(company.TEAM_SHOP) if each.user == company.BOT_USER]
    assert "cancelled the request" in told.text
    assert "Look in the CodeArts Artifact console" in told.text
    read = json.dumps(told.blocks)
    assert all(part in read for part in ("unconfirmed", "Trace id", "Reason", SHOW_RECEIPT)), read
    _, shown = await say(environment, tmp_path, "show", "shop", "--json")
    receipt = json.loads(shown.splitlines()[0])
    who = {event["code"]: event["who"] for event in receipt["events"]}
    assert "@" in who["cancelled"]
    assert await say(environment, tmp_path, "cancel", "shop") == (
        1,
        "registry-bot: What this names has an outcome already: `registry-bot show shop`.\n",
    )
    assert await say(environment, tmp_path, "retry", "nothing-like-it") == (
        1,
        "registry-bot: There is no such request. `registry-bot requests` lists them.\n",
    )
    cloud.faults.clear()
    assert (await ask_for(slack, "shop")).body == ""  # the name is free again


async def test_a_request_that_is_worked_on_continues_and_the_operator_who_retries_it_is_told_so(
    environment: Environment, bots: list[BotProcess], slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    await waits(slack, cloud, "shop")
    database = open_database(environment["DATABASE_URL"])
    with database.begin() as connection:
        connection.execute(sa.text("UPDATE registry_bot_requests SET asked_at = asked_at - 3600"))
    # It waits in a pause, so it does not stand still; afterwards nobody has ended a step for a quarter of an hour.
    assert await say(environment, tmp_path, "requests", "--state", "stuck") == (0, "")
    steps = "operation_outputs" if database.dialect.name == "sqlite" else "dbos.operation_outputs"
    long_ago = f"UPDATE {steps} SET completed_at_epoch_ms = completed_at_epoch_ms - 3600000"
    with database.begin() as connection:
        connection.execute(sa.text(long_ago))
    database.dispose()
    code, said = await say(environment, tmp_path, "requests", "--state", "stuck")
    assert (code, said.strip().endswith("nothing has happened to it for 15 minutes")) == (0, True), said
    code, said = await say(environment, tmp_path, "retry", "shop")
    assert (code, said.strip().endswith(": nothing to do, because the bot is working on it")) == (0, True), said
    assert sum(call.operation == "create" for call in cloud.calls) == 1
    _, shown = await say(environment, tmp_path, "show", "shop", "--json")
    assert "retried" not in {event["code"] for event in json.loads(shown.splitlines()[0])["events"]}


async def test_what_fails_is_said_to_the_operator_and_in_the_log(
    environment: Environment, bots: list[BotProcess], slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    await waits(slack, cloud, "shop")
    _, shown = await say(environment, tmp_path, "show", "shop", "--json")
    request_id = json.loads(shown.splitlines()[0])["id"]
    database = open_database(environment["DATABASE_URL"])
    rename = "ALTER TABLE {} RENAME TO {}"
    away = ("registry_bot_events", "registry_bot_events_away")
    with database.begin() as connection:
        connection.execute(sa.text(rename.format(*away)))
    code, said = await say(environment, tmp_path, "cancel", request_id)
    assert (code, said.strip().endswith(": failed; the log of the bot says why")) == (1, True), said
    assert any("cancel failed (" in bot.said for bot in bots)
    with database.begin() as connection:
        connection.execute(sa.text(rename.format(*reversed(away))))
    database.dispose()
    code, said = await say(environment, tmp_path, "cancel", request_id)
    assert (code, said.strip().endswith(": done")) == (0, True), said
