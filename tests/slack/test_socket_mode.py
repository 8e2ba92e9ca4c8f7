"""The whole way of a request over Socket Mode, and everything that can happen to a connection meanwhile."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Service
from bot.errors import SettingsError
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company, payloads
from bot.playground.slack.server import LocalSlack
from bot.slack.socket import Pace, SocketDoor
from tests.support.database import locked
from tests.support.people import ask_for, filled_in, open_form, outcome_of, words
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, running_bot, settings_for

# One bot for the whole file: every test asks for a name of its own, opens its own connections and leaves no fault behind.
pytestmark = pytest.mark.asyncio(loop_scope="module")

APP_TOKEN = "xapp-1-the-app-token"
OPENED = "apps.connections.open"
SESSION_SECONDS = 1.5

Connect = Callable[..., Awaitable[SocketDoor]]


def hurry(**changes: float) -> Pace:
    """Pauses of milliseconds, and no watch that a slow machine could set off."""
    quick = {"first_try": 5.0, "hello": 5.0, "silence": 60.0, "pause": 0.01, "pause_max": 0.04, "farewell": 0.3}
    return Pace(**{**quick, **changes})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cloud() -> AsyncIterator[LocalCodeArts]:
    async with LocalCodeArts() as server:
        yield server


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("socket") / "bot.sqlite3"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(slack: LocalSlack, cloud: LocalCodeArts, database: Path) -> AsyncIterator[Service]:
    async with running_bot(settings_for(slack, cloud, database), slack) as service:
        slack.request_url = None  # with Socket Mode on, Slack never uses it
        yield service


@pytest_asyncio.fixture(loop_scope="module")
async def new_door(bot: Service, slack: LocalSlack) -> AsyncIterator[Callable[..., SocketDoor]]:
    """Makes doors to the bot, not opened yet; all are closed in the end."""
    doors: list[SocketDoor] = []
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SESSION_SECONDS)) as session:

        def make(*, token: str = APP_TOKEN, **pace: float) -> SocketDoor:
            client = AsyncWebClient(base_url=slack.api_url, session=session, retry_handlers=[])
            door = SocketDoor(
                bolt=bot.bolt, app_token=token, client=client, session=session, pace=hurry(**pace), jitter=lambda: 0.0
            )
            doors.append(door)
            return door

        yield make
        slack.faults.clear()
        for door in doors:
            await door.close(1)
        await slack.wait_for(lambda: slack.sockets.count == 0)


@pytest.fixture
def connect(new_door: Callable[..., SocketDoor]) -> Connect:
    async def opened(**pace: float) -> SocketDoor:
        door = new_door(**pace)
        await door.open()
        assert door.why_not_ready() is None
        return door

    return opened


def tickets(slack: LocalSlack) -> int:
    """How often a connection was asked for."""
    return sum(call.method == OPENED for call in slack.calls)


def creates(cloud: LocalCodeArts, name: str) -> int:
    return sum(call.operation == "create" and json.loads(call.body)["display_name"] == name for call in cloud.calls)


def trouble(door: SocketDoor) -> str:
    return door.why_not_ready() or ""


async def bot_still_works(slack: LocalSlack, name: str) -> None:
    assert (await ask_for(slack, name)).error is None
    assert "success" in words(await outcome_of(slack, name))


# ---- the way of a request ----


async def test_a_registry_is_asked_for_and_announced_over_the_socket(
    slack: LocalSlack, cloud: LocalCodeArts, connect: Connect
) -> None:
    await connect()
    view_id = await open_form(slack, "by-socket")
    answer = await slack.submit(view_id, filled_in(name="by-socket"))
    message = await outcome_of(slack, "by-socket")
    assert (answer.error, answer.json, slack.views[view_id].open) == (None, None, False)
    (trace_id,) = [call.trace_id for call in cloud.calls if call.operation == "create" and b"by-socket" in call.body]
    assert f"Trace id: {trace_id}" in words(message)


async def test_a_bad_name_is_told_inside_the_form(slack: LocalSlack, connect: Connect) -> None:
    await connect()
    view_id = await open_form(slack)
    await slack.submit(view_id, filled_in(name="Team Shop!"))
    assert slack.views[view_id].open
    assert "Try `Team-Shop`" in slack.views[view_id].errors["registry_name"]


async def test_words_after_the_command_are_answered_to_the_one_who_typed(slack: LocalSlack, connect: Connect) -> None:
    await connect()
    answer = await slack.command("help")
    assert answer.json["response_type"] == "ephemeral"
    assert "opens a form" in answer.json["text"]


async def test_a_database_that_cannot_be_written_is_told_in_the_form_before_slack_gives_up(
    slack: LocalSlack, connect: Connect, database: Path
) -> None:
    await connect()
    view_id = await open_form(slack)
    with locked(database):
        answer = await slack.submit(view_id, filled_in(name="saved-slowly"))
    assert answer.error is None
    assert slack.views[view_id].errors["registry_name"]


# ---- doubles and several connections ----


async def test_an_envelope_delivered_again_creates_nothing_twice(
    slack: LocalSlack, cloud: LocalCodeArts, connect: Connect
) -> None:
    await connect()
    opened = slack.views[await open_form(slack)]
    payload = payloads.submission(slack.workspace, opened, filled_in(name="again"), user=company.ANA)
    at_once = await asyncio.gather(*(slack.sockets.send("interactive", payload, seconds=3) for _ in range(2)))
    await outcome_of(slack, "again")
    later = await slack.sockets.send("interactive", payload, seconds=3)
    assert ["payload" in answer for answer in (*at_once, later)] == [False] * 3
    assert creates(cloud, "again") == 1


async def test_the_command_may_reach_one_connection_and_the_form_another(slack: LocalSlack, connect: Connect) -> None:
    await connect()
    await connect()
    assert slack.sockets.count == 2
    for number in range(3):
        await bot_still_works(slack, f"either-{number}")


async def test_when_one_of_two_connections_closes_the_other_goes_on(slack: LocalSlack, connect: Connect) -> None:
    first, second = await connect(), await connect()
    await first.close(1)
    await slack.wait_for(lambda: slack.sockets.count == 1)
    await bot_still_works(slack, "one-left")
    assert "down" in trouble(first)
    assert second.why_not_ready() is None


# ---- refresh ----


async def test_a_warning_is_followed_by_a_new_connection_before_the_old_one_goes(
    slack: LocalSlack, connect: Connect
) -> None:
    door = await connect()
    reasons: list[str] = []
    unsubscribe = slack.subscribe(lambda: reasons.append(trouble(door)))
    await slack.disconnect_sockets("warning")
    answers = [await slack.command("help") for _ in range(20)]
    await slack.wait_for(lambda: slack.sockets.count == 2)
    await slack.wait_for(lambda: slack.sockets.count == 1)
    answers += [await slack.command("help")]
    unsubscribe()
    assert {answer.error for answer in answers} == {None}
    assert set(reasons) == {""}


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled", "a reason of next year"])
async def test_a_connection_sent_away_is_replaced(slack: LocalSlack, connect: Connect, reason: str) -> None:
    door = await connect()
    slack.faults.add(OPENED, Fault.slow(0.2))
    await slack.disconnect_sockets(reason)
    await slack.wait_for(lambda: reason in trouble(door))
    await slack.wait_for(lambda: door.why_not_ready() is None)
    assert (await slack.command("help")).error is None


async def test_what_is_under_way_is_answered_on_the_connection_that_is_being_replaced(
    slack: LocalSlack, connect: Connect, database: Path
) -> None:
    door = await connect()
    view_id = await open_form(slack)
    with locked(database):
        asking = asyncio.create_task(slack.submit(view_id, filled_in(name="under-way")))
        await slack.wait_for(lambda: bool(door._answers))
        await slack.disconnect_sockets("refresh_requested")
        await slack.wait_for(lambda: door.why_not_ready() is None)
    assert (await asking).error is None
    assert not slack.views[view_id].open
    assert "success" in words(await outcome_of(slack, "under-way"))


# ---- drops and silence ----


async def test_a_dropped_connection_is_made_again_however_often(slack: LocalSlack, connect: Connect) -> None:
    door = await connect()
    for number in range(5):
        before = tickets(slack)
        await slack.disconnect_sockets(abrupt=True)
        await slack.wait_for(lambda before=before: tickets(slack) > before and slack.sockets.count == 1)
        await slack.wait_for(lambda: door.why_not_ready() is None)
        assert (await slack.command("help")).error is None, number
    await bot_still_works(slack, "after-drops")


async def test_an_answer_survives_the_drop_of_its_connection_where_another_is_open(
    slack: LocalSlack, connect: Connect, database: Path
) -> None:
    door = await connect()
    view_id = await open_form(slack)
    with locked(database):
        asking = asyncio.create_task(slack.submit(view_id, filled_in(name="other-way")))
        await slack.wait_for(lambda: bool(door._answers))
        await slack.disconnect_sockets(abrupt=True)
        await slack.wait_for(lambda: slack.sockets.count == 1)
        await slack.wait_for(lambda: door.why_not_ready() is None)
    assert (await asking).error is None
    assert "success" in words(await outcome_of(slack, "other-way"))


async def test_pauses_double_up_to_a_limit_and_none_comes_after_an_announced_end(
    new_door: Callable[..., SocketDoor],
) -> None:
    door = new_door(pause=0.5, pause_max=30.0)
    assert [door._pause(failures) * 2 for failures in (0, 1, 2, 3, 6, 7, 8, 10_000)] == [0, 0.5, 1, 2, 16, 30, 30, 30]


async def test_slack_that_ends_every_connection_at_once_is_not_asked_without_pause(
    slack: LocalSlack, connect: Connect
) -> None:
    await connect(pause=0.05, pause_max=60.0)
    before = tickets(slack)
    unsubscribe = slack.subscribe(lambda: [sent.transport.abort() for sent in slack.sockets._open if sent.transport])
    await slack.disconnect_sockets(abrupt=True)
    await asyncio.sleep(0.6)
    unsubscribe()
    assert 0 < tickets(slack) - before < 7


async def test_a_silent_connection_is_given_up_and_readiness_says_so(slack: LocalSlack, connect: Connect) -> None:
    door = await connect(silence=0.3)
    slack.faults.add(OPENED, Fault.slow(0.3))
    slack.freeze_sockets()
    await slack.wait_for(lambda: "nothing was heard" in trouble(door))
    await slack.wait_for(lambda: slack.sockets.living == 1)
    await slack.wait_for(lambda: door.why_not_ready() is None)
    assert (await slack.command("help")).error is None


async def test_a_quiet_connection_whose_pings_are_answered_stays(slack: LocalSlack, connect: Connect) -> None:
    await connect(silence=0.9)
    before = tickets(slack)
    await asyncio.sleep(3 * SESSION_SECONDS)
    assert tickets(slack) == before
    assert (await slack.command("help")).error is None


# ---- nonsense ----

ENVELOPE: dict[str, Any] = {"envelope_id": "e", "type": "slash_commands", "accepts_response_payload": True}
NONSENSE = {
    "nothing": "",
    "no JSON": "{",
    "a list": "[]",
    "null": "null",
    "a number": "7",
    "nested too deep": "[" * 100_000,
    "an object without type": "{}",
    "a notice without a type that we know": '{"type": "goodbye"}',
    "no envelope_id": json.dumps({**ENVELOPE, "envelope_id": None, "payload": {}}),
    "an envelope_id that is no word": json.dumps({**ENVELOPE, "envelope_id": 7, "payload": {}}),
    "a type that is no word": json.dumps({**ENVELOPE, "type": ["slash_commands"], "payload": {}}),
    "no payload": json.dumps(ENVELOPE),
    "a payload that is a list": json.dumps({**ENVELOPE, "payload": []}),
    "an empty payload": json.dumps({**ENVELOPE, "payload": {}}),
    "an unknown type": json.dumps({**ENVELOPE, "type": "carrier_pigeon", "payload": {"type": "coo"}}),
    "a view that is a word": json.dumps({**ENVELOPE, "payload": {"type": "view_submission", "view": "v"}}),
    "a team that is a word": json.dumps({**ENVELOPE, "payload": {"type": "block_actions", "team": "T", "user": 7}}),
}


@pytest.mark.parametrize("what", NONSENSE)
async def test_a_malformed_frame_disturbs_nothing(slack: LocalSlack, connect: Connect, what: str) -> None:
    await connect()
    before = tickets(slack)
    await slack.sockets._open[0].stream.send_str(NONSENSE[what])
    await slack.sockets._open[0].stream.send_bytes(b"\x00\xff")
    assert (await slack.command("help")).error is None
    assert tickets(slack) == before


async def test_a_frame_that_is_no_websocket_frame_costs_only_the_connection(
    slack: LocalSlack, connect: Connect
) -> None:
    door = await connect()
    before = tickets(slack)
    transport = slack.sockets._open[0].transport
    assert transport is not None
    transport.write(b"\xff" * 16)
    await slack.wait_for(lambda: tickets(slack) > before and door.why_not_ready() is None)
    await slack.wait_for(lambda: slack.sockets.count == 1)
    assert (await slack.command("help")).error is None


# ---- failures are told ----


async def test_a_command_that_nobody_listens_to_is_answered_in_words(slack: LocalSlack, connect: Connect) -> None:
    await connect()
    answer = await slack.command("x", command="/another-command")
    assert answer.json["response_type"] == "ephemeral"
    assert "something went wrong on our side" in answer.json["text"]
    assert "quote R-" in answer.json["text"]


@pytest.mark.parametrize(
    "spoilt",
    [{"user": 7}, {"response_urls": 7}, {"user": None}, {"view": None}, {"view": {"state": {}, "callback_id": 7}}],
)
async def test_a_submission_that_cannot_be_handled_is_not_taken_for_accepted(
    slack: LocalSlack, connect: Connect, spoilt: dict[str, Any]
) -> None:
    await connect()
    opened = slack.views[await open_form(slack)]
    payload = payloads.submission(slack.workspace, opened, filled_in(name="spoilt"), user=company.ANA)
    answer = await slack.sockets.send("interactive", {**payload, **spoilt}, seconds=3)
    assert answer["payload"]["response_action"] == "errors"
    assert "quote R-" in answer["payload"]["errors"]["registry_name"]


async def test_a_press_that_nobody_handles_is_left_to_slacks_own_warning(slack: LocalSlack, connect: Connect) -> None:
    await connect()
    press = {"type": "block_actions", "actions": [{"action_id": "a", "block_id": "b", "type": "button"}]}
    with pytest.raises(TimeoutError):
        await slack.sockets.send("interactive", press, seconds=0.3)
    assert (await slack.command("help")).error is None


async def test_an_event_that_nobody_handles_is_acknowledged_so_that_it_does_not_come_again(
    slack: LocalSlack, connect: Connect
) -> None:
    await connect()
    answer = await slack.send_event({"type": "app_home_opened", "user": company.ANA})
    assert (answer.error, answer.json) == (None, None)


async def test_an_answer_goes_along_unless_slack_says_that_it_takes_none(slack: LocalSlack, connect: Connect) -> None:
    await connect()
    typed = payloads.command(
        slack.workspace, command="/create-registry", text="help", user=company.ANA, channel=company.TEAM_SHOP
    )
    takes_none = await slack.sockets.send("events_api", typed, seconds=3)
    waiting = slack.sockets._acknowledgements["e"] = asyncio.get_running_loop().create_future()
    silent_about_it = {"envelope_id": "e", "type": "slash_commands", "payload": typed}
    await slack.sockets._open[0].stream.send_json(silent_about_it)
    assert takes_none.keys() == {"envelope_id"}
    assert (await waiting)["payload"]["response_type"] == "ephemeral"
    del slack.sockets._acknowledgements["e"]


# ---- the end ----


async def test_at_the_end_what_is_under_way_is_answered_before_the_connection_closes(
    slack: LocalSlack, connect: Connect, database: Path
) -> None:
    door = await connect()
    view_id = await open_form(slack)
    with locked(database):
        asking = asyncio.create_task(slack.submit(view_id, filled_in(name="last-one")))
        await slack.wait_for(lambda: bool(door._answers))
        closing = asyncio.create_task(door.close(5))
        await asyncio.sleep(0)
        assert slack.sockets.count == 1
    assert (await asking).error is None
    await closing
    await slack.wait_for(lambda: slack.sockets.count == 0)
    assert "success" in words(await outcome_of(slack, "last-one"))


async def test_the_end_does_not_wait_for_ever(slack: LocalSlack, connect: Connect, database: Path) -> None:
    door = await connect()
    view_id = await open_form(slack)
    slack.postman.ack_seconds = 1.0
    with locked(database):
        asking = asyncio.create_task(slack.submit(view_id, filled_in(name="too-late")))
        await slack.wait_for(lambda: bool(door._answers))
        await door.close(0.05)
        await slack.wait_for(lambda: slack.sockets.count == 0)
        assert not asking.done()
    assert (await asking).error == "operation_timeout"
    slack.postman.ack_seconds = 3.0


async def test_the_end_comes_although_slack_is_silent_or_unreachable(slack: LocalSlack, connect: Connect) -> None:
    silent, searching = await connect(), await connect()
    slack.freeze_sockets()
    slack.faults.add(OPENED, Fault.hang())
    searching._lines.copy().popitem()[1].cancel()
    await slack.wait_for(lambda: "down" in trouble(searching))
    async with asyncio.timeout(5):
        await asyncio.gather(silent.close(1), searching.close(1))
    slack.faults.clear()
    await slack.wait_for(lambda: slack.sockets.count == 0)


# ---- apps.connections.open ----


@pytest.mark.parametrize(
    ("token", "code"), [(BOT_TOKEN, "not_allowed_token_type"), ("xapp-wrong", "invalid_auth"), ("", "not_authed")]
)
async def test_a_wrong_app_token_is_one_clear_line_at_the_start(
    new_door: Callable[..., SocketDoor], token: str, code: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        await new_door(token=token).open()
    line = str(refused.value)
    assert line.startswith(f"SLACK_APP_TOKEN: Slack says {code}. ")
    assert "\n" not in line
    assert not token or token not in line


TROUBLES = {
    "an error of Slack's": (Fault.answer(200, {"ok": False, "error": "internal_error"}), "internal_error"),
    "HTTP 500": (Fault.answer(500, "oops"), "http_500"),
    "no JSON": (Fault.answer(200, "<html>"), "could not be asked"),
    "a list": (Fault.answer(200, "[]"), "could not be asked"),
    "no address": (Fault.answer(200, {"ok": True}), "could not be asked"),
    "an address that is none": (Fault.answer(200, {"ok": True, "url": "ws://[/?ticket=secret"}), "could not be asked"),
    "nobody at the address": (Fault.answer(200, {"ok": True, "url": "ws://127.0.0.1:1/?ticket=secret"}), "Connector"),
    "a reset": (Fault.drop(), "could not be asked"),
    "junk": (Fault.garbage(), "could not be asked"),
    "no answer": (Fault.hang(), "did not answer in time"),
}


@pytest.mark.parametrize("what", TROUBLES)
async def test_while_no_connection_is_given_out_the_bot_waits_and_says_why(
    slack: LocalSlack, new_door: Callable[..., SocketDoor], what: str
) -> None:
    fault, reason = TROUBLES[what]
    door = new_door()
    slack.faults.add(OPENED, fault, times=None)
    await door.open()
    assert trouble(door).startswith("the Socket Mode connection is down: ")
    assert reason in trouble(door)
    before = tickets(slack)
    await slack.wait_for(lambda: tickets(slack) >= before + 2)
    slack.faults.clear()
    await slack.wait_for(lambda: door.why_not_ready() is None)
    assert (await slack.command("help")).error is None


async def test_the_start_does_not_wait_for_a_slow_slack(slack: LocalSlack, new_door: Callable[..., SocketDoor]) -> None:
    door = new_door(first_try=0.1)
    slack.faults.add(OPENED, Fault.slow(0.3))
    await door.open()
    assert "did not answer in time" in trouble(door)
    await slack.wait_for(lambda: door.why_not_ready() is None)


async def test_a_token_revoked_while_the_bot_runs_shows_and_is_tried_on(slack: LocalSlack, connect: Connect) -> None:
    door = await connect()
    slack.faults.add(OPENED, Fault.answer(200, {"ok": False, "error": "token_revoked"}), times=None)
    await slack.disconnect_sockets(abrupt=True)
    await slack.wait_for(lambda: "SLACK_APP_TOKEN: Slack says token_revoked" in trouble(door))
    slack.faults.clear()
    await slack.wait_for(lambda: door.why_not_ready() is None)


async def test_a_rate_limit_is_waited_out(slack: LocalSlack, new_door: Callable[..., SocketDoor]) -> None:
    door = new_door()
    limited = Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"})
    slack.faults.add(OPENED, Fault.answer(500))
    slack.faults.add(OPENED, limited, times=None)
    before = tickets(slack)
    await door.open()
    await slack.wait_for(lambda: "ratelimited" in trouble(door))
    await asyncio.sleep(0.3)
    assert tickets(slack) - before == 2


@contextlib.asynccontextmanager
async def odd_server(first_word: str | None) -> AsyncIterator[str]:
    """Takes WebSockets, says one thing at most, and waits for their end."""

    async def serve(request: web.Request) -> web.WebSocketResponse:
        stream = web.WebSocketResponse(timeout=0.1)
        await stream.prepare(request)
        if first_word is not None:
            await stream.send_str(first_word)
        async for _ in stream:
            pass
        return stream

    application = web.Application()
    application.router.add_get("/", serve)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"ws://127.0.0.1:{runner.addresses[0][1]}/?ticket=secret"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("first_word", "reason"),
    [
        (None, "no hello within 0.2 s"),
        ('{"type": "disconnect", "reason": "too_many_websockets"}', "too_many_websockets"),
        ("[]", "no hello within 0.2 s"),
    ],
)
async def test_a_connection_counts_only_from_the_hello_on(
    slack: LocalSlack, new_door: Callable[..., SocketDoor], first_word: str | None, reason: str
) -> None:
    door = new_door(hello=0.2)
    async with odd_server(first_word) as url:
        slack.faults.add(OPENED, Fault.answer(200, {"ok": True, "url": url}), times=2)
        await door.open()
        assert reason in trouble(door)
        await slack.wait_for(lambda: door.why_not_ready() is None)
        await slack.wait_for(lambda: len(door._lines) == 1)
    assert (await slack.command("help")).error is None


async def test_no_ticket_and_no_token_is_logged(
    slack: LocalSlack, new_door: Callable[..., SocketDoor], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    caplog.set_level(logging.INFO)
    used = f"{slack.base_url.replace('http', 'ws')}/link/?ticket=secret"
    slack.faults.add(OPENED, Fault.answer(200, {"ok": True, "url": used}))
    slack.faults.add(OPENED, Fault.answer(200, {"ok": True, "url": "ws://127.0.0.1:1/?ticket=secret"}))
    door = new_door()
    await door.open()
    await slack.wait_for(lambda: door.why_not_ready() is None)
    await slack.command("x", command="/another-command")
    await slack.disconnect_sockets("refresh_requested")
    await slack.wait_for(lambda: slack.sockets.count == 1)
    await slack.disconnect_sockets(abrupt=True)
    await slack.wait_for(lambda: slack.sockets.count == 1)
    formatter = logging.Formatter("%(message)s")
    lines = "\n".join(formatter.format(record) for record in caplog.records if record.name != "asyncio")
    assert "a Socket Mode connection is open" in lines
    assert "WSServerHandshakeError" in lines
    for secret in ("ticket", "secret", APP_TOKEN, BOT_TOKEN, "response_url", "/response/"):
        assert secret not in lines
