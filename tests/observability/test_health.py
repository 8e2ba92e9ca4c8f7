"""`healthz` says that the process lives, `readyz` whether it can do its work, and if not, why."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import event

from bot.app import Service
from bot.config import Settings
from bot.observability.health import Health
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.database import read_only
from tests.support.people import ask_for
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, all_finished, running_bot


async def get(bot: Service, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.management}{path}") as answer:
        return answer.status, await answer.text()


async def at_the_front_door(bot: Service, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.address}{path}") as answer:
        return answer.status, await answer.text()


async def becomes_ready(bot: Service) -> None:
    async with asyncio.timeout(10):
        while await get(bot, "/readyz") != (200, "ready\n"):  # noqa: ASYNC110  nobody sets an event
            await asyncio.sleep(0.05)


def saying(*reasons: str) -> Callable[[], Awaitable[list[str]]]:
    """A part of the bot that says why it cannot work."""

    async def check() -> list[str]:
        return list(reasons)

    return check


@pytest.mark.parametrize(
    ("checks", "reasons"),
    [
        ([], []),
        ([saying(), saying()], []),
        ([saying("no engine"), saying(), saying("no Slack", "no socket")], ["no engine", "no Slack", "no socket"]),
    ],
    ids=["nobody asked", "all is well", "several reasons"],
)
async def test_every_part_is_asked_in_turn(
    checks: list[Callable[[], Awaitable[list[str]]]], reasons: list[str]
) -> None:
    assert await Health(*checks).why_not_ready() == reasons


async def test_a_healthy_bot_is_alive_and_ready(bot: Service) -> None:
    for ask in (get, at_the_front_door):
        assert await ask(bot, "/healthz") == (200, "ok\n")
        assert await ask(bot, "/readyz") == (200, "ready\n")


async def test_without_a_management_port_nothing_listens_there(
    settings: Callable[..., Settings], slack: LocalSlack
) -> None:
    async with running_bot(settings(MANAGEMENT_PORT=""), slack) as bot:
        assert bot.management is None
        assert (await at_the_front_door(bot, "/metrics"))[0] == 404


@pytest.mark.parametrize(
    "trouble",
    [Fault.answer(503, "<html>"), Fault.answer(200, {"ok": False, "error": "ratelimited"})],
    ids=["503", "busy"],
)
async def test_a_slack_that_does_not_say_who_the_bot_is_makes_it_unready_until_it_does(
    settings: Callable[..., Settings], slack: LocalSlack, trouble: Fault
) -> None:
    slack.faults.add("auth.test", trouble, times=None)
    async with running_bot(settings(), slack) as bot:
        status, reason = await get(bot, "/readyz")
        assert status == 503
        assert reason.startswith("auth.test failed: ")
        assert await get(bot, "/healthz") == (200, "ok\n")
        assert (await ask_for(slack, "shop")).body == ""
        slack.faults.clear("auth.test")
        await becomes_ready(bot)
        assert sum(call.method == "auth.test" and call.applied for call in slack.calls) == 1


async def test_an_outcome_that_found_no_way_to_anybody_is_logged_once_and_says_nothing_of_readiness(
    bot: Service, slack: LocalSlack, caplog: pytest.LogCaptureFixture
) -> None:
    refused = Fault.answer(200, {"ok": False, "error": "restricted_action"})
    slack.faults.add("chat.postMessage", refused, times=None)
    slack.faults.add("response_url", Fault.answer(404, ""), times=None)
    await ask_for(slack, "shop")
    await slack.wait_for(lambda: sum(call.method == "chat.postMessage" for call in slack.calls) >= 6)
    assert len(bot.engine.undelivered) == 1
    assert await get(bot, "/readyz") == (200, "ready\n")
    (line,) = [each for each in caplog.records if "cannot be delivered to anybody" in each.getMessage()]
    assert (line.__dict__["code"], line.__dict__["undelivered"]) == ("restricted_action", 1)
    slack.faults.clear()
    await outcome_told(slack)
    await all_finished()
    assert len(bot.engine.undelivered) == 0


async def outcome_told(slack: LocalSlack) -> None:
    places = (company.TEAM_SHOP, "D" + company.ANA[1:])
    await slack.wait_for(lambda: any("success" in each.text for place in places for each in slack.messages(place)))


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked", "invalid_auth"])
async def test_a_token_that_slack_no_longer_accepts_makes_it_unready_in_words_until_it_does(
    bot: Service, slack: LocalSlack, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    slack.refuse_token(code)
    await slack.command("shop")
    await slack.wait_for(lambda: bool(slack.messages(company.TEAM_SHOP)))
    status, reason = await get(bot, "/readyz")
    assert (status, reason.startswith(f"SLACK_BOT_TOKEN: Slack says {code}. ")) == (503, True)
    assert [code in each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == [True]
    slack.refuse_token(None)
    await becomes_ready(bot)


async def test_a_database_that_cannot_be_written_makes_it_unready(bot: Service, tmp_path: Path) -> None:
    with read_only(tmp_path / "bot.sqlite3"):
        status, reason = await get(bot, "/readyz")
        at_the_door = await at_the_front_door(bot, "/readyz")
    assert status == 503
    assert reason.startswith("the database cannot be used: ")
    assert at_the_door == (503, "not ready\n")
    await becomes_ready(bot)  # not at once: an answer is kept for a moment


async def test_asking_whether_it_is_ready_does_not_keep_the_database_busy(bot: Service) -> None:
    probes: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        probes.extend([statement] * ("registry_bot_writable" in statement))

    event.listen(bot.engine.database, "before_cursor_execute", note)
    answers = await asyncio.gather(*(get(bot, "/readyz") for _ in range(50)))
    assert answers == [(200, "ready\n")] * 50
    assert 1 <= len(probes) <= 5


async def test_an_engine_that_does_not_run_is_the_first_reason(
    settings: Callable[..., Settings], slack: LocalSlack
) -> None:
    async with running_bot(settings(), slack) as bot:
        pass
    reasons = await bot.health.why_not_ready()
    assert reasons[0] == "the durable engine is not running"


async def test_a_socket_that_is_down_makes_it_unready(settings: Callable[..., Settings]) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token="xapp-1") as slack:
        slack.faults.add("apps.connections.open", Fault.answer(503, "<html>"), times=None)
        values = {"SLACK_API_URL": slack.api_url, "SLACK_APP_TOKEN": "xapp-1"}
        async with running_bot(settings(**values), slack) as bot:
            status, reason = await get(bot, "/readyz")
            slack.faults.clear()
            await becomes_ready(bot)
    assert status == 503
    assert reason.startswith("the Socket Mode connection is down: it could not be opened (http_503)")
