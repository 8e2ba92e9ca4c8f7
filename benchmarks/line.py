"""One kept-alive HTTP connection that sends prepared bytes and notes the moment when the answer is complete."""

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Refused(Exception):
    """The contestant answered with another status than 200, or hung up."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Both moments in seconds of `time.perf_counter`; `body` is the answer's, None where it is empty."""

    sent_at: float
    answered_at: float
    body: str | None


class Line(asyncio.Protocol):
    """Use `Line.to`. One exchange at a time."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._answer: asyncio.Future[tuple[float, str | None]] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def to(cls, address: str) -> Self:
        """A connection to `http://host:port`."""
        place = urlsplit(address)
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(cls, place.hostname or "", place.port or 80)
        return line

    async def exchange(self, request: bytes) -> Exchange:
        """Send and wait for the whole answer. Raises Refused unless its status is 200."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        sent_at = time.perf_counter()
        self._transport.write(request)
        return Exchange(sent_at, *await self._answer)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        now = time.perf_counter()
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        length = _LENGTH.search(self._received, 0, end + 2) if end >= 0 else None
        if length is None or len(self._received) < end + 4 + int(length[1]):
            return
        answer, self._received = bytes(self._received), bytearray()
        if self._answer is None or self._answer.done():
            return
        if answer.startswith(b"HTTP/1.1 200"):
            self._answer.set_result((now, answer[end + 4 :].decode() or None))
        else:
            self._answer.set_exception(Refused(answer.decode(errors="replace")))

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Refused(f"hung up: {exc}"))
