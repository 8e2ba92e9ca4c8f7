"""Who the bot is: asked once at the start, and again in the background while Slack does not say."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsError
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.codes import TOKEN_WRONG
from bot.slack.inbound import identity as identity_module
from bot.slack.inbound.identity import Identity
from bot.slack.web_client import WatchedWebClient
from tests.support.running import BOT_TOKEN
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity_module, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(identity_module, "_PAUSE_MAX_SECONDS", 0.04)


@pytest.fixture
async def new_identity(slack: LocalSlack, session: aiohttp.ClientSession) -> AsyncIterator[Callable[..., Identity]]:
    made: list[Identity] = []

    def make(*, token: str = BOT_TOKEN) -> Identity:
        client = AsyncWebClient(token, base_url=slack.api_url, session=session, retry_handlers=[])
        made.append(Identity(client))
        return made[-1]

    yield make
    for each in made:
        await each.stop()


@pytest.fixture
def identity(new_identity: Callable[..., Identity]) -> Identity:
    return new_identity()


def asked(slack: LocalSlack) -> int:
    return sum(call.method == "auth.test" for call in slack.calls)


async def until_ready(identity: Identity) -> None:
    await until(lambda: is_ready(identity))


async def is_ready(identity: Identity) -> bool:
    return await identity.why_not_ready() == []


async def test_before_the_start_it_is_not_ready_and_has_a_name_anyway(identity: Identity) -> None:
    assert await identity.why_not_ready() == ["auth.test has not been called yet"]
    assert identity.mention == "@registry-bot"
    assert (await identity.authorize()).bot_token == BOT_TOKEN


async def test_after_the_start_it_knows_the_bot_and_its_workspace(identity: Identity, slack: LocalSlack) -> None:
    await identity.start()
    assert await identity.why_not_ready() == []
    assert identity.mention == f"<@{company.BOT_USER}>"
    known = await identity.authorize()
    assert (known.bot_token, known.bot_user_id, known.bot_id) == (BOT_TOKEN, company.BOT_USER, company.BOT_ID)
    assert known.team_id == company.TEAM_ID
    assert asked(slack) == 1


async def test_requests_are_authorized_from_memory(identity: Identity, slack: LocalSlack) -> None:
    await identity.start()
    slack.faults.add("*", Fault.hang(), times=None)
    assert len({(await identity.authorize()).bot_user_id for _ in range(10)}) == 1
    assert asked(slack) == 1


@pytest.mark.parametrize("code", sorted(TOKEN_WRONG))
async def test_a_wrong_token_is_one_clear_line_at_the_start(identity: Identity, slack: LocalSlack, code: str) -> None:
    slack.faults.add("auth.test", Fault.answer(200, {"ok": False, "error": code}))
    with pytest.raises(SettingsError) as refused:
        await identity.start()
    line = str(refused.value)
    assert line.startswith(f"SLACK_BOT_TOKEN: Slack says {code}. ")
    assert "\n" not in line
    assert BOT_TOKEN not in line


@pytest.mark.parametrize(("token", "code"), [("xoxb-of-another-app", "invalid_auth"), ("", "not_authed")])
async def test_a_token_that_slack_does_not_know_is_told_at_the_start(
    new_identity: Callable[..., Identity], token: str, code: str
) -> None:
    with pytest.raises(SettingsError, match=f"^SLACK_BOT_TOKEN: Slack says {code}"):
        await new_identity(token=token).start()


FAILURES = {
    "503": (Fault.answer(503, "<html>"), "http_503"),
    "busy": (Fault.answer(200, {"ok": False, "error": "ratelimited"}), "ratelimited"),
    "a proxy's page": (Fault.answer(200, "<html>welcome</html>", {"Content-Type": "text/html"}), "http_200"),
    "reset": (Fault.drop(), "connection_broke"),
    "silence": (Fault.hang(), "no_answer"),
}


@pytest.mark.parametrize("what", FAILURES)
async def test_while_slack_does_not_say_the_bot_starts_and_asks_until_it_does(
    identity: Identity, slack: LocalSlack, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    fault, code = FAILURES[what]
    slack.faults.add("auth.test", fault, times=None)
    await identity.start()
    assert await identity.why_not_ready() == [f"auth.test failed: {code}"]
    assert (await identity.authorize()).bot_token == BOT_TOKEN
    assert caplog.records[0].__dict__["code"] == code
    slack.faults.clear()
    await until_ready(identity)
    assert identity.mention == f"<@{company.BOT_USER}>"


async def test_the_start_does_not_wait_for_a_slow_slack(
    identity: Identity, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_module, "_FIRST_ATTEMPT_SECONDS", 0.1)
    slack.faults.add("auth.test", Fault.slow(0.5))
    await identity.start()
    assert await identity.why_not_ready() == ["auth.test failed: no_answer"]
    await until_ready(identity)


async def test_it_keeps_asking_while_slack_keeps_failing_and_stops_when_it_knows(
    identity: Identity, slack: LocalSlack
) -> None:
    slack.faults.add("auth.test", Fault.answer(503), times=4)
    await identity.start()
    await until_ready(identity)
    assert asked(slack) == 5
    assert identity._asking is not None
    await asyncio.wait_for(identity._asking, 10)


async def test_a_token_revoked_meanwhile_shows_and_is_tried_again(identity: Identity, slack: LocalSlack) -> None:
    slack.faults.add("auth.test", Fault.drop())
    slack.faults.add("auth.test", Fault.answer(200, {"ok": False, "error": "token_revoked"}), times=None)
    await identity.start()
    await slack.wait_for(lambda: asked(slack) >= 3)
    (reason,) = await identity.why_not_ready()
    assert reason.startswith("SLACK_BOT_TOKEN: Slack says token_revoked.")
    slack.faults.clear()
    await until_ready(identity)


# ---- a token that is no longer accepted while the bot runs ----


@pytest.fixture
async def at_work(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> AsyncIterator[tuple[Identity, WatchedWebClient]]:
    client = WatchedWebClient(BOT_TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])
    identity = Identity(client)
    client.watcher = identity
    await identity.start()
    yield identity, client
    await identity.stop()


async def post(client: WatchedWebClient) -> None:
    with contextlib.suppress(SlackApiError):
        await client.chat_postMessage(channel=company.TEAM_SHOP, text="soup")


@pytest.mark.parametrize("code", sorted(TOKEN_WRONG))
async def test_a_token_that_is_no_longer_accepted_is_one_error_line_and_unready_until_it_is_again(
    at_work: tuple[Identity, WatchedWebClient], slack: LocalSlack, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    identity, client = at_work
    slack.refuse_token(code)
    for _ in range(3):
        await post(client)
    before = asked(slack)
    await slack.wait_for(lambda: asked(slack) >= before + 3)
    (reason,) = await identity.why_not_ready()
    assert reason.startswith(f"SLACK_BOT_TOKEN: Slack says {code}. ")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert code in caplog.text
    slack.refuse_token(None)
    await until_ready(identity)


async def test_a_token_that_is_refused_a_second_time_is_told_a_second_time(
    at_work: tuple[Identity, WatchedWebClient], slack: LocalSlack, caplog: pytest.LogCaptureFixture
) -> None:
    identity, client = at_work
    for _ in range(2):
        slack.refuse_token("token_revoked")
        await post(client)
        assert await identity.why_not_ready() != []
        slack.refuse_token(None)
        await until_ready(identity)
    assert [record.levelname for record in caplog.records].count("ERROR") == 2


async def test_a_refusal_that_auth_test_does_not_confirm_is_over_at_once(
    at_work: tuple[Identity, WatchedWebClient], slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_module, "_PAUSE_SECONDS", 3600.0)
    identity, client = at_work
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": "token_revoked"}))
    await post(client)
    assert await identity.why_not_ready() != []
    await until_ready(identity)


async def test_after_the_stop_nobody_asks_again(at_work: tuple[Identity, WatchedWebClient], slack: LocalSlack) -> None:
    identity, client = at_work
    await identity.stop()
    slack.refuse_token("token_revoked")
    await post(client)
    assert identity._asking is None


# ---- which app we are ----


async def test_the_app_is_known_from_auth_test(at_work: tuple[Identity, WatchedWebClient]) -> None:
    assert at_work[0].app_id == company.APP_ID


async def test_the_app_is_known_before_that_where_the_app_level_token_names_it(web_client: AsyncWebClient) -> None:
    assert Identity(web_client, app_id="A0123ABCD").app_id == "A0123ABCD"
    assert Identity(web_client).app_id is None


async def test_stopping_ends_the_asking(identity: Identity, slack: LocalSlack) -> None:
    slack.faults.add("auth.test", Fault.answer(503), times=None)
    await identity.start()
    await slack.wait_for(lambda: asked(slack) >= 2)
    await identity.stop()
    before = asked(slack)
    await asyncio.sleep(0.2)
    assert asked(slack) == before


async def test_stopping_what_never_asked_is_fine(identity: Identity) -> None:
    await identity.stop()
