"""The open Socket Mode connections: usually one, and two while a new one takes over from the old."""

import asyncio
from collections.abc import Callable

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import AppTokenRefused, NotConnected
from bot.slack.codes import APP_TOKEN_WRONG, code_of
from bot.slack.inbound.socket_mode.connection import Connection
from bot.slack.inbound.socket_mode.envelopes import Envelope
from bot.slack.inbound.socket_mode.timing import Timing

_CLOSE_SECONDS = 1.0  # for Slack's part of the closing handshake


class ConnectionPool:
    """Opens connections, sends over them, closes them.

    A connection URL grants access, like the app token: neither is logged, nor is the text of aiohttp's errors, which
    contains URLs.
    """

    def __init__(
        self,
        *,
        app_token: str,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        timing: Timing,
        on_envelope: Callable[[Connection, Envelope], None],
    ) -> None:
        self._app_token = app_token
        self._client = client
        self._session = session
        self._timing = timing
        self._on_envelope = on_envelope
        self._readers: dict[Connection, asyncio.Task[None]] = {}

    @property
    def receiving(self) -> bool:
        """Whether Slack has a connection to send envelopes to."""
        return any(connection.receiving for connection in self._readers)

    async def open(self) -> Connection:
        """Open a connection and wait for Slack's hello; the older connections then close after a while.

        Raises `AppTokenRefused` when the token is wrong, `NotConnected` or the error of slack_sdk or aiohttp otherwise.
        """
        url = await self._connection_url()
        try:
            async with asyncio.timeout(self._timing.hello):
                connection = await self._wait_for_hello(await self._connect(url))
        except TimeoutError:
            raise NotConnected(f"Slack sent no hello within {self._timing.hello:g} s") from None
        self._retire_all_but(connection)
        return connection

    async def send(self, text: str, *, preferred: Connection) -> bool:
        """Send over `preferred`, or over any other connection if that one has ended; False if all have."""
        others = [each for each in self._readers if each is not preferred and each.receiving]
        for connection in (preferred, *others):
            if await connection.send(text):
                return True
        return False

    async def close(self) -> None:
        """Close every connection."""
        readers = list(self._readers.values())
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)

    async def _connection_url(self) -> str:
        try:
            answer = await self._client.apps_connections_open(app_token=self._app_token)
        except SlackApiError as error:
            code = code_of(error)
            if code in APP_TOKEN_WRONG:
                raise AppTokenRefused(
                    f"SLACK_APP_TOKEN: Slack says {code}. Make an app-level token with the scope connections:write "
                    "under “Basic Information” of the Slack app."
                ) from None
            raise
        return str(answer.get("url"))

    async def _connect(self, url: str) -> aiohttp.ClientWebSocketResponse:
        try:
            return await self._session.ws_connect(
                url,
                heartbeat=self._timing.silence * 2 / 3,  # after a ping aiohttp waits half of this for any frame
                timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_SECONDS),
            )
        except aiohttp.WSServerHandshakeError as error:
            raise NotConnected(f"Slack did not open the WebSocket (HTTP {error.status})") from None

    async def _wait_for_hello(self, websocket: aiohttp.ClientWebSocketResponse) -> Connection:
        connection = Connection(websocket, on_envelope=self._on_envelope)
        reader = self._readers[connection] = asyncio.create_task(connection.read())
        reader.add_done_callback(lambda _reader: self._readers.pop(connection))
        try:
            await connection.hello
        except BaseException:
            reader.cancel()
            raise
        return connection

    def _retire_all_but(self, newest: Connection) -> None:
        loop = asyncio.get_running_loop()
        for connection, reader in self._readers.items():
            if connection is not newest:
                loop.call_later(self._timing.linger, reader.cancel)
