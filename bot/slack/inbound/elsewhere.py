"""Requests to a path that is not served, most often because of a wrong Request URL in the Slack app."""

import logging
import re

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.net.rate_limited_log import RateLimitedLog

_PATH_MAX = 80  # characters
_UNSAFE = re.compile(r"[^!-~]")  # all but visible ASCII

_lines = RateLimitedLog(logging.getLogger(__name__), per_minute=10)


@web.middleware
async def reject_unserved(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Pass the request on; if nothing is served at its path, log the path (rate-limited)."""
    try:
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        # As sent, that is percent-encoded, and without the query, which may hold a secret.
        path = _UNSAFE.sub("?", request.rel_url.raw_path)
        shown = path if len(path) <= _PATH_MAX else f"{path[:_PATH_MAX]}…"
        _lines.warning(
            "nothing is served at %s %s; Slack's requests belong at POST /slack/events", request.method, shown
        )
        raise
