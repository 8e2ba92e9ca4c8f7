"""Name resolution in threads of its own: names, failures, and nobody who waits for a slow name server."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
import pytest
from aiohttp.resolver import ThreadedResolver

from bot.net.resolver import OwnThreadsResolver

from .misbehaving_server import MisbehavingServer, answer, http_answer

HANGING = "hanging.example.com"


@pytest.fixture
async def resolver() -> AsyncIterator[OwnThreadsResolver]:
    resolver = OwnThreadsResolver()
    yield resolver
    await resolver.close()


class HangingNameServer:
    """Answers no question about HANGING until it is released; `asked` counts those questions."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.released = threading.Event()
        self._getaddrinfo = socket.getaddrinfo

    def getaddrinfo(self, host: str, *arguments: Any, **options: Any) -> Any:
        if host == HANGING:
            self.asked.release()
            self.released.wait(60)
            host = "127.0.0.1"
        return self._getaddrinfo(host, *arguments, **options)

    async def wait_for_questions(self, count: int) -> None:
        for _ in range(count):
            assert await asyncio.to_thread(self.asked.acquire, timeout=10)


@pytest.fixture
def name_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HangingNameServer]:
    server = HangingNameServer()
    monkeypatch.setattr(socket, "getaddrinfo", server.getaddrinfo)
    yield server
    server.released.set()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_name_resolves_to_what_aiohttps_own_resolver_finds(resolver: OwnThreadsResolver, host: str) -> None:
    found = await resolver.resolve(host, 443)
    assert ("127.0.0.1", 443) in [(each["host"], each["port"]) for each in found]
    theirs = ThreadedResolver()
    assert [dict(each) for each in found] == [dict(each) for each in await theirs.resolve(host, 443)]


async def test_a_name_that_does_not_exist_raises_os_error(resolver: OwnThreadsResolver) -> None:
    with pytest.raises(OSError, match=r".+"):
        await resolver.resolve("no-such-host.invalid", 443)


async def test_a_session_of_aiohttp_connects_through_it(resolver: OwnThreadsResolver) -> None:
    async with (
        MisbehavingServer(answer(http_answer(b"hello"))) as server,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=resolver)) as session,
        session.get(f"http://localhost:{server.port}/") as response,
    ):
        assert await response.read() == b"hello"


async def test_names_resolve_while_the_threads_of_the_event_loop_are_busy(resolver: OwnThreadsResolver) -> None:
    busy = threading.Event()
    with ThreadPoolExecutor(1) as only_thread:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(only_thread)
        waiting = loop.run_in_executor(None, busy.wait, 60)
        try:
            assert await asyncio.wait_for(resolver.resolve("localhost"), 30)
            assert not waiting.done()
        finally:
            busy.set()
            await waiting


async def test_the_event_loops_threads_are_free_while_a_name_server_hangs(
    resolver: OwnThreadsResolver, name_server: HangingNameServer
) -> None:
    slow = [asyncio.ensure_future(resolver.resolve(HANGING)) for _ in range(20)]
    with ThreadPoolExecutor(1) as only_thread:
        asyncio.get_running_loop().set_default_executor(only_thread)
        await name_server.wait_for_questions(1)
        assert await asyncio.to_thread(lambda: "free") == "free"
    assert not any(each.done() for each in slow)
    name_server.released.set()
    assert all(await asyncio.gather(*slow))


async def test_closing_does_not_wait_for_a_hanging_name_server(name_server: HangingNameServer) -> None:
    resolver = OwnThreadsResolver()
    running = [asyncio.ensure_future(resolver.resolve(HANGING)) for _ in range(4)]
    await name_server.wait_for_questions(4)
    queued = asyncio.ensure_future(resolver.resolve(HANGING))
    await asyncio.sleep(0)
    await resolver.close()
    assert not any(each.done() for each in running)
    with contextlib.suppress(asyncio.CancelledError):
        await queued
    assert queued.cancelled()
    name_server.released.set()
    assert all(await asyncio.gather(*running))
