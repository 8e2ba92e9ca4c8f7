"""Connections that send nothing, or half a request: each is closed after a while, and none keeps the others out."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.net import connections
from bot.net.connections import Connections, room_for_others
from bot.net.listening import listen
from tests.support.waiting import until

HEAD = b"POST /words HTTP/1.1\r\nHost: here\r\n"
UNFINISHED = {
    "nothing": b"",
    "half a line": b"POST /wor",
    "half a head": HEAD,
    "no body": HEAD + b"Content-Length: 100\r\n\r\n",
    "half a body": HEAD + b"Content-Length: 100\r\n\r\nhalf",
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    "no last chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
}
WHOLE = HEAD + b"Content-Length: 4\r\n\r\nsoup"


async def _words(request: web.Request) -> web.Response:
    try:
        return web.Response(text=(await request.read()).decode())
    except ConnectionError:
        return web.Response(status=400)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    application = web.Application()
    application.router.add_post("/words", _words)
    async with listen(application, host="127.0.0.1", port=0, drain_seconds=1) as address:
        yield int(address.rpartition(":")[2])


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "UNFINISHED_SECONDS", 0.3)


@contextlib.asynccontextmanager
async def connected(port: int, data: bytes = b"") -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        yield reader, writer
    finally:
        writer.transport.abort()


async def answered(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    return await reader.readexactly(4)


@pytest.mark.parametrize("kind", UNFINISHED)
async def test_a_request_that_does_not_arrive_whole_ends_its_connection(
    port: int, hurry: None, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(port, UNFINISHED[kind]) as (reader, _):
        async with asyncio.timeout(5):
            assert await reader.read() == b""
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_request_that_trickles_in_is_not_waited_for_longer(port: int, hurry: None) -> None:
    async with connected(port) as (reader, writer):

        async def trickle() -> None:
            for byte in WHOLE:
                writer.write(bytes([byte]))
                await asyncio.sleep(0.05)

        trickling = asyncio.create_task(trickle())
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        trickling.cancel()


async def test_a_connection_may_be_quiet_between_requests_but_not_in_the_middle_of_one(port: int, hurry: None) -> None:
    async with connected(port, WHOLE) as (reader, writer):
        assert await answered(reader) == b"soup"
        await asyncio.sleep(0.6)
        writer.write(WHOLE)
        assert await answered(reader) == b"soup"
        writer.write(WHOLE[:-1])
        async with asyncio.timeout(5):
            assert await reader.read() == b""


async def test_requests_that_come_together_are_all_answered(port: int, hurry: None) -> None:
    async with connected(port, WHOLE * 3) as (reader, _):
        assert [await answered(reader) for _ in range(3)] == [b"soup"] * 3


# ---- too many ----


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.net.listening.room_for_others", lambda _descriptors: 5)


@pytest.mark.parametrize("kind", [*UNFINISHED, "idle"])
async def test_the_newest_is_served_at_the_expense_of_the_one_that_waits_longest(
    little_room: None, port: int, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        others = []
        for _ in range(5):
            reader, writer = await stack.enter_async_context(connected(port, UNFINISHED.get(kind, WHOLE)))
            if kind == "idle":
                await answered(reader)
            others.append((reader, writer))
        await asyncio.sleep(0.1)
        async with aiohttp.ClientSession() as session, asyncio.timeout(5):
            async with session.post(f"http://127.0.0.1:{port}/words", data=b"soup") as response:
                assert await response.text() == "soup"
            assert await others[0][0].read() == b""
        assert not others[-1][0].at_eof()
    assert len([record for record in caplog.records if "too many connections" in record.message]) <= 1


async def test_what_is_being_worked_on_is_not_closed_for_a_newcomer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.net.listening.room_for_others", lambda _descriptors: 3)
    go_on = asyncio.Event()
    under_way = 0

    async def slow(_request: web.Request) -> web.Response:
        nonlocal under_way
        under_way += 1
        await go_on.wait()
        return web.Response(text="soup")

    application = web.Application()
    application.router.add_post("/words", slow)
    async with (
        listen(application, host="127.0.0.1", port=0, drain_seconds=1) as address,
        aiohttp.ClientSession() as session,
    ):

        async def ask() -> str:
            async with session.post(f"{address}/words") as response:
                return await response.text()

        asked = [asyncio.create_task(ask()) for _ in range(3)]
        async with asyncio.timeout(5):
            await until(lambda: under_way == 3)
            with pytest.raises(aiohttp.ClientError):
                await ask()
        go_on.set()
        assert await asyncio.gather(*asked) == ["soup"] * 3


@pytest.mark.parametrize(("descriptors", "room"), [(64, 16), (256, 64), (1024, 624), (4096, 1000), (1_048_576, 1000)])
def test_others_never_get_all_descriptors(descriptors: int, room: int) -> None:
    assert room_for_others(descriptors) == room


def test_where_nobody_waits_nobody_is_closed() -> None:
    Connections(1).shrink()


# ---- what is not HTTP ----

NOT_HTTP = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "another protocol": b"EHLO example.com\r\n\r\n",
    "a length that is a word": HEAD + b"Content-Length: many\r\n\r\n",
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a chunk without a size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "a header without end": HEAD + b"X: " + b"x" * 20_000,
    "a path without end": b"GET /" + b"x" * 20_000,
    "an address that is none": b"GET /\xff\xfe HTTP/1.1\r\nHost: here\r\n\r\n",
}


@pytest.mark.parametrize("kind", NOT_HTTP)
async def test_what_is_not_http_is_refused_without_a_traceback_and_without_filling_the_log(
    port: int, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for _ in range(30):
            async with connected(port, NOT_HTTP[kind]) as (reader, _):
                assert (await reader.readline()).startswith(b"HTTP/1.0 400 ")
    assert len(caplog.records) <= 10
    assert [record for record in caplog.records if record.exc_info] == []
