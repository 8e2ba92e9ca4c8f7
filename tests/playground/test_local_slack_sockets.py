"""Socket Mode as the real client of slack_sdk lives it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack

from .conftest import APP_TOKEN
from .stand_in_bot import StandInBot

OPENED = "apps.connections.open"


class Listener:
    """One connection of the app; acknowledges with `answer`, or not at all while `silent`."""

    def __init__(self, slack: LocalSlack, session: aiohttp.ClientSession) -> None:
        self.heard: list[SocketModeRequest] = []
        self.answer: dict[str, Any] | None = None
        self.silent = False
        web = AsyncWebClient(base_url=slack.api_url, session=session)
        self.client = SocketModeClient(app_token=APP_TOKEN, web_client=web, ping_interval=0.2)
        self.client.socket_mode_request_listeners.append(self._hear)

    async def _hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        if not self.silent:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.answer))


@pytest.fixture
async def connect(slack: LocalSlack, session: aiohttp.ClientSession) -> AsyncIterator[Callable[[], Any]]:
    """Connect a listener; all are closed in the end."""
    listeners: list[Listener] = []

    async def new() -> Listener:
        listener = Listener(slack, session)
        listeners.append(listener)
        count = slack.sockets.count
        await listener.client.connect()  # type: ignore[no-untyped-call]
        await slack.wait_for(lambda: slack.sockets.count > count)
        return listener

    yield new
    for listener in listeners:
        await listener.client.close()  # type: ignore[no-untyped-call]


async def test_a_command_goes_through_the_socket_and_its_answer_comes_back(
    slack: LocalSlack, connect: Callable[[], Any]
) -> None:
    listener = await connect()
    listener.answer = {"text": "words"}
    delivery = await slack.command("team-shop")
    (request,) = listener.heard
    assert (request.type, request.payload["text"], request.accepts_response_payload) == (
        "slash_commands",
        "team-shop",
        True,
    )
    assert (delivery.status, delivery.json, delivery.error) == (200, {"text": "words"}, None)
    assert slack.messages(company.TEAM_SHOP)[0].text == "words"
    listener.answer = None
    assert (await slack.command()).body == ""


async def test_a_submission_and_an_event_go_through_the_socket(slack: LocalSlack, connect: Callable[[], Any]) -> None:
    listener = await connect()
    web = listener.client.web_client
    web.token = "xoxb-local"
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "T"},
        "submit": {"type": "plain_text", "text": "S"},
        "blocks": [
            {
                "type": "input",
                "block_id": "name",
                "label": {"type": "plain_text", "text": "n"},
                "element": {"type": "plain_text_input", "action_id": "a"},
            }
        ],
    }
    trigger = slack.workspace.new_trigger(user=company.ANA, channel=company.TEAM_SHOP)
    view_id = (await web.views_open(trigger_id=trigger, view=view))["view"]["id"]
    listener.answer = {"response_action": "errors", "errors": {"name": "no"}}
    await slack.submit(view_id, {"name": {"a": "x"}})
    assert listener.heard[0].payload["view"]["state"]["values"]["name"]["a"]["value"] == "x"
    assert slack.views[view_id].errors == {"name": "no"}
    listener.answer = None
    await slack.send_event({"type": "app_home_opened"})
    assert (listener.heard[1].type, listener.heard[1].retry_attempt) == ("events_api", 0)
    assert listener.heard[1].accepts_response_payload is False


async def test_an_open_socket_is_used_instead_of_the_request_url(slack: LocalSlack, connect: Callable[[], Any]) -> None:
    async with StandInBot("local-signing-secret", slack.workspace.clock) as bot:
        slack.request_url = bot.url
        listener = await connect()
        await slack.command("by socket")
        await listener.client.close()
        await slack.wait_for(lambda: slack.sockets.count == 0)
        await slack.command("by http")
        assert [request.payload["text"] for request in listener.heard] == ["by socket"]
        assert [fields["text"] for fields in bot.heard] == ["by http"]


async def test_an_envelope_without_acknowledgement_is_lost(slack: LocalSlack, connect: Callable[[], Any]) -> None:
    listener = await connect()
    listener.silent, slack.postman.ack_seconds = True, 0.2
    assert (await slack.command()).error == "operation_timeout"
    listener.silent, slack.postman.ack_seconds = False, 3.0
    assert (await slack.command()).error is None
    assert len({request.envelope_id for request in listener.heard}) == 2


async def test_each_envelope_goes_to_one_of_several_connections(slack: LocalSlack, connect: Callable[[], Any]) -> None:
    first, second = await connect(), await connect()
    for number in range(6):
        await slack.command(str(number))
    heard = [request.payload["text"] for listener in (first, second) for request in listener.heard]
    assert sorted(heard) == [str(number) for number in range(6)]
    assert first.heard
    assert second.heard


@pytest.mark.parametrize("abrupt", [False, True])
async def test_a_client_sent_away_comes_back_with_a_new_ticket(
    slack: LocalSlack, connect: Callable[[], Any], *, abrupt: bool
) -> None:
    listener = await connect()
    await slack.disconnect_sockets(abrupt=abrupt)
    assert slack.sockets.count == 0
    await slack.wait_for(lambda: slack.sockets.count > 0)
    assert (await slack.command("after")).error is None
    assert listener.heard[-1].payload["text"] == "after"
    assert len([call for call in slack.calls if call.method == OPENED]) > 1


async def test_a_warning_ends_nothing(slack: LocalSlack, session: aiohttp.ClientSession) -> None:
    async with session.ws_connect(slack.workspace.new_socket_url()) as stream:
        assert (await stream.receive_json())["type"] == "hello"
        await slack.disconnect_sockets("warning")
        notice = await stream.receive_json()
        assert (notice["type"], notice["reason"], slack.sockets.count) == ("disconnect", "warning", 1)


async def test_frozen_sockets_are_silent_until_the_client_gives_them_up(
    slack: LocalSlack, connect: Callable[[], Any]
) -> None:
    listener = await connect()
    slack.freeze_sockets()
    slack.postman.ack_seconds = 0.1
    assert (await slack.command("lost")).error == "operation_timeout"
    slack.postman.ack_seconds = 3.0
    await slack.wait_for(lambda: len([call for call in slack.calls if call.method == OPENED]) > 1)
    await slack.wait_for(lambda: slack.sockets.count > 0 and slack.sockets.living > 0)
    assert (await slack.command("heard")).error is None
    assert [request.payload["text"] for request in listener.heard] == ["heard"]


async def test_a_ping_is_answered_until_the_socket_freezes(slack: LocalSlack, session: aiohttp.ClientSession) -> None:
    async with session.ws_connect(slack.workspace.new_socket_url(), autoping=False) as stream:
        await stream.receive_json()
        await stream.ping(b"sdk-ping-pong:1")
        answer = await stream.receive()
        assert (answer.type, answer.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")
        slack.freeze_sockets()
        await stream.ping(b"sdk-ping-pong:2")
        with pytest.raises(TimeoutError):
            await stream.receive(timeout=0.1)


async def test_a_ticket_is_good_for_one_connection(slack: LocalSlack, session: aiohttp.ClientSession) -> None:
    url = slack.workspace.new_socket_url()
    async with session.ws_connect(url) as stream:
        hello = await stream.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_nonsense_from_a_client_is_ignored(slack: LocalSlack, session: aiohttp.ClientSession) -> None:
    async with session.ws_connect(slack.workspace.new_socket_url()) as stream:
        await stream.receive_json()
        for nonsense in ("{", "[]", "7", '{"envelope_id": 7}', '{"envelope_id": "unknown"}'):
            await stream.send_str(nonsense)
        asking = asyncio.create_task(slack.command())
        envelope = await stream.receive_json()
        await stream.send_json({"envelope_id": envelope["envelope_id"]})
        assert (await asking).error is None


async def test_a_stop_ends_open_sockets_at_once(slack: LocalSlack, session: aiohttp.ClientSession) -> None:
    async with session.ws_connect(slack.workspace.new_socket_url()) as stream:
        await stream.receive_json()
        async with asyncio.timeout(1):
            await slack.stop()
        assert (await stream.receive()).type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
