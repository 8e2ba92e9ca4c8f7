"""A company's network on loopback: servers under names that only its proxy knows, behind TLS of its own authority."""

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Self

_CHUNK = 64 * 1024
_HEAD_MAX = 64 * 1024


class _Carrier:
    """Listens on any free port of loopback and forgets nothing until it is closed."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def _listen(self, tls: ssl.SSLContext | None = None) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=tls, limit=_HEAD_MAX)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
                await self._carry(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        """Cut everything."""
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class TlsFront(_Carrier):
    """Speaks TLS and hands on to a plain server on loopback."""

    def __init__(self, *, to_port: int) -> None:
        super().__init__()
        self._to_port = to_port

    async def start(self, tls: ssl.SSLContext) -> Self:
        """Listen."""
        await self._listen(tls)
        return self

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _join(reader, writer, *await asyncio.open_connection("127.0.0.1", self._to_port))


class CompanyProxy(_Carrier):
    """An HTTP proxy: CONNECT, and requests with a whole URL. It alone knows at which port of loopback a name is found.

    `carried` has an entry such as `CONNECT slack.corp.test:443` or `POST http://…` for each request to it, those turned
    away included. With `password` it wants that of the user `bot`.
    """

    def __init__(self, ports: Mapping[str, int], *, password: str | None = None) -> None:
        super().__init__()
        self._ports = ports
        self._wanted = f"Basic {base64.b64encode(f'bot:{password}'.encode()).decode()}" if password else None
        self.carried: list[str] = []

    @property
    def url(self) -> str:
        """The value for HTTPS_PROXY and HTTP_PROXY, without credentials."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        """Listen."""
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cut everything."""
        await self.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        self.carried.append(f"{method} {target}")
        if self._wanted and f"proxy-authorization: {self._wanted}".lower() not in head.decode().lower():
            await _answer(writer, "407 Proxy Authentication Required")
            return
        if method != "CONNECT":
            rest = target.partition("://")[2]
            host, _, path = rest.partition("/")
            head = head.replace(target.encode(), f"/{path}".encode(), 1)
        else:
            host = target
        port = self._ports.get(host.partition(":")[0]) or int(host.partition(":")[2] or 0)
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await _answer(writer, "502 Bad Gateway")
            return
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            up_writer.write(head)
        await _join(reader, writer, up_reader, up_writer)


@contextlib.asynccontextmanager
async def tls_fronts(tls: ssl.SSLContext, plain_ports: Mapping[str, int]) -> AsyncIterator[dict[str, int]]:
    """A TLS front for each named server; the ports of the fronts by name."""
    fronts = {name: await TlsFront(to_port=port).start(tls) for name, port in plain_ports.items()}
    try:
        yield {name: front.port for name, front in fronts.items()}
    finally:
        for front in fronts.values():
            await front.close()


async def _answer(writer: asyncio.StreamWriter, status: str) -> None:
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()
    writer.close()


async def _join(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    up_reader: asyncio.StreamReader,
    up_writer: asyncio.StreamWriter,
) -> None:
    back = asyncio.create_task(_copy(up_reader, writer))
    try:
        await _copy(reader, up_writer)
    finally:
        back.cancel()
        await asyncio.gather(back, return_exceptions=True)
        up_writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.transport.close()
