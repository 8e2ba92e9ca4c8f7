"""`registry-bot run` with SLACK_APP_TOKEN, as a process."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack.server import LocalSlack
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import ask_for, outcome_of, words
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, environment_for
from tests.support.terminal import command

APP_TOKEN = "xapp-1-the-app-token"
OPENED = "apps.connections.open"
SETTINGS_WRONG = 78

Environment = dict[str, str]


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN) as server:
        yield server


@pytest.fixture
def environment(slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> Environment:
    whole = environment_for(slack, cloud, tmp_path / "bot.sqlite3")
    return {name: value for name, value in whole.items() if name != "SLACK_SIGNING_SECRET"} | {
        "SLACK_APP_TOKEN": APP_TOKEN
    }


async def readiness(address: str, *, containing: str) -> int:
    """Wait until readyz says this; its status then."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(20):
        while True:
            async with session.get(f"{address}/readyz") as response:
                if containing in await response.text():
                    return response.status
            await asyncio.sleep(0.02)


async def test_run_serves_over_the_socket_shows_a_drop_comes_back_and_ends_on_sigterm(
    environment: Environment, slack: LocalSlack, tmp_path: Path
) -> None:
    bot = BotProcess(environment, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        assert await readiness(bot.management, containing="ready") == 200
        slack.faults.add(OPENED, Fault.answer(500))
        await slack.disconnect_sockets(abrupt=True)
        assert await readiness(bot.management, containing="the Socket Mode connection is down") == 503
        assert await readiness(bot.management, containing="ready") == 200
        await ask_for(slack, "shop")
        assert "success" in words(await outcome_of(slack, "shop"))
        assert await bot.leave() == 0
    assert "Traceback" not in bot.said
    assert "Socket Mode" in bot.said
    assert "ticket" not in bot.said
    assert "xapp" not in bot.said


@pytest.mark.parametrize(
    ("token", "complaint"), [(BOT_TOKEN, " holds the wrong token"), ("xapp-of-another-app", ": Slack says ")]
)
async def test_run_with_a_wrong_app_token_ends_with_one_clear_line(
    environment: Environment, tmp_path: Path, token: str, complaint: str
) -> None:
    finished = await command("run", environment={**environment, "SLACK_APP_TOKEN": token}, cwd=tmp_path)
    assert finished.code == SETTINGS_WRONG
    complaints = [line for line in finished.err.splitlines() if line.startswith("registry-bot: ")]
    assert len(complaints) == 1
    assert complaints[0].startswith(f"registry-bot: SLACK_APP_TOKEN{complaint}")
    assert token not in finished.err + finished.out
