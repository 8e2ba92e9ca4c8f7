"""The smallest bot: hears what the local Slack sends it and answers what the test put there."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import web
from slack_sdk.signature import Clock, SignatureVerifier

Reply = Callable[[dict[str, Any]], Awaitable[web.Response]]


async def nothing(_heard: dict[str, Any]) -> web.Response:
    """The empty acknowledgement."""
    return web.Response()


def always(*, text: str | None = None, status: int = 200, **answer: Any) -> Reply:
    """The same answer to everything: a text, or a JSON object."""

    async def reply(_heard: dict[str, Any]) -> web.Response:
        return web.json_response(answer, status=status) if text is None else web.Response(text=text, status=status)

    return reply


class _VerifiersClock(Clock):
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock()


class StandInBot:
    """Listens on loopback. `heard` holds the decoded fields or payloads; a request badly signed gets a 401."""

    def __init__(self, signing_secret: str, clock: Callable[[], float]) -> None:
        self.reply: Reply = nothing
        self.heard: list[dict[str, Any]] = []
        self._verifier = SignatureVerifier(signing_secret, _VerifiersClock(clock))

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/slack/events", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self._verifier.is_valid_request(body, dict(request.headers)):
            return web.Response(status=401, text="invalid request")
        if request.content_type == "application/json":
            fields = json.loads(body)
        else:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        self.heard.append(json.loads(fields["payload"]) if "payload" in fields else fields)
        return await self.reply(self.heard[-1])
