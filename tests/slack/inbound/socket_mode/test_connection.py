"""One connection, from Slack's hello to its end, against servers that say what the tests want."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.errors import NotConnected
from bot.slack.inbound.socket_mode.connection import Connection
from bot.slack.inbound.socket_mode.envelopes import Envelope
from tests.slack.inbound.socket_mode.servers import Behaviour, saying, silent, websocket_server

HELLO = '{"type": "hello", "num_connections": 1}'


def disconnect(reason: str) -> str:
    return json.dumps({"type": "disconnect", "reason": reason})


def envelope(envelope_id: str) -> str:
    return json.dumps({"envelope_id": envelope_id, "type": "slash_commands", "payload": {}})


class Opened:
    """A connection that is being read, and the envelopes that came over it."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self.envelopes: asyncio.Queue[str] = asyncio.Queue()
        self.connection = Connection(websocket, on_envelope=self._keep)
        self.reader = asyncio.create_task(self.connection.read())

    async def envelope(self) -> str:
        """The id of the next one."""
        return await asyncio.wait_for(self.envelopes.get(), 10)

    def _keep(self, connection: Connection, envelope: Envelope) -> None:
        assert connection is self.connection
        self.envelopes.put_nowait(envelope.envelope_id)


@contextlib.asynccontextmanager
async def opened(behave: Behaviour, *, heartbeat: float | None = None) -> AsyncIterator[Opened]:
    async with (
        websocket_server(behave) as url,
        aiohttp.ClientSession() as session,
        session.ws_connect(url, heartbeat=heartbeat, timeout=aiohttp.ClientWSTimeout(ws_close=0.1)) as websocket,
    ):
        under_test = Opened(websocket)
        yield under_test
        under_test.reader.cancel()
        await asyncio.gather(under_test.reader, return_exceptions=True)
        # Nobody has to ask for it.
        if under_test.connection.hello.done():
            under_test.connection.hello.exception()


async def ended(under_test: Opened) -> str:
    return await asyncio.wait_for(under_test.connection.ending, 10)


async def test_it_receives_from_the_hello_on() -> None:
    async with opened(saying(HELLO, envelope("e1"), envelope("e2"))) as under_test:
        assert not under_test.connection.receiving
        await asyncio.wait_for(under_test.connection.hello, 10)
        assert under_test.connection.receiving
        assert [await under_test.envelope() for _ in range(2)] == ["e1", "e2"]
        assert not under_test.connection.ending.done()


async def test_a_second_hello_changes_nothing() -> None:
    async with opened(saying(HELLO, HELLO, envelope("e1"), stay=False)) as under_test:
        assert "closed" in await ended(under_test)
        assert await under_test.envelope() == "e1"


async def test_a_frame_that_cannot_be_read_is_passed_over_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with opened(saying(HELLO, "[]", envelope("e1"), stay=False)) as under_test:
        await ended(under_test)
        assert await under_test.envelope() == "e1"
    assert "ignored a Socket Mode frame: it is not an object" in caplog.messages


async def test_a_warning_announces_the_end_while_envelopes_go_on_coming() -> None:
    async with opened(saying(HELLO, disconnect("warning"), envelope("late"))) as under_test:
        assert await ended(under_test) == "Slack ends the connection (warning)"
        assert (under_test.connection.announced, under_test.connection.receiving) == (True, True)
        assert await under_test.envelope() == "late"


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled", "a_reason_of_next_year"])
async def test_any_other_reason_announces_the_end_at_once(reason: str) -> None:
    async with opened(saying(HELLO, disconnect(reason), envelope("late"))) as under_test:
        assert await ended(under_test) == f"Slack ends the connection ({reason})"
        assert (under_test.connection.announced, under_test.connection.receiving) == (True, False)
        # An envelope that comes nevertheless is not thrown away.
        assert await under_test.envelope() == "late"


async def test_the_first_reason_counts() -> None:
    said = saying(HELLO, disconnect("warning"), disconnect("refresh_requested"), stay=False)
    async with opened(said) as under_test:
        assert "(warning)" in await ended(under_test)
        await asyncio.wait_for(under_test.reader, 10)
        assert "(warning)" in await ended(under_test)
        assert not under_test.connection.receiving


async def test_an_end_without_notice_is_not_announced() -> None:
    async with opened(saying(HELLO, stay=False)) as under_test:
        assert (await ended(under_test)).startswith("the connection closed (code ")
        assert (under_test.connection.announced, under_test.connection.receiving) == (False, False)


@pytest.mark.parametrize(
    ("behave", "reason"),
    [(saying(stay=False), "closed"), (saying(disconnect("too_many_websockets")), "too_many_websockets")],
    ids=["closed", "sent away"],
)
async def test_an_end_before_the_hello_is_no_connection(behave: Behaviour, reason: str) -> None:
    async with opened(behave) as under_test:
        with pytest.raises(NotConnected, match=reason):
            await asyncio.wait_for(under_test.connection.hello, 10)
        assert not under_test.connection.receiving


async def test_silence_ends_it() -> None:
    async with opened(silent, heartbeat=0.05) as under_test:
        assert await ended(under_test) == "nothing was received from Slack for too long"


async def test_what_is_sent_arrives_and_after_the_end_is_told_as_lost() -> None:
    received: asyncio.Queue[str] = asyncio.Queue()

    async def behave(stream: web.WebSocketResponse) -> None:
        received.put_nowait(await stream.receive_str())

    async with opened(behave) as under_test:
        assert await under_test.connection.send("hello, Slack")
        assert await asyncio.wait_for(received.get(), 10) == "hello, Slack"
        await ended(under_test)
        await asyncio.wait_for(under_test.reader, 10)
        assert not await under_test.connection.send("too late")


async def test_cancelling_the_reader_closes_the_connection() -> None:
    closed = asyncio.Event()

    async def behave(stream: web.WebSocketResponse) -> None:
        await saying(HELLO)(stream)
        closed.set()

    async with opened(behave) as under_test:
        await asyncio.wait_for(under_test.connection.hello, 10)
        under_test.reader.cancel()
        await asyncio.wait_for(closed.wait(), 10)
        assert not under_test.connection.receiving
        assert await ended(under_test)
