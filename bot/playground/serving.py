"""The base class of the local servers: an aiohttp application on loopback that can be made to misbehave on the wire."""

import asyncio
import contextlib
import socket
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Self

from aiohttp import web

from bot.playground.faults import Fault, Faults

HOST = "127.0.0.1"
JSON_TYPE: Mapping[str, str] = MappingProxyType({"Content-Type": "application/json; charset=utf-8"})

_LINGER_ZERO = struct.pack("ii", 1, 0)  # closing then sends a reset instead of an orderly end
_JUNK = b"\x16\x03\x01 nothing that HTTP knows\r\n\r\n"
_FILLER = b'{"lost": "the rest of this answer never comes"}'
LARGEST_BODY = 16 * 1024 * 1024
_SECONDS_FOR_OPEN_CALLS = 0.1
_SECONDS_BETWEEN_LOOKS = 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer before it is sent."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: JSON_TYPE)


@dataclass(slots=True, kw_only=True)
class Call:
    """A remembered request. `status` is None while it is unanswered, and if no status line was sent."""

    status: int | None = field(default=None, init=False)
    applied: bool = field(default=False, init=False)


class LocalServer(ABC):
    """A server on 127.0.0.1 that notifies its subscribers of changes and carries out faults on real sockets."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._callbacks: list[Callable[[], None]] = []
        self._late: set[asyncio.TimerHandle] = set()

    @abstractmethod
    def application(self) -> web.Application:
        """A new application; called at each start."""

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT`, also after a stop. Raises RuntimeError before the first start."""
        if not self._port:
            raise RuntimeError("the server has not been started")
        return f"http://{HOST}:{self._port}"

    async def start(self, *, port: int = 0) -> None:
        """Listen on `port` (0 = any free one). Raises OSError if it is taken. Remembered calls are kept."""
        runner = web.AppRunner(
            self.application(), access_log=None, handle_signals=False, shutdown_timeout=_SECONDS_FOR_OPEN_CALLS
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port, reuse_address=True).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner, self._port = runner, runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening, end hanging calls, and close every connection. A second stop does nothing."""
        runner, self._runner = self._runner, None
        for timer in self._late:
            timer.cancel()
        self._late.clear()
        if runner is not None:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        """Start on any free port."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` on every change, from the server's loop. Returns a function that ends the subscription."""
        self._callbacks.append(callback)

        def unsubscribe() -> None:
            with contextlib.suppress(ValueError):
                self._callbacks.remove(callback)

        return unsubscribe

    def changed(self) -> None:
        """Notify the subscribers."""
        for callback in tuple(self._callbacks):
            callback()

    async def wait_for(self, predicate: Callable[[], bool], *, timeout: float = 10.0) -> None:
        """Return as soon as `predicate()` is true: it is checked on every change, and at least every 50 ms.

        Raises TimeoutError after `timeout` seconds.
        """
        woken = asyncio.Event()
        unsubscribe = self.subscribe(woken.set)
        try:
            async with asyncio.timeout(timeout):
                while not predicate():
                    woken.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(woken.wait(), _SECONDS_BETWEEN_LOOKS)
        finally:
            unsubscribe()

    async def respond(
        self, request: web.Request, *, operation: str, call: Call, effect: Callable[[], Answer], trace_id: str = ""
    ) -> web.Response:
        """Carry out `effect` and send its answer, unless there is a fault for this operation."""
        fault = self.faults.take(operation)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            fault = None
        if fault is None:
            answer = effect()
        else:
            made = effect() if fault.apply else None
            if fault.kind == "late":
                self._apply_later(fault.seconds, effect)
            lost = await self._carry_out(fault, request, made, call)
            if lost:
                return web.Response()
            answer = Answer(fault.status, fault.body.replace(b"{trace_id}", trace_id.encode()), fault.headers)
        call.status = answer.status
        self.changed()
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)

    def _apply_later(self, seconds: float, effect: Callable[[], Answer]) -> None:
        self._late.add(asyncio.get_running_loop().call_later(seconds, effect))

    async def _carry_out(self, fault: Fault, request: web.Request, made: Answer | None, call: Call) -> bool:
        """Do to the connection what the fault says; False if an ordinary answer should be sent instead."""
        if fault.kind == "answer":
            return False
        self.changed()
        if fault.kind == "hang":
            await _client_left(request)
        elif fault.kind == "garbage":
            _send_and_close(request, _JUNK)
        elif fault.kind == "truncate":
            call.status = made.status if made else 200
            _send_and_close(request, _cut_short(made.body if made else _FILLER, call.status))
        _cut(request, reset=fault.reset)
        return True


async def _client_left(request: web.Request) -> None:
    """Wait until the caller has gone; stopping the server cancels the wait."""
    while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)


def _cut_short(body: bytes, status: int) -> bytes:
    head = f"HTTP/1.1 {status} Local\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body[: len(body) // 2]


def _send_and_close(request: web.Request, raw: bytes) -> None:
    if request.transport is not None:
        request.transport.write(raw)
        request.transport.close()


def _cut(request: web.Request, *, reset: bool) -> None:
    transport = request.transport
    if transport is None or transport.is_closing():
        return
    if reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        transport.abort()
    else:
        transport.close()
