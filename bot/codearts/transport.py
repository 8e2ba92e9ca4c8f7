"""The HTTP transport: httpx on a single aiohttp session, and one exchange of a request and its answer.

What a failure means is decided by where it happened (`bot.net.sending`), and what it is called by `bot.net.failures`, from
the aiohttp error underneath. A POST is sent at most once: aiohttp
repeats only idempotent methods after a kept-alive connection was dropped (`aiohttp.client.IDEMPOTENT_METHODS`), and
`tests/codearts/test_transport.py` counts at the server.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bot.domain.outcomes import InDoubt, NotApplied, Reason
from bot.errors import SettingsError
from bot.net.bodies import LARGEST_ANSWER, AnswerTooLarge, unpacked
from bot.net.certificates import nobody_trusted
from bot.net.failures import reason_of
from bot.net.network import Network
from bot.net.sending import Sending

# RFC 9110 section 5.5. aiohttp refuses the same, but only when it counts as sending already.
_NOT_IN_A_HEADER = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
# What these mean when nothing was sent yet.
_UNSENT = {
    Reason.NO_ANSWER: Reason.CONNECT_TIMEOUT,
    Reason.CONNECTION_BROKE: Reason.NOT_SENT,
    Reason.CALL_FAILED: Reason.NOT_SENT,
    # Only a proxy answers before anything was sent.
    Reason.ANSWER_NOT_HTTP: Reason.PROXY_FORBIDS,
}

logger = logging.getLogger(__name__)


def build_client(network: Network, *, tls: bool) -> httpx.AsyncClient:
    """An httpx client with one connection pool, created at the first call (it belongs to that call's event loop).

    Proxies, certificates and host names are `network`'s business; `tls`: whether https is used at all. Redirects are not
    followed (the transport tells aiohttp so): a redirected POST is an answer to classify, not an instruction to send it
    elsewhere.
    """
    context = network.certificates if tls else nobody_trusted()

    def session() -> aiohttp.ClientSession:
        return network.session(tls=tls, redirects_raise=False)

    # The transport would make a context of its own, from certifi, if it were given none; ours is the session's.
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

    Raises whatever the client raises, TimeoutError, or an error of `bot.net.bodies` for an answer that is too large or not
    compressed as it says; `bot.net.failures` knows them all.
    """
    async with asyncio.timeout(deadline):
        response = await client.send(request, auth=auth, stream=True)
        try:
            return response, unpacked(await _read(response), response.headers.get("Content-Encoding", ""))
        finally:
            await response.aclose()


def what_became(error: Exception, sending: Sending) -> NotApplied | InDoubt:
    """What a call that failed with `error` may have done: nothing, unless it was handed to a connection before."""
    code = reason_of(error)
    if sending.begun:
        return InDoubt(code=code)
    unsent = _UNSENT.get(code, code)
    if unsent is Reason.NOT_SENT:
        # Its text stays out: it may quote a header.
        logger.error("a call could not be sent", extra={"code": unsent, "error": type(error).__name__})
    return NotApplied(code=unsent)


async def _read(response: httpx.Response) -> bytes:
    """The body as it arrives; httpx's own reading would unpack each chunk whole, whatever it unpacks to."""
    assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101  the client is asynchronous
    body = bytearray()
    async for chunk in response.stream:
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise AnswerTooLarge
    return bytes(body)


class _Transport(AiohttpTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, unless a header holds what no header can."""
        if _NOT_IN_A_HEADER.search(b"".join(part for header in request.headers.raw for part in header)):
            raise httpx.LocalProtocolError("a header holds a control character")
        return await super().handle_async_request(request)


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Store none. httpx searches every answer for them, which takes an eighth of the CPU time of a call."""


class _Client(httpx.AsyncClient):
    """httpx's own client, with a cookie jar that stores nothing."""

    cookies: Any = _NoCookies()  # httpx types its setter more widely than its getter


# Called for each call with its operation, its result, and how many seconds it took.
Observe = Callable[[str, str, float], None]


def nobody(_operation: str, _result: str, _seconds: float) -> None:
    """Is told."""


def checked_endpoint(endpoint: str) -> str:
    """The base URL without a trailing slash. Raises `SettingsError` if it is not one."""
    try:
        url = httpx.URL(endpoint)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment or url.userinfo:
        # The value is not quoted: a URL may contain a password.
        raise SettingsError("CODEARTS_ENDPOINT is not a plain URL; write one such as https://artifact.example.com")
    return endpoint.rstrip("/")
