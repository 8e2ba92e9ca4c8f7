"""The sessions for all outgoing calls: one policy for proxies, certificates, redirects and sizes.

The aiohttp session itself enforces it, below the libraries that use the session (slack_sdk, httpx), because each of them
treats all four differently.
"""

from dataclasses import dataclass, field
from functools import cached_property
from ssl import SSLContext

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.net.bodies import BoundedResponse
from bot.net.certificates import nobody_trusted, trusted
from bot.net.proxies import Proxies
from bot.net.sending import watcher

CONNECTIONS = 100  # at once, of one session; each carries one call
_FOLLOWED = frozenset({301, 302, 303, 307, 308})  # by aiohttp, unless it is told not to


class Redirected(aiohttp.ClientError):
    """The answer is a redirect. What we send is meant only for the address that we called."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """`ca_file` replaces the system's certificate authorities; `resolver` resolves host names."""

    proxies: Proxies = field(default_factory=Proxies)
    ca_file: str | None = None
    resolver: AbstractResolver | None = None

    @cached_property
    def certificates(self) -> SSLContext:
        """Loaded once. Raises `SettingsError` when `ca_file` cannot be used."""
        return trusted(self.ca_file)

    def uses_tls(self, url: str) -> bool:
        """Whether a call to `url` needs certificates, for the host or for the proxy."""
        address = URL(url)
        proxy = self.proxies.for_url(address)
        return address.scheme == "https" or (proxy is not None and proxy.scheme == "https")

    def session(
        self, *, timeout: aiohttp.ClientTimeout | None = None, tls: bool = True, redirects_raise: bool = True
    ) -> aiohttp.ClientSession:
        """A pool of connections. Call it inside the loop that uses it.

        `tls`: whether https is used at all. `redirects_raise`: raise `Redirected` instead of following a redirect; turn it
        off only if each call tells aiohttp not to follow any. Cookies are discarded, and the environment is not read: aiohttp
        would read it in a thread for each call, and put credentials from `.netrc` where our signature belongs.
        """
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=CONNECTIONS, ssl=self.certificates if tls else nobody_trusted(), resolver=self.resolver
            ),
            timeout=timeout or aiohttp.ClientTimeout(),
            cookie_jar=aiohttp.DummyCookieJar(),
            response_class=BoundedResponse,
            trace_configs=[watcher()],
            middlewares=(self._by_the_right_way, *((_raise_redirects,) if redirects_raise else ())),
        )

    async def _by_the_right_way(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        # Whatever proxy the caller named, because slack_sdk names one against NO_PROXY.
        request.update_proxy(self.proxies.for_url(request.url), None, None)
        return await handler(request)


async def _raise_redirects(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    # Neither slack_sdk's calls nor `ws_connect` can be told to follow none.
    answer = await handler(request)
    if answer.status in _FOLLOWED:
        answer.close()
        raise Redirected
    return answer
