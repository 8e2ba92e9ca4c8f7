"""SIGTERM: unready at once, requests taken for DRAIN_SECONDS, then gone within ten seconds, with nothing lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import ask_for, outcome_of, words
from tests.support.running import environment_for


@pytest.fixture
async def bot(slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> AsyncIterator[BotProcess]:
    environment = {**environment_for(slack, cloud, tmp_path / "bot.sqlite3"), "DRAIN_SECONDS": "4"}
    process = BotProcess(environment, log=tmp_path / "log")
    async with ending([process]):
        await up(process)
        slack.request_url = f"{process.address}/slack/events"
        yield process


async def get(url: str) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text(), answer.headers.get("Connection", "")


async def test_it_is_unready_at_once_takes_requests_a_while_longer_and_ends_in_order(
    bot: BotProcess, slack: LocalSlack
) -> None:
    assert (await get(f"{bot.address}/readyz"))[:2] == (200, "ready\n")
    bot.tell_to_leave()
    async with asyncio.timeout(3):
        while (await get(f"{bot.address}/readyz"))[0] == 200:  # noqa: ASYNC110  the signal takes a moment
            await asyncio.sleep(0.01)
    # Connections end with their answer, so that a proxy does not send the next request into a closing one.
    assert await get(f"{bot.address}/readyz") == (503, "not ready\n", "close")
    assert (await get(f"{bot.management}/readyz"))[:2] == (503, "the process is stopping\n")
    assert (await get(f"{bot.address}/healthz"))[0] == 200
    assert (await ask_for(slack, "shop")).body == ""
    assert "success" in words(await outcome_of(slack, "shop"))
    assert await bot.exit_code(seconds=14) == 0
    assert "something hangs" not in bot.said


async def test_two_bots_that_want_one_management_port_say_so(
    bot: BotProcess, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    environment = environment_for(slack, cloud, tmp_path / "other.sqlite3")
    other = BotProcess(environment, log=tmp_path / "other-log")
    other._environment["MANAGEMENT_PORT"] = str(bot.management_port)
    async with ending([other]):
        await other.start()
        assert await other.exit_code(seconds=20) == 75
    assert "Set MANAGEMENT_HOST and MANAGEMENT_PORT." in other.said
