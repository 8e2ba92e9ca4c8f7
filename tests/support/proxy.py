"""A TCP proxy in front of a PostgreSQL: it can be away, stand still, cut what it carries, and lose the answer to a commit."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Coroutine
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

_CHUNK = 64 * 1024


class Proxy:
    """Stands on a port of its own before the server of `url`; `url` of the proxy leads through it, without TLS.

    It runs in a thread of its own, because a bot that starts asks its database from within the test's loop.

    `lose_commit_after`: words of a statement. The commit of the first transaction in which they are seen reaches the
    server; its answer does not come back, and the connection ends. Then the proxy forgets them. `lose_answer_to`: the
    same for a statement that commits by itself.
    """

    def __init__(self, url: str) -> None:
        self._target = sa.make_url(url)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._moving = asyncio.Event()
        self._moving.set()
        self.lose_commit_after: bytes | None = None
        self.lose_answer_to: bytes | None = None

    @property
    def url(self) -> str:
        """The value for DATABASE_URL."""
        through = self._target.set(host="127.0.0.1", port=self._port)
        return through.update_query_dict({"sslmode": "disable", "gssencmode": "disable"}).render_as_string(
            hide_password=False
        )

    def come_back(self) -> None:
        """Listen, on the same port as before."""
        self._do(self._listen())

    def go_away(self) -> None:
        """Refuse connections and cut those there are."""
        self._do(self._cut())

    def stand_still(self) -> None:
        """Carry nothing any more, neither way, and close nothing: like a frozen server. New connections are accepted."""
        self._loop.call_soon_threadsafe(self._moving.clear)

    def move_again(self) -> None:
        """Carry on, with what was held up as well."""
        self._loop.call_soon_threadsafe(self._moving.set)

    def __enter__(self) -> Self:
        """Listen on any free port."""
        self._thread.start()
        self.come_back()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cut everything."""
        self.go_away()
        self._do(_all_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(5)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
        await asyncio.sleep(0)  # who was let in a moment ago is in `_open` now
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with self._remembered(writer):
            try:
                up_reader, up_writer = await asyncio.open_connection(self._target.host, self._target.port or 5432)
            except OSError:
                writer.transport.abort()
                return
            async with self._remembered(up_writer):
                back = asyncio.create_task(self._copy(up_reader, writer))
                with contextlib.suppress(OSError):
                    await self._forward(reader, writer, up_writer, back)
                back.cancel()
                await asyncio.gather(back, return_exceptions=True)

    async def _forward(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        server: asyncio.StreamWriter,
        back: asyncio.Task[None],
    ) -> None:
        seen = False
        while chunk := await reader.read(_CHUNK):
            await self._moving.wait()
            words = self.lose_commit_after
            seen = seen or (words is not None and words in chunk)
            alone = self.lose_answer_to is not None and self.lose_answer_to in chunk
            if alone or (seen and b"COMMIT" in chunk):
                self.lose_commit_after = self.lose_answer_to = None
                back.cancel()
                server.write(chunk)
                await server.drain()
                await asyncio.sleep(0.2)  # the server commits; nobody tells
                writer.transport.abort()
                return
            server.write(chunk)
            await server.drain()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await self._moving.wait()
                writer.write(chunk)
                await writer.drain()
        writer.transport.abort()

    @contextlib.asynccontextmanager
    async def _remembered(self, writer: asyncio.StreamWriter) -> AsyncIterator[None]:
        self._open.add(writer)
        try:
            yield
        finally:
            self._open.discard(writer)
            writer.transport.abort()


async def _all_others() -> None:
    """Let what was cut come to its end."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
