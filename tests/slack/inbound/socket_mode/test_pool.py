"""Opening connections: what Slack, the token and the network may do meanwhile, and how one takes over from another."""

import asyncio
import json

import pytest
from aiohttp import web

from bot.errors import SettingsError
from bot.playground.faults import Fault
from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.socket_mode.client import SocketModeClient
from tests.slack.inbound.socket_mode.conftest import OPENED, Connect, NewClient, attempts, is_down, until_up
from tests.slack.inbound.socket_mode.servers import Behaviour, saying, silent, websocket_server
from tests.slack.lunch import COMMAND
from tests.support.running import BOT_TOKEN


@pytest.mark.parametrize(
    ("token", "code"), [(BOT_TOKEN, "not_allowed_token_type"), ("xapp-wrong", "invalid_auth"), ("", "not_authed")]
)
async def test_a_wrong_app_token_is_one_clear_line_at_the_start(
    slack: LocalSlack, new_client: NewClient, token: str, code: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        await new_client(token=token).connect()
    line = str(refused.value)
    assert line.startswith(f"SLACK_APP_TOKEN: Slack says {code}. ")
    assert "\n" not in line
    assert not token or token not in line
    assert attempts(slack) == 1


async def test_an_app_token_without_the_scope_is_one_clear_line_at_the_start(
    slack: LocalSlack, new_client: NewClient
) -> None:
    slack.faults.add(OPENED, Fault.answer(200, {"ok": False, "error": "missing_scope"}))
    with pytest.raises(SettingsError, match=r"^SLACK_APP_TOKEN: Slack says missing_scope\. .*connections:write"):
        await new_client().connect()


FAILURES = {
    "an error of Slack's": (Fault.answer(200, {"ok": False, "error": "internal_error"}), "internal_error"),
    "HTTP 500": (Fault.answer(500, "oops"), "http_500"),
    "not JSON": (Fault.answer(200, "<html>", {"Content-Type": "text/html"}), "http_200"),
    "a list": (Fault.answer(200, "[]", {"Content-Type": "application/json"}), "http_200"),
    "no URL": (Fault.answer(200, {"ok": True}), "call_failed"),
    "a URL that is none": (Fault.answer(200, {"ok": True, "url": "ws://[/?ticket=secret"}), "call_failed"),
    "nobody at the URL": (
        Fault.answer(200, {"ok": True, "url": "ws://127.0.0.1:1/?ticket=secret"}),
        "connection_refused",
    ),
    "a reset": (Fault.drop(), "connection_broke"),
    "junk": (Fault.garbage(), "answer_not_http"),
    "silence": (Fault.hang(), "no_answer"),
}


@pytest.mark.parametrize("what", FAILURES)
async def test_while_no_connection_can_be_opened_the_bot_waits_and_says_why(
    slack: LocalSlack, new_client: NewClient, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    fault, code = FAILURES[what]
    client = new_client()
    slack.faults.add(OPENED, fault, times=None)
    await client.connect()
    assert await client.why_not_ready() == [f"the Socket Mode connection is down: it could not be opened ({code})"]
    assert caplog.records[0].__dict__["code"] == code
    before = attempts(slack)
    await slack.wait_for(lambda: attempts(slack) >= before + 2)
    slack.faults.clear()
    await until_up(client)
    assert (await slack.command(command=COMMAND)).error is None


async def test_a_connection_url_is_used_once(slack: LocalSlack, new_client: NewClient) -> None:
    client = new_client()
    used = f"{slack.base_url.replace('http', 'ws')}/link/?ticket=used"
    slack.faults.add(OPENED, Fault.answer(200, {"ok": True, "url": used}))
    await client.connect()
    assert await is_down(client, "Slack did not open the WebSocket (HTTP 403)")
    await until_up(client)


async def test_the_start_does_not_wait_for_a_slow_slack(slack: LocalSlack, new_client: NewClient) -> None:
    client = new_client(first_attempt=0.1)
    slack.faults.add(OPENED, Fault.slow(0.3))
    await client.connect()
    assert await is_down(client, "(no_answer)")
    await until_up(client)


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (saying(), "Slack sent no hello within 0.2 s"),
        (silent, "Slack sent no hello within 0.2 s"),
        (saying(json.dumps({"type": "disconnect", "reason": "too_many_websockets"})), "too_many_websockets"),
        (saying("[]"), "Slack sent no hello within 0.2 s"),
        (saying(stay=False), "the connection closed"),
    ],
    ids=["nothing", "silence", "sent away", "nonsense", "closed"],
)
async def test_a_connection_counts_only_from_the_hello_on(
    slack: LocalSlack, new_client: NewClient, behave: Behaviour, reason: str
) -> None:
    client = new_client(hello=0.2)
    async with websocket_server(behave) as url:
        slack.faults.add(OPENED, Fault.answer(200, {"ok": True, "url": url}), times=2)
        await client.connect()
        assert await is_down(client, reason)
        await until_up(client)
        await slack.wait_for(lambda: connections(client) == 1)
    assert (await slack.command(command=COMMAND)).error is None


async def test_a_connection_without_a_hello_is_closed(slack: LocalSlack, new_client: NewClient) -> None:
    closed = asyncio.Event()

    async def behave(stream: web.WebSocketResponse) -> None:
        await saying()(stream)
        closed.set()

    client = new_client(hello=0.1)
    async with websocket_server(behave) as url:
        slack.faults.add(OPENED, Fault.answer(200, {"ok": True, "url": url}), times=None)
        await client.connect()
        await asyncio.wait_for(closed.wait(), 10)
        assert await is_down(client)


def connections(client: SocketModeClient) -> int:
    return len(client._pool._readers)


async def test_a_new_connection_takes_over_and_the_old_one_is_closed_after_a_while(
    slack: LocalSlack, connect: Connect
) -> None:
    client = await connect(linger=0.3)
    await slack.disconnect_sockets("warning")
    await slack.wait_for(lambda: slack.sockets.count == 2)
    await slack.wait_for(lambda: slack.sockets.count == 1)
    await slack.wait_for(lambda: connections(client) == 1)
    assert attempts(slack) == 2
    assert (await slack.command(command=COMMAND)).error is None
