"""POST /slack/events: what Slack sends over HTTP, from raw bytes to Bolt and back.

Our own handler instead of Bolt's aiohttp server, so that we control size limits and shutdown.
"""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot import wording
from bot.net.rate_limited_log import RateLimitedLog
from bot.slack.codes import as_code
from bot.slack.inbound.failures import answer_failure
from bot.slack.inbound.middleware import Acknowledged, not_measured, tell_who_handled
from bot.slack.inbound.signatures import RefusedSignatures

PATH = "/slack/events"
# A form with every field full, each character percent-encoded, stays under 40 kB.
BODY_MAX_BYTES = 128 * 1024
_DIGITS = re.compile(r"[0-9]{1,12}")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

logger = logging.getLogger(__name__)


def events_handler(bolt: AsyncApp, refused: RefusedSignatures, acknowledged: Acknowledged = not_measured) -> Handler:
    """Answers 413, 401 or 400 to requests on which Bolt would fail, and passes all others to Bolt.

    `refused` counts requests with a wrong signature; `acknowledged` is called for each request that is handled.
    """
    malformed = RateLimitedLog(logger, per_minute=10)  # no signature is checked yet
    unknown = RateLimitedLog(logger, per_minute=10)

    async def events(request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return web.Response(status=400, text=wording.MALFORMED)  # Slack compresses nothing
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413, text=wording.TOO_LARGE)
        except (web.RequestPayloadError, ConnectionError, RuntimeError):
            # Its chunks are none, or it broke off: RuntimeError is what aiohttp raises where that was before we read.
            return web.Response(status=400, text=wording.MALFORMED)
        if not _can_be_verified(request.headers):
            refused.note(raw, request.headers)
            return web.Response(status=401, text=wording.NOT_SIGNED)
        try:
            bolt_request = AsyncBoltRequest(
                body=raw.decode(), query=request.query_string, headers=dict(request.headers)
            )
        except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
            # Bolt reads ids out of the body while it builds the request, and takes Slack's shape for granted; JSON that
            # is nested too deep ends in a RecursionError.
            malformed.warning("malformed request: its body cannot be read")
            return web.Response(status=400, text=wording.MALFORMED)
        answer = await _dispatch(bolt, bolt_request)
        if answer.status == 401:  # Bolt's word for a signature that is wrong or too old, and for nothing else
            refused.note(raw, request.headers)
        tell_who_handled(bolt_request, began, acknowledged)
        if answer.status == 404:
            unknown.warning("nothing in this bot handles what Slack sent (%s)", _kind(bolt_request.body))
        return await to_aiohttp_response(answer)

    return events


async def _dispatch(bolt: AsyncApp, request: AsyncBoltRequest) -> BoltResponse:
    try:
        return await bolt.async_dispatch(request)
    except Exception as error:  # noqa: BLE001  Bolt relies on Slack's shape even while it calls the error handler
        return await answer_failure(error, request.body)


def _kind(body: Mapping[str, Any]) -> str:
    """Slack's name for the kind of payload; nothing else of it is logged."""
    event = body.get("event")
    named = event.get("type") if isinstance(event, dict) else body.get("type")
    return as_code(named) or "of no known kind"


def _can_be_verified(headers: Mapping[str, str]) -> bool:
    # Bolt passes the timestamp to int() and the signature to compare_digest(), which fail on anything but digits and
    # ASCII (docs/facts/slack.md section 7).
    timestamp, signature = headers.get("X-Slack-Request-Timestamp", "0"), headers.get("X-Slack-Signature", "")
    return _DIGITS.fullmatch(timestamp) is not None and signature.isascii()
