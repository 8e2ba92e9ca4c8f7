"""One Socket Mode connection, from Slack's hello to its end."""

import asyncio
import logging
from collections.abc import Callable

import aiohttp

from bot.errors import MalformedRequest, NotConnected
from bot.slack.inbound.socket_mode.envelopes import Disconnect, Envelope, Hello, read_frame

logger = logging.getLogger(__name__)


class Connection:
    """The state of one connection. `on_envelope` is called with each envelope that comes in over it.

    `hello` is done when Slack's hello arrives, or fails with `NotConnected` if it never does. `ending` is done when
    Slack announces the end, or when the connection ends without notice; its result says why. `receiving`: whether Slack
    sends envelopes here. `announced`: whether Slack announced the end. `opened_at` is the loop's time.
    """

    def __init__(
        self, websocket: aiohttp.ClientWebSocketResponse, *, on_envelope: Callable[["Connection", Envelope], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        self.hello: asyncio.Future[None] = loop.create_future()
        self.ending: asyncio.Future[str] = loop.create_future()
        self.opened_at = loop.time()
        self.announced = False
        self.receiving = False
        self._websocket = websocket
        self._on_envelope = on_envelope

    async def read(self) -> None:
        """Read until the connection ends or this is cancelled, then close it."""
        try:
            async for frame in self._websocket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._handle(frame.data)
        finally:
            self.receiving = False
            self._end(self._why_closed())
            await self._websocket.close()

    async def send(self, text: str) -> bool:
        """False if the connection has ended. True only means that the text was handed to the network."""
        try:
            await self._websocket.send_str(text)
        except (ConnectionError, aiohttp.ClientError):
            return False
        return True

    def _handle(self, text: str) -> None:
        try:
            frame = read_frame(text)
        except MalformedRequest as error:
            logger.warning("ignored a Socket Mode frame: %s", error)
            return
        match frame:
            case Hello():
                self._on_hello(frame)
            case Disconnect():
                self._on_disconnect(frame)
            case Envelope():
                self._on_envelope(self, frame)

    def _on_hello(self, hello: Hello) -> None:
        logger.info("a Socket Mode connection is open; the app now has %s", hello.connections)
        self.receiving = True
        if not self.hello.done():
            self.hello.set_result(None)

    def _on_disconnect(self, disconnect: Disconnect) -> None:
        # After a warning Slack keeps sending for some seconds, after any other reason it does not.
        self.receiving = self.receiving and disconnect.reason == "warning"
        self.announced = True
        self._end(f"Slack ends the connection ({disconnect.reason})")

    def _end(self, reason: str) -> None:
        if not self.ending.done():
            self.ending.set_result(reason)
        if not self.hello.done():
            self.hello.set_exception(NotConnected(reason))

    def _why_closed(self) -> str:
        if isinstance(self._websocket.exception(), aiohttp.ServerTimeoutError):
            return "nothing was received from Slack for too long"
        return f"the connection closed (code {self._websocket.close_code})"
