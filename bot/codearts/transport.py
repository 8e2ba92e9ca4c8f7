"""The HTTP transport: httpx on a single aiohttp session, and one exchange of a request and its answer.

What a failure means is decided by where it happened (`bot.net.sending`), and what it is called by `bot.net.failures`, from
the aiohttp error underneath. Here are only the failures that httpx and this module add. A POST is sent at most once: aiohttp
repeats only idempotent methods after a kept-alive connection was dropped (`aiohttp.client.IDEMPOTENT_METHODS`), and
`tests/codearts/test_transport.py` counts at the server.
"""

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncIterable
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport

from bot.domain.outcomes import InDoubt, NotApplied, Reason
from bot.net.failures import reason_of
from bot.net.sending import Sending, watcher

CONNECTIONS = 100  # at once; each carries one call
MAX_ANSWER = 4 * 1024 * 1024  # bytes; a full page of the list call is about 100 kB

# RFC 9110 section 5.5. aiohttp refuses the same, but only when it counts as sending already.
_NOT_IN_A_HEADER = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
# What these mean when nothing was sent yet.
_UNSENT = {
    Reason.NO_ANSWER: Reason.CONNECT_TIMEOUT,
    Reason.CONNECTION_BROKE: Reason.NOT_SENT,
    Reason.CALL_FAILED: Reason.NOT_SENT,
}

logger = logging.getLogger(__name__)


def build_client(*, tls: bool, proxy: str | None, resolver: AbstractResolver | None = None) -> httpx.AsyncClient:
    """An httpx client with one connection pool, created at the first call (it belongs to that call's event loop).

    `tls`: whether https is used at all; without it no certificate authority is loaded, because loading them takes a tenth
    of the start-up time. The environment is not read per request (`trust_env`): aiohttp would look up proxies in a thread
    at each call, and would reject our Authorization header if `.netrc` had an entry for the host. `proxy` is the URL of an
    HTTP proxy or None; `resolver` resolves host names, by default in the event loop's default threads. A company's own
    certificate authorities are trusted through SSL_CERT_FILE, which httpx reads once, here. Cookies are discarded.
    Redirects are not followed: a redirected POST is an answer to classify, not an instruction to send it elsewhere.
    """
    context = httpx.create_ssl_context() if tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, ssl=context, resolver=resolver),
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=proxy,
            trace_configs=[watcher()],
        )

    transport = _Transport(verify=context, client=session)
    return _Client(transport=transport, follow_redirects=False, trust_env=False)


def timeouts(*, connect: float, read: float) -> dict[str, float]:
    """The value of httpx's request extension `timeout`, in seconds.

    `connect` limits TCP and TLS, `read` each wait for bytes. `pool` limits the wait for a free connection, connecting
    included; it is as long as the call that occupies the connection may take. aiohttp has no `write` timeout; the deadline
    of `exchange` covers it.
    """
    return {"connect": connect, "read": read, "write": read, "pool": connect + read}


async def exchange(
    client: httpx.AsyncClient, request: httpx.Request, *, auth: httpx.Auth, deadline: float
) -> tuple[httpx.Response, bytes]:
    """Send once and read the whole answer, within `deadline` seconds.

    Raises whatever the client raises, TimeoutError, or a private error for an answer over MAX_ANSWER; `failure_code` names
    them all.
    """
    async with asyncio.timeout(deadline):
        response = await client.send(request, auth=auth, stream=True)
        try:
            body = bytearray()
            async for chunk in _chunks(response):
                body += chunk
                if len(body) > MAX_ANSWER:
                    raise _AnswerTooLarge
        finally:
            await response.aclose()
    return response, bytes(body)


def failure_code(error: Exception) -> Reason:
    """`bot.net.failures.reason_of`, extended by what only httpx and `exchange` raise."""
    if isinstance(error, _AnswerTooLarge):
        return Reason.ANSWER_TOO_LARGE
    return Reason.ANSWER_NOT_DECODED if isinstance(error, httpx.DecodingError) else reason_of(error)


def what_became(error: Exception, sending: Sending) -> NotApplied | InDoubt:
    """What a call that failed with `error` may have done: nothing, unless it was handed to a connection before."""
    code = failure_code(error)
    if sending.begun:
        return InDoubt(code=code)
    unsent = _UNSENT.get(code, code)
    if unsent is Reason.NOT_SENT:
        # Its text stays out: it may quote a header.
        logger.error("a call could not be sent", extra={"code": unsent, "error": type(error).__name__})
    return NotApplied(code=unsent)


def _chunks(response: httpx.Response) -> AsyncIterable[bytes]:
    """The body as it arrives, decompressed only if somebody on the way compressed it: we do not ask for compression."""
    if "Content-Encoding" in response.headers:
        return response.aiter_bytes()
    assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101  the client is asynchronous
    return response.stream


class _AnswerTooLarge(Exception):
    """More than MAX_ANSWER bytes."""


class _Transport(AiohttpTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, unless a header holds what no header can."""
        if any(_NOT_IN_A_HEADER.search(part) for header in request.headers.raw for part in header):
            raise httpx.LocalProtocolError("a header holds a control character")
        return await super().handle_async_request(request)


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Store none. httpx searches every answer for them, which takes an eighth of the CPU time of a call."""


class _Client(httpx.AsyncClient):
    """httpx's own client, with a cookie jar that stores nothing."""

    cookies: Any = _NoCookies()  # httpx types its setter more widely than its getter
