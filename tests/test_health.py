"""`healthz` says that the process lives, `readyz` whether it can do its work, and if not, why."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event

from bot.app import Service
from bot.config import Settings
from bot.health import Health
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.identity import Identity
from bot.slack.socket import SocketDoor
from tests.support.database import read_only
from tests.support.people import ask_for
from tests.support.running import running_bot


async def get(bot: Service, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.address}{path}") as answer:
        return answer.status, await answer.text()


async def test_a_healthy_bot_is_alive_and_ready(bot: Service) -> None:
    assert await get(bot, "/healthz") == (200, "ok\n")
    assert await get(bot, "/readyz") == (200, "ready\n")


@pytest.mark.parametrize(
    "trouble",
    [Fault.answer(503, "<html>"), Fault.answer(200, {"ok": False, "error": "ratelimited"})],
    ids=["503", "busy"],
)
async def test_a_slack_that_does_not_say_who_the_bot_is_makes_it_unready_until_it_does(
    settings: Callable[..., Settings], slack: LocalSlack, trouble: Fault
) -> None:
    slack.faults.add("auth.test", trouble)
    async with running_bot(settings(), slack) as bot:
        status, reason = await get(bot, "/readyz")
        assert status == 503
        assert reason.startswith("auth.test failed: ")
        assert await get(bot, "/healthz") == (200, "ok\n")
        assert (await ask_for(slack, "shop")).body == ""
        await slack.wait_for(lambda: sum(call.method == "auth.test" and call.applied for call in slack.calls) == 1)
        await slack.wait_for(lambda: bot.health._identity.trouble is None)
        assert await get(bot, "/readyz") == (200, "ready\n")


async def test_an_outcome_that_found_no_way_makes_it_unready_until_it_has(bot: Service, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": "account_inactive"}), times=None)
    slack.faults.add("response_url", Fault.answer(404, ""), times=None)
    await ask_for(slack, "shop")
    await slack.wait_for(lambda: bool(bot.health._undelivered))
    status, reason = await get(bot, "/readyz")
    assert (status, reason) == (503, "1 outcome(s) not announced yet (account_inactive)\n")
    slack.faults.clear()
    await slack.wait_for(lambda: not bot.health._undelivered)
    assert await get(bot, "/readyz") == (200, "ready\n")
    assert any("success" in message.text for message in slack.messages(company.TEAM_SHOP))


async def test_a_database_that_cannot_be_written_makes_it_unready(bot: Service) -> None:
    with read_only(bot):
        status, reason = await get(bot, "/readyz")
    assert status == 503
    assert reason.startswith("the database cannot be used: ")
    async with asyncio.timeout(10):
        while await get(bot, "/readyz") != (200, "ready\n"):  # noqa: ASYNC110  an answer is kept for a moment
            await asyncio.sleep(0.1)


async def test_asking_whether_it_is_ready_does_not_keep_the_database_busy(bot: Service) -> None:
    probes: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        probes.extend([statement] * ("registry_bot_writable" in statement))

    event.listen(bot.engine._database, "before_cursor_execute", note)
    answers = await asyncio.gather(*(get(bot, "/readyz") for _ in range(50)))
    assert answers == [(200, "ready\n")] * 50
    assert 1 <= len(probes) <= 5


async def test_an_engine_that_does_not_run_is_the_first_reason() -> None:
    health = Health(identity=Identity(AsyncWebClient(token="xoxb-1")))
    assert await health.why_not_ready() == [
        "the durable engine is not running",
        "Slack was not asked yet who this bot is",
    ]


async def test_a_socket_that_is_down_makes_it_unready(bot: Service, slack: LocalSlack) -> None:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=slack.api_url, session=session)
        bot.health.watch_socket(SocketDoor(bolt=bot.bolt, app_token="xapp-1", client=client, session=session))
        status, reason = await get(bot, "/readyz")
    assert status == 503
    assert "the Socket Mode connection is down" in reason
