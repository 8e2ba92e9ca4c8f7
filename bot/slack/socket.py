"""The Socket Mode door: instead of listening for Slack, the bot keeps a WebSocket to it open for ever.

Our own client over aiohttp, because slack_sdk's has gaps that this bot may not have (docs/facts/slack.md section 6): it
closes the old connection before it opens the next, so each refresh loses what arrives in between; it retries without
back-off, and for ever where the token is wrong from the start; it calls itself connected before Slack's hello; and at
its end nothing waits for answers under way. Here:

- A notice that Slack will end a connection opens the next one first. The old one reads on until Slack ends it; an app
  may have 10 connections.
- A connection that ends is replaced, after a pause that grows and is jittered: replicas do not return all at once.
- The watch over silence is aiohttp's heartbeat: any frame counts, a ping goes out after two thirds of the time, and
  without a sign of life in the last third the connection is given up.
- The address of a connection is a ticket and the app token a key: neither is logged, and of a foreign error only its
  kind, because aiohttp's texts contain addresses.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsError
from bot.slack.envelopes import Envelope, answer
from bot.slack.failures import TOKEN_WRONG, code_of
from bot.slack.socket_line import Line, NotConnected

# An app-level token is wrong as well when it lacks connections:write (docs/facts/slack.md section 6).
_APP_TOKEN_WRONG = TOKEN_WRONG | {"missing_scope"}
_CLOSE_SECONDS = 1.0
_DOUBLINGS_MAX = 16  # far beyond `pause_max`; keeps the power small

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How patient the door is; all in seconds.

    `first_try`: how long the start waits before it goes on without a connection. `hello`: from a ticket to Slack's
    hello. `silence`: without any frame, pings included, before a connection is given up. `pause`: before the first
    attempt after a failure, doubled for each further one up to `pause_max`. `steady`: a connection that lived so long
    makes the pauses short again. `farewell`: how long a replaced connection may live on.
    """

    first_try: float = 5.0
    hello: float = 10.0
    silence: float = 30.0
    pause: float = 0.5
    pause_max: float = 30.0
    steady: float = 30.0
    farewell: float = 15.0


