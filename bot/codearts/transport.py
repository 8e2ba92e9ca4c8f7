"""The HTTP engine: httpx on one aiohttp session, and what its failures mean.

Whether a request was sent decides whether it may be repeated (design 3.3). httpx-aiohttp 0.2.0 gives a connection reset
after sending and a refused connection the same class, so the class of httpx is never asked; `never_sent` reads the aiohttp
error underneath. A POST goes out at most once: aiohttp repeats only idempotent methods after a dropped kept-alive
connection (`aiohttp.client.IDEMPOTENT_METHODS`), and `tests/codearts/test_transport.py` counts at the server.
"""

import ssl
from collections.abc import AsyncIterable
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport

CONNECTIONS = 100  # at once; each carries one call

# aiohttp raises these only while it connects: name resolution, refusal, TLS (all ClientConnectorError), no connection in
# time (also no free one), a proxy that does not open the tunnel. ServerTimeoutError and ClientOSError are their parents
# and do not belong here: both are also raised after the request has gone out.
_WHILE_CONNECTING = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)


def build_client(*, tls: bool, proxy: str | None, resolver: AbstractResolver | None = None) -> httpx.AsyncClient:
    """An httpx client with one pool of connections, made at the first call (it belongs to that call's event loop).

    `tls`: whether https is spoken at all; without it no authority is trusted, because reading them all takes a tenth of the
    start. The environment is not read per request (`trust_env`): aiohttp would ask a thread for proxies at each call and
    would refuse our Authorization header beside an entry in `.netrc`. `proxy` is the URL of an HTTP proxy or None;
    `resolver` finds addresses, by default in the event loop's own threads. A company's own authorities are trusted through
    SSL_CERT_FILE, read once here by httpx. Cookies are dropped and redirects are not followed: a redirected POST is an
    answer to judge, not one to obey.
    """
    context = httpx.create_ssl_context() if tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, ssl=context, resolver=resolver),
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=proxy,
        )

    transport = AiohttpTransport(verify=context, client=session)
    return _Client(transport=transport, follow_redirects=False, trust_env=False)


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Keep none. httpx looks for them in every answer, with an eighth of the CPU time of a call."""


class _Client(httpx.AsyncClient):
    """httpx's own, with a jar that takes nothing."""

    cookies: Any = _NoCookies()  # httpx types its setter more widely than its getter


def chunks(response: httpx.Response) -> AsyncIterable[bytes]:
    """The body as it comes in. As sent, unless somebody on the way compressed it: we ask for no compression."""
    if "Content-Encoding" in response.headers:
        return response.aiter_bytes()
    assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101  the client is asynchronous
    return response.stream


def timeouts(*, connect: float, read: float) -> dict[str, float]:
    """Seconds for httpx's request extension `timeout`.

    `connect` bounds TCP and TLS; `read` each wait for bytes; `pool` the wait for a free connection with all of its
    connecting, which gets as long as the call that holds the connection may take. aiohttp has no `write`; the client's
    deadline covers it.
    """
    return {"connect": connect, "read": read, "write": read, "pool": connect + read}


def never_sent(error: BaseException) -> bool:
    """Whether it is certain that no byte of the request reached the server. Unknown errors count as sent.

    Follows `__cause__` down to the first error of aiohttp. Not `__context__`: that also names whatever error the caller was
    handling when it made this call, such as the refused connection of the attempt before.
    """
    root = _aiohttp_error(error)
    return isinstance(root, _WHILE_CONNECTING)


def trouble(error: BaseException) -> str:
    """What happened, in words without addresses, headers or bodies.

    Our own words because aiohttp's `repr` of a bad answer contains the request's headers, Authorization included.
    """
    root = _aiohttp_error(error) or error
    return next((words for kind, words in _WORDS if isinstance(root, kind)), "The call to CodeArts broke off.")


def _aiohttp_error(error: BaseException) -> aiohttp.ClientError | None:
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, aiohttp.ClientError):
        seen = seen.__cause__
    return seen


# First that fits, so children stand before their parents.
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "The address of CodeArts could not be found."),
    (aiohttp.ClientSSLError, "The secure connection to CodeArts could not be set up."),
    (aiohttp.ClientProxyConnectionError, "The proxy on the way to CodeArts could not be reached."),
    (aiohttp.ClientHttpProxyError, "The proxy on the way to CodeArts did not let the call through."),
    (aiohttp.ClientConnectorError, "CodeArts could not be reached."),
    (aiohttp.ConnectionTimeoutError, "CodeArts could not be reached in time."),
    (TimeoutError, "CodeArts did not answer in time."),
    (aiohttp.ClientPayloadError, "The answer of CodeArts was cut off."),
    (aiohttp.ClientResponseError, "What came back is not an HTTP answer."),
    (aiohttp.ClientConnectionError, "The connection broke before CodeArts answered."),
    (httpx.DecodingError, "The answer of CodeArts could not be decompressed."),
)
