"""Requests that stand still: operators list them, have them tried again, or give them up; people and the ledger know."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import ask_for
from tests.support.postgres import scratch_database
from tests.support.running import environment_for
from tests.support.terminal import command

_TOLD_WITHIN = 40.0
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
    await slack.wait_for(
        lambda: any("was cancelled by" in each.text for each in slack.messages(company.TEAM_SHOP)), timeout=_TOLD_WITHIN
    )
    (told,) = [each for each in slack.messages(company.TEAM_SHOP) if each.user == company.BOT_USER]
    assert "look in the CodeArts Artifact console" in told.text
    _, shown = await say(environment, tmp_path, "show", "shop", "--json")
    receipt = json.loads(shown.splitlines()[0])
    who = {event["code"]: event["who"] for event in receipt["events"]}
    assert "@" in who["cancelled"]
    assert await say(environment, tmp_path, "cancel", "shop") == (
        1,
        "registry-bot: no such request without an outcome\n",
    )
    cloud.faults.clear()
    assert (await ask_for(slack, "shop")).body == ""  # the name is free again


async def test_a_retry_is_noted_and_done_and_what_is_worked_on_goes_on(
    environment: Environment, bots: list[BotProcess], slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    await waits(slack, cloud, "shop")
    assert await say(environment, tmp_path, "requests", "--state", "stuck") == (0, "")  # not for long yet
    code, said = await say(environment, tmp_path, "retry", "shop")
    assert (code, said.strip().endswith(": done")) == (0, True), said
    assert sum(call.operation == "create" for call in cloud.calls) == 1
    _, shown = await say(environment, tmp_path, "show", "shop", "--json")
    assert "retried" in {event["code"] for event in json.loads(shown.splitlines()[0])["events"]}
