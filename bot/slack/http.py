"""The HTTP door: POST /slack/events for Slack, GET /healthz and /readyz for whoever runs the bot.

Bolt's own aiohttp server runs the process; this one is ours, so that readiness, size limits and shutdown are too.
"""

import re
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot import wording

# A form with every field full, each character percent-encoded, stays under 40 kB.
BODY_MAX_BYTES = 128 * 1024
_DIGITS = re.compile(r"[0-9]{1,12}")

WhyNotReady = Callable[[], Awaitable[list[str]]]


def build_routes(*, bolt: AsyncApp | None, why_not_ready: WhyNotReady) -> web.Application:
    """The application to serve; without `bolt` (Socket Mode) only the health routes. `why_not_ready` is empty when ready."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        reasons = await why_not_ready()
        return web.Response(status=503 if reasons else 200, text="".join(f"{line}\n" for line in reasons or ["ready"]))

    application = web.Application(client_max_size=BODY_MAX_BYTES)
    application.router.add_get("/healthz", healthz)
    application.router.add_get("/readyz", readyz)
    if bolt is not None:
        application.router.add_post("/slack/events", _events(bolt))
    return application


def _events(bolt: AsyncApp) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def events(request: web.Request) -> web.StreamResponse:
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413, text=wording.TOO_LARGE)
        if not _can_be_verified(request.headers):
            return web.Response(status=401, text=wording.NOT_SIGNED)
        try:
            bolt_request = AsyncBoltRequest(
                body=raw.decode(), query=request.query_string, headers=dict(request.headers)
            )
        except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
            # Bolt reads ids out of the body while it builds the request, and takes Slack's shape for granted; JSON that
            # is nested too deep ends in a RecursionError.
            return web.Response(status=400, text=wording.MALFORMED.format(reason="its body cannot be read"))
        return await to_aiohttp_response(await bolt.async_dispatch(bolt_request))

    return events


def _can_be_verified(headers: Mapping[str, str]) -> bool:
    # Bolt passes the timestamp to int() and the signature to compare_digest(), which fail on anything else than digits
    # and ASCII (docs/facts/slack.md section 7).
    timestamp, signature = headers.get("X-Slack-Request-Timestamp", "0"), headers.get("X-Slack-Signature", "")
    return _DIGITS.fullmatch(timestamp) is not None and signature.isascii()
