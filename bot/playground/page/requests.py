"""What the page server requires of a request before it does anything, and the headers of every answer.

Only loopback is allowed: a page of another site must not reach this server under its own name (DNS rebinding), nor post to
it from a form. Bodies are JSON; invalid ones are refused with a sentence.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def posted(doer: Callable[[Json], Awaitable[Json]]) -> Handler:
    """A route's handler around `doer`: a JSON object in, a JSON object out; anything else is refused with 400 or 415."""

    async def handler(request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="Send JSON.")
        try:
            body = await request.json()
        except ValueError as error:
            raise web.HTTPBadRequest(text="This is not JSON.") from error
        if not isinstance(body, dict):
            raise web.HTTPBadRequest(text="Send a JSON object.")
        return web.json_response(await doer(body))

    return handler


def text_of(body: Json, key: str) -> str:
    """The string in `body` under `key`. Raises HTTPBadRequest if it is missing or empty."""
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise web.HTTPBadRequest(text=f"`{key}` must be text.")
    return value


def escaped(text: str) -> str:
    """Escape what a person typed, as docs/facts/slack.md section 5 describes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@web.middleware
async def only_loopback(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a Host that is not loopback, and an Origin that is not this page."""
    origin = request.headers.get("Origin")
    if _host_name(request) not in _LOOPBACK or origin not in {None, f"http://{request.host}"}:
        raise web.HTTPForbidden(text="Only pages of this machine may ask.")
    return await handler(request)


def _host_name(request: web.Request) -> str | None:
    try:
        return urlsplit(f"//{request.host}").hostname
    except ValueError:  # "[::1" without the closing bracket
        return None


@web.middleware
async def plain_complaints(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer an unknown id with 400: it is the client's mistake, not a crash."""
    try:
        return await handler(request)
    except LookupError as error:
        raise web.HTTPBadRequest(text=f"Unknown: {error}") from error


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Forbid loading anything from elsewhere, and caching. A signal handler for `on_response_prepare`."""
    response.headers.update(_HEADERS)
