"""How Slack reaches the bot: a signed POST to its request URL, or an envelope if a socket is open."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

from bot.playground.slack.payloads import Kind, encoded
from bot.playground.slack.records import Delivery
from bot.playground.slack.sockets import Sockets

ACK_SECONDS = 3.0  # docs/facts/slack.md section 1
FORM = "application/x-www-form-urlencoded"

_TIMED_OUT, _FAILED = "operation_timeout", "dispatch_failed"


class Postman:
    """Delivers to the bot and keeps every answer in `deliveries`. `clock` gives seconds since the epoch."""

    def __init__(
        self, *, signing_secret: str, request_url: str | None, clock: Callable[[], float], sockets: Sockets
    ) -> None:
        self.request_url = request_url
        self.ack_seconds = ACK_SECONDS
        self.deliveries: list[Delivery] = []
        self._secret, self._clock, self._sockets = signing_secret.encode(), clock, sockets
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """Create the connection pool; needs a running event loop."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trust_env=False)

    async def close(self) -> None:
        """Close the connections to the bot."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def sign(self, body: bytes, timestamp: str) -> str:
        """The value of X-Slack-Signature (docs/facts/slack.md section 7)."""
        base = b"v0:" + timestamp.encode() + b":" + body
        return "v0=" + hmac.new(self._secret, base, hashlib.sha256).hexdigest()

    async def deliver(self, kind: Kind, payload: Mapping[str, Any]) -> Delivery:
        """Deliver a payload over the app's current connection: HTTP, or a socket if one is open."""
        if self._sockets.count:
            return self._kept(await self._by_socket(kind, payload))
        content_type = "application/json" if kind == "events_api" else FORM
        return await self.post(encoded(kind, payload), kind=kind, content_type=content_type)

    async def post(
        self,
        body: bytes,
        *,
        kind: str,
        content_type: str = FORM,
        headers: Mapping[str, str | None] | None = None,
        timestamp: str | None = None,
        signature: str | None = None,
    ) -> Delivery:
        """POST a body, signed unless a signature is given; a header that is None is left out."""
        stamp = str(int(self._clock())) if timestamp is None else timestamp
        sent: dict[str, str | None] = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (local playground)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": self.sign(body, stamp) if signature is None else signature,
            **(headers or {}),
        }
        present = {name: value for name, value in sent.items() if value is not None}
        return self._kept(await self._by_http(body, present, kind))

    def _kept(self, delivery: Delivery) -> Delivery:
        self.deliveries.append(delivery)
        return delivery

    async def _by_http(self, body: bytes, headers: Mapping[str, str], kind: str) -> Delivery:
        if self._session is None:
            raise RuntimeError("the local Slack has not been started")
        if self.request_url is None:
            return Delivery(kind=kind, status=None, error=_FAILED)
        started = time.perf_counter()
        timeout = aiohttp.ClientTimeout(total=self.ack_seconds)
        try:
            async with self._session.post(
                self.request_url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                text = await response.text(errors="replace")
        except TimeoutError:
            return Delivery(kind=kind, status=None, milliseconds=_since(started), error=_TIMED_OUT)
        except aiohttp.ClientError:
            return Delivery(kind=kind, status=None, milliseconds=_since(started), error=_FAILED)
        return Delivery(
            kind=kind,
            status=response.status,
            body=text,
            json=_parsed(text) if response.content_type == "application/json" else None,
            milliseconds=_since(started),
            error=None if response.status == 200 else _FAILED,
        )

    async def _by_socket(self, kind: Kind, payload: Mapping[str, Any]) -> Delivery:
        started = time.perf_counter()
        try:
            acknowledgement = await self._sockets.send(kind, payload, seconds=self.ack_seconds)
        except TimeoutError:
            return Delivery(kind=kind, status=None, milliseconds=_since(started), error=_TIMED_OUT)
        answer = acknowledgement.get("payload") or None
        body = "" if answer is None else json.dumps(answer)
        return Delivery(kind=kind, status=200, body=body, json=answer, milliseconds=_since(started))


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
