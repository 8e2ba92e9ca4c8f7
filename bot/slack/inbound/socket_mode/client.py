"""The Socket Mode client: keeps a connection to Slack open and acknowledges the envelopes that come in over it.

Our own client over aiohttp, because slack_sdk's has gaps that this bot cannot accept (docs/facts/slack.md section 6): it
closes the old connection before it opens the next, so every refresh loses what arrives in between; it retries without
back-off, and endlessly if the token is wrong from the start; it considers itself connected before Slack's hello; and when
it closes, nothing waits for answers in progress. Here:

- When Slack announces the end of a connection, the next one is opened first. The old one is read until Slack ends it; an
  app may have 10 connections.
- A connection that ends is replaced after a pause that grows and has jitter, so that replicas do not all return at once.
- aiohttp's heartbeat notices silence: any frame counts, a ping goes out after two thirds of the allowed time, and without
  a sign of life in the last third the connection is given up.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import AppTokenRefused, NotConnected
from bot.slack.codes import code_of, retry_after_bounded
from bot.slack.inbound.middleware import Acknowledged, not_measured
from bot.slack.inbound.socket_mode.connection import Connection
from bot.slack.inbound.socket_mode.envelopes import Envelope, acknowledgement_for
from bot.slack.inbound.socket_mode.pool import ConnectionPool
from bot.slack.inbound.socket_mode.timing import Backoff, Timing

logger = logging.getLogger(__name__)


class SocketModeClient:
    """Brings commands, forms and events from Slack to `bolt`.

    `client` asks for connection URLs and needs no token of its own; `session` carries the connections (its total timeout
    does not end them). `jitter` returns numbers from 0 to 1; `acknowledged` is called for each envelope that is handled.
    """

    def __init__(
        self,
        *,
        bolt: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        timing: Timing | None = None,
        jitter: Callable[[], float] = random.random,
        acknowledged: Acknowledged = not_measured,
    ) -> None:
        self._acknowledged = acknowledged
        self._bolt = bolt
        self._timing = timing or Timing()
        self._backoff = Backoff(self._timing, jitter=jitter)
        self._pool = ConnectionPool(
            app_token=app_token,
            client=client,
            session=session,
            timing=self._timing,
            on_envelope=self._on_envelope,
        )
        self._under_way: set[asyncio.Task[None]] = set()
        self._keeper: asyncio.Task[None] | None = None
        self._problem = "it has not been opened yet"
        self._refused: bool | None = None

    async def why_not_ready(self) -> list[str]:
        """Why Slack cannot reach the bot; empty if it can. A connection counts from Slack's hello on."""
        if self._pool.receiving:
            return []
        return [f"the Socket Mode connection is down: {self._problem}"]

    @property
    def connected(self) -> bool:
        """Whether Slack reaches the bot."""
        return self._pool.receiving

    @property
    def token_refused(self) -> bool | None:
        """Whether Slack did not accept the token when it was asked last; None before."""
        return self._refused

    async def connect(self) -> None:
        """Connect, and stay connected until `close`.

        Raises `AppTokenRefused` when the token is wrong; every other failure is retried in the background.
        """
        connection = None
        try:
            connection = await asyncio.wait_for(self._pool.open(), self._timing.first_attempt)
            self._refused = False
        except AppTokenRefused:
            raise
        except Exception as error:  # noqa: BLE001  whatever Slack or the network does, the bot starts
            self._attempt_failed(error)
        self._keeper = asyncio.create_task(self._stay_connected(connection))

    async def close(self, seconds: float) -> None:
        """Finish the work in progress, for at most `seconds`, then close every connection.

        Connections are read meanwhile, because Slack keeps sending until they end. An envelope that crosses with the end
        is lost; Slack then tells the person, and submitting again is harmless.
        """
        if self._keeper:
            await _cancel(self._keeper)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._under_way:
                    await asyncio.wait(self._under_way)
        await _cancel(*self._under_way)
        await self._pool.close()

    async def _stay_connected(self, connection: Connection | None) -> None:
        while True:
            if connection:
                self._problem = await connection.ending
                logger.warning("a Socket Mode connection needs replacing: %s", self._problem)
                lasted = asyncio.get_running_loop().time() - connection.opened_at
                self._backoff.connection_ended(lasted=lasted, announced=connection.announced)
            await asyncio.sleep(self._backoff.pause())
            connection = None
            try:
                connection = await self._pool.open()
                self._refused = False
            except Exception as error:  # noqa: BLE001  the bot is already serving: a wrong token only shows in readyz
                self._attempt_failed(error)

    def _attempt_failed(self, error: Exception) -> None:
        self._backoff.attempt_failed(
            retry_after=retry_after_bounded(error.response.headers) if isinstance(error, SlackApiError) else None
        )
        self._refused = isinstance(error, AppTokenRefused) or self._refused
        if isinstance(error, (NotConnected, AppTokenRefused)):
            self._problem = str(error)
            logger.warning("no Socket Mode connection yet, trying again: %s", error)
        else:
            code = code_of(error)
            self._problem = f"it could not be opened ({code})"
            logger.warning("no Socket Mode connection yet, trying again", extra={"code": code})

    def _on_envelope(self, connection: Connection, envelope: Envelope) -> None:
        task = asyncio.create_task(self._acknowledge(connection, envelope))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _acknowledge(self, connection: Connection, envelope: Envelope) -> None:
        acknowledgement = await acknowledgement_for(self._bolt, envelope, self._acknowledged)
        if acknowledgement is None:
            return
        # The connection may have been replaced in the meantime.
        if not await self._pool.send(acknowledgement, preferred=connection):
            logger.warning("an acknowledgement was lost with its connection; Slack asks the person to try again")


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