class SocketDoor:
    """Commands and forms come in over connections that this class keeps open.

    `client` asks for the tickets and needs no token of its own; `session` carries the connections (its total timeout
    does not end them). `jitter` gives numbers from 0 to 1.
    """

    def __init__(
        self,
        *,
        bolt: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        pace: Pace | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._bolt = bolt
        self._app_token = app_token
        self._client = client
        self._session = session
        self._pace = pace or Pace()
        self._jitter = jitter
        self._lines: dict[Line, asyncio.Task[None]] = {}
        self._answers: set[asyncio.Task[None]] = set()
        self._keeper: asyncio.Task[None] | None = None
        self._trouble = "it was not opened yet"

    def why_not_ready(self) -> str | None:
        """Why nothing can reach the bot now, or None. A connection counts from Slack's hello on."""
        if any(line.serving for line in self._lines):
            return None
        return f"the Socket Mode connection is down: {self._trouble}"

    async def open(self) -> None:
        """Connect. Raises `SettingsError` when the token is wrong; any other trouble is retried in the background."""
        line = None
        try:
            line = await asyncio.wait_for(self._dial(), self._pace.first_try)
        except SettingsError:
            raise
        except Exception as error:  # noqa: BLE001  whatever Slack or the network does, the bot starts
            self._failed(error)
        self._keeper = asyncio.create_task(self._keep_open(line))

    async def close(self, seconds: float) -> None:
        """Answer what is under way, for at most so long, then end every connection.

        Connections read on while others are answered, as Slack goes on sending until one ends. What crosses with the
        end itself is lost; Slack then says so to the person, and a second press is harmless.
        """
        if self._keeper:
            await _cancelled(self._keeper)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._answers:
                    await asyncio.wait(self._answers)
        await _cancelled(*self._answers, *self._lines.values())

    async def _keep_open(self, line: Line | None) -> None:
        failures = 0 if line else 1
        asked_to_wait = 0.0
        while True:
            if line:
                self._trouble = await line.over
                logger.warning("a Socket Mode connection is to be replaced: %s", self._trouble)
                lived = asyncio.get_running_loop().time() - line.since
                failures = int(not line.announced) if lived >= self._pace.steady else failures + 1
            await asyncio.sleep(max(asked_to_wait, self._pause(failures)))
            line, asked_to_wait = None, 0.0
            try:
                line = await self._dial()
            except Exception as error:  # noqa: BLE001  a wrong token shows in readyz now, the process is already serving
                self._failed(error)
                failures, asked_to_wait = failures + 1, _retry_after(error)

    def _pause(self, failures: int) -> float:
        if not failures:
            return 0.0
        longest: float = min(self._pace.pause_max, self._pace.pause * 2 ** min(failures - 1, _DOUBLINGS_MAX))
        return longest * (0.5 + 0.5 * self._jitter())

    async def _dial(self) -> Line:
        ticket = await self._ticket()
        try:
            async with asyncio.timeout(self._pace.hello):
                line = await self._greeted(await self._connect(ticket))
        except TimeoutError:
            raise NotConnected(f"Slack said no hello within {self._pace.hello:g} s") from None
        self._retire_all_but(line)
        return line

    async def _ticket(self) -> str:
        try:
            answered = await self._client.apps_connections_open(app_token=self._app_token)
        except SlackApiError as error:
            code = code_of(error)
            if code in _APP_TOKEN_WRONG:
                raise SettingsError(
                    f"SLACK_APP_TOKEN: Slack says {code}. Make an app-level token with the scope connections:write "
                    "under “Basic Information” of the Slack app."
                ) from None
            raise
        return str(answered.get("url"))

    async def _connect(self, ticket: str) -> aiohttp.ClientWebSocketResponse:
        return await self._session.ws_connect(
            ticket,
            heartbeat=self._pace.silence * 2 / 3,
            timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_SECONDS),
            proxy=self._client.proxy,
            ssl=True if self._client.ssl is None else self._client.ssl,
        )

    async def _greeted(self, stream: aiohttp.ClientWebSocketResponse) -> Line:
        line = Line(stream, take=self._take)
        reader = self._lines[line] = asyncio.create_task(line.read())
        reader.add_done_callback(lambda _reader: self._lines.pop(line))
        try:
            await line.greeted
        except BaseException:
            reader.cancel()
            raise
        return line

    def _retire_all_but(self, newest: Line) -> None:
        loop = asyncio.get_running_loop()
        for line, reader in self._lines.items():
            if line is not newest:
                loop.call_later(self._pace.farewell, reader.cancel)

    def _take(self, line: Line, envelope: Envelope) -> None:
        task = asyncio.create_task(self._answer(line, envelope))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, line: Line, envelope: Envelope) -> None:
        said = await answer(self._bolt, envelope)
        if said is None:
            return
        # The connection may have been replaced meanwhile.
        for each in (line, *(other for other in self._lines if other is not line and other.serving)):
            if await each.send(said):
                return
        logger.warning("an answer was lost: the connection had ended; Slack tells the person to try again")

    def _failed(self, error: Exception) -> None:
        if isinstance(error, (NotConnected, SettingsError)):
            self._trouble = str(error)
        elif isinstance(error, TimeoutError):
            self._trouble = "Slack did not answer in time"
        else:
            self._trouble = f"Slack could not be asked for one ({code_of(error)})"
        logger.warning("no Socket Mode connection yet: %s; trying again", self._trouble)


def _retry_after(error: Exception) -> float:
    """The seconds that a refusal asks to wait (HTTP 429), else 0."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    text = str(headers.get("Retry-After", ""))
    return float(text) if text.isascii() and text.isdigit() else 0.0


async def _cancelled(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
