"""The HTTP transport: httpx on a single aiohttp session, and one exchange of a request and its answer.

What a failure means is decided by `bot.net.failures` from the aiohttp error underneath. A POST is sent at most once: aiohttp
repeats only idempotent methods after a kept-alive connection was dropped (`aiohttp.client.IDEMPOTENT_METHODS`), and
`tests/codearts/test_transport.py` counts at the server.
"""

import asyncio
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bot.net.bodies import LARGEST_ANSWER, AnswerTooLarge, unpacked
from bot.net.certificates import nobody_trusted
from bot.net.network import Network


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
    transport = AiohttpTransport(verify=context, client=session)
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


async def _read(response: httpx.Response) -> bytes:
    """The body as it arrives; httpx's own reading would unpack each chunk whole, whatever it unpacks to."""
    assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101  the client is asynchronous
    body = bytearray()
    async for chunk in response.stream:
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise AnswerTooLarge
    return bytes(body)


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Store none. httpx searches every answer for them, which takes an eighth of the CPU time of a call."""


class _Client(httpx.AsyncClient):
    """httpx's own client, with a cookie jar that stores nothing."""

    cookies: Any = _NoCookies()  # httpx types its setter more widely than its getter
