"""Limits the incoming connections: how many there are, and how long each may take to send a request.

Anybody who can reach the port can open connections and send nothing, or half a request. By default aiohttp waits an hour for
each, until no descriptor is left for Slack, the database or CodeArts.
"""

import asyncio
import logging
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader

from bot.net.rate_limited_log import RateLimitedLog

UNFINISHED_SECONDS = 10.0  # from the first byte of a request, or from the connection, to its last byte
_MOST = 1000
# Calls to Slack and CodeArts (100 each), the database, and what the loop accepts at once before anything can be closed.
_OURS = 400
# Where the descriptors run out nevertheless.
_GIVEN_BACK, _LEAST = 16, 8

logger = logging.getLogger(__name__)
_malformed = RateLimitedLog(logger, per_minute=10)
_crowded = RateLimitedLog(logger, per_minute=1)


def room_for_others(descriptors: int) -> int:
    """How many incoming connections to allow if the process may have this many descriptors."""
    return min(_MOST, max(descriptors // 4, descriptors - _OURS))


class Connections:
    """The open connections, at most `limit`. If there are too many, one that keeps us waiting is closed for the newest."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: dict[HttpConnection, None] = {}  # the oldest first

    def __len__(self) -> int:
        """The number of open connections."""
        return len(self._open)

    def enter(self, connection: "HttpConnection") -> None:
        """Add a connection. Closes another one, or this one, if there are too many."""
        if len(self._open) >= self._limit:
            self._make_room(connection)
        self._open[connection] = None

    def leave(self, connection: "HttpConnection") -> None:
        """Remove a connection."""
        self._open.pop(connection, None)

    def shrink(self) -> None:
        """Lower the limit below the current number, because the descriptors ran out nevertheless."""
        self._limit = max(_LEAST, min(self._limit, len(self._open) - _GIVEN_BACK))
        while len(self._open) > self._limit and self._close_slowest():
            pass

    def _make_room(self, newest: "HttpConnection") -> None:
        _crowded.warning("too many connections are open (%s): closing those that send nothing", self._limit)
        if not self._close_slowest():
            newest.force_close()

    def _close_slowest(self) -> bool:
        slowest = self._slowest()
        if slowest is None:
            return False
        self.leave(slowest)
        slowest.force_close()
        return True

    def _slowest(self) -> "HttpConnection | None":
        # First one with an unfinished request, then one that is idle.
        unfinished = next((each for each in self._open if each.unfinished), None)
        return unfinished or next((each for each in self._open if each.idle), None)


class HttpConnection(web.RequestHandler):
    """aiohttp's connection, with a time limit for each request to arrive completely."""

    __slots__ = ("_body", "_connections", "_limit", "unfinished")

    def __init__(self, server: web.Server, *, connections: Connections, loop: asyncio.AbstractEventLoop) -> None:
        # Nothing from outside is decompressed: Slack compresses nothing.
        super().__init__(server, loop=loop, access_log=None, auto_decompress=False)  # type: ignore[arg-type]
        self._connections = connections
        self._limit: asyncio.TimerHandle | None = None
        self._body: StreamReader | None = None
        self.unfinished = False

    @property
    def idle(self) -> bool:
        """Whether it is between two requests."""
        return self._waiter is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first request."""
        super().connection_made(transport)
        self._await_request()
        self._connections.enter(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget it."""
        self._connections.leave(self)
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Receive a part of a request."""
        if data and not self.unfinished:
            self._await_request()
        super().data_received(data)
        if self._messages:
            self._body = self._messages[-1][1]
        if self._body is not None and self._body.is_eof():
            self._stop_waiting()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answer a malformed or incomplete request; only our own faults are logged with a traceback."""
        gone = self.transport is None and isinstance(exc, ConnectionError)
        if status < 500 or gone or isinstance(exc, HttpProcessingError | web.RequestPayloadError):
            _malformed.warning("a request that is not HTTP, or broke off, was refused: %s", type(exc).__name__)
            response = web.Response(status=status if status < 500 else 400, text="This is not a whole HTTP request.")
            response.force_close()
            return response
        return super().handle_error(request, status, exc, message)

    def _await_request(self) -> None:
        self.unfinished, self._body = True, None
        self._limit = self._loop.call_later(UNFINISHED_SECONDS, self.force_close)

    def _stop_waiting(self) -> None:
        self.unfinished, self._body = False, None
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None


class Runner(web.AppRunner):
    """aiohttp's runner, with `HttpConnection` for each accepted connection."""

    __slots__ = ("connections",)

    def __init__(self, application: web.Application, *, connections: Connections, **options: Any) -> None:
        super().__init__(application, **options)
        self.connections = connections

    @property
    def server(self) -> Any:
        """The factory from which a site gets the protocol of each connection."""
        server = self._server
        if server is None:
            return None
        loop = asyncio.get_running_loop()
        return lambda: HttpConnection(server, connections=self.connections, loop=loop)
