"""One Socket Mode connection, from Slack's hello to its end."""

import asyncio
import logging
from collections.abc import Callable

import aiohttp

from bot.errors import BotError, MalformedRequest
from bot.slack.envelopes import Envelope, Hello, Notice, read_frame

logger = logging.getLogger(__name__)


class NotConnected(BotError):
    """There is no usable connection; the text is a sentence that is fit for the log."""


class Line:
    """What is known of one connection, and who hears what comes over it.

    `greeted` ends with Slack's hello, or raises `NotConnected` when none came. `over` ends with a notice or the end of
    the connection; its result says why. `serving` tells whether Slack sends envelopes here, `announced` whether the end
    came with a notice, `since` when the connection was made (the loop's time).
    """

    def __init__(self, stream: aiohttp.ClientWebSocketResponse, *, take: Callable[["Line", Envelope], None]) -> None:
        loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[None] = loop.create_future()
        self.over: asyncio.Future[str] = loop.create_future()
        self.since = loop.time()
        self.announced = False
        self.serving = False
        self._stream = stream
        self._take = take

    async def read(self) -> None:
        """Hear every frame until the connection ends or this is cancelled; the stream is closed then."""
        try:
            async for frame in self._stream:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._hear(frame.data)
        finally:
            self.serving = False
            self._finish(self._why_ended())
            await self._stream.close()

    async def send(self, text: str) -> bool:
        """False when the connection has ended; True means that it was given to the network, no more."""
        try:
            await self._stream.send_str(text)
        except (ConnectionError, aiohttp.ClientError):
            return False
        return True

    def _hear(self, text: str) -> None:
        try:
            said = read_frame(text)
        except MalformedRequest as error:
            logger.warning("a Socket Mode frame was ignored: %s", error)
            return
        match said:
            case Hello():
                self._greet(said)
            case Notice():
                self._announce_end(said.reason)
            case Envelope():
                self._take(self, said)

    def _greet(self, hello: Hello) -> None:
        logger.info("a Socket Mode connection is open, one of %s", hello.connections)
        self.serving = True
        if not self.greeted.done():
            self.greeted.set_result(None)

    def _announce_end(self, reason: str) -> None:
        # After a warning Slack goes on sending for some seconds, after anything else it does not.
        self.serving = self.serving and reason == "warning"
        self.announced = True
        self._finish(f"Slack ends it ({reason})")

    def _finish(self, why: str) -> None:
        if not self.over.done():
            self.over.set_result(why)
        if not self.greeted.done():
            self.greeted.set_exception(NotConnected(why))

    def _why_ended(self) -> str:
        if isinstance(self._stream.exception(), aiohttp.ServerTimeoutError):
            return "nothing was heard from Slack for too long"
        return f"it ended (code {self._stream.close_code})"
