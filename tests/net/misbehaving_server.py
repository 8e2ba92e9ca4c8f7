"""A TCP server that reads HTTP requests and then does one exact thing to the connection.

It works at a lower level than the playground's servers on purpose: it can also act before a request is read, and it counts
connections.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Self

Action = Callable[["Exchange"], Awaitable[None]]


class Exchange:
    """One connection, as an action sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stop: asyncio.Event) -> None:
        self.reader, self.writer, self.stop = reader, writer, stop

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    def reset(self) -> None:
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def http_answer(
    body: bytes = b"{}", *, status: int = 200, headers: Mapping[str, str] | None = None, length: int | None = None
) -> bytes:
    """A complete answer, or one with a wrong Content-Length."""
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body) if length is None else length)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in (fields | dict(headers or {})).items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + body


def answer(raw: bytes) -> Action:
    """Send these bytes and keep the connection."""

    async def act(exchange: Exchange) -> None:
        await exchange.send(raw)

    return act


def answer_and_close(raw: bytes) -> Action:
    """Send these bytes and end the connection."""

    async def act(exchange: Exchange) -> None:
        await exchange.send(raw)
        exchange.writer.close()

    return act


async def reset(exchange: Exchange) -> None:
    """A TCP reset instead of an answer."""
    exchange.reset()


async def close(exchange: Exchange) -> None:
    """An orderly close instead of an answer."""
    exchange.writer.close()


async def hang(exchange: Exchange) -> None:
    """Nothing, until the server stops."""
    await exchange.stop.wait()


async def drip(exchange: Exchange) -> None:
    """An answer that never ends, sent in pieces so frequent that no read times out."""
    await exchange.send(http_answer(b"", length=10**9))
    with contextlib.suppress(ConnectionError):
        while not exchange.stop.is_set():
            await exchange.send(b" ")
            await asyncio.sleep(0.02)


class MisbehavingServer:
    """Does the next action of `script` to each request. `at_accept` is done to a connection before anything is read.

    `requests` holds every request that arrived in full, raw, and `arrived` is released for each; `connections` counts
    those accepted.
    """

    def __init__(self, *script: Action, at_accept: Action | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.script = deque(script)
        self.requests: list[bytes] = []
        self.arrived = asyncio.Semaphore(0)
        self.connections = 0
        self._at_accept, self._tls = at_accept, tls
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        exchange = Exchange(reader, writer, self._stop)
        try:
            if self._at_accept is not None:
                await self._at_accept(exchange)
                return
            while not writer.is_closing():
                self.requests.append(await _read_request(reader))
                self.arrived.release()
                await self.script.popleft()(exchange)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        finally:
            self._tasks.discard(task)
            writer.close()


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    return head + await reader.readexactly(length)
