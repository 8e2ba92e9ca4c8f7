"""Decides whether a call goes through the company's proxy or directly. Pure: the environment is not read again.

The rule is curl's: HTTPS_PROXY for https and wss addresses, HTTP_PROXY for http and ws, and NO_PROXY for hosts that are called
directly. The rules of aiohttp, which reads the environment for each call, and of slack_sdk, which ignores NO_PROXY, are not
used.
"""

import ipaddress
import re
from collections.abc import Callable

from yarl import URL

from bot.errors import SettingsError
from bot.settings.values import is_host

_BETWEEN = re.compile(r"[\s,;，；\"']+")
_HALF_A_SCHEME = re.compile(r"https?:(?!//)", re.IGNORECASE)
_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}

Matches = Callable[[str, int], bool]


class Proxies:
    """The rule, read once. Raises `SettingsError` for an address that is not an HTTP proxy; the error quotes no value."""

    def __init__(self, *, https: str | None = None, http: str | None = None, direct: str | None = None) -> None:
        secure, plain = _proxy("HTTPS_PROXY", https), _proxy("HTTP_PROXY", http)
        self._by_scheme = {"https": secure, "wss": secure, "http": plain, "ws": plain}
        self._direct = [_matcher(entry) for entry in filter(None, _BETWEEN.split((direct or "").lower()))]

    def for_url(self, url: URL) -> URL | None:
        """The proxy for a call to `url`, with its credentials, or None if the call goes directly."""
        proxy = self._by_scheme.get(url.scheme)
        host, port = (url.raw_host or "").lower().rstrip("."), url.port or _PORTS.get(url.scheme, 0)
        return None if proxy is None or any(matches(host, port) for matches in self._direct) else proxy

    def excepts(self, url: URL) -> bool:
        """Whether there is a proxy for such addresses, but NO_PROXY exempts this one."""
        return self._by_scheme.get(url.scheme) is not None and self.for_url(url) is None


def _proxy(setting: str, value: str | None) -> URL | None:
    value = (value or "").strip()
    if not value:
        return None
    try:
        url = URL(value if "://" in value else f"http://{value}")
        f"{url.user}{url.password}".encode("latin-1")  # the alphabet in which aiohttp sends them
    except ValueError:
        url = URL()
    # What follows such a character is where a password was cut that has one unescaped.
    cut = url.path not in {"", "/"} or url.query_string or url.fragment
    # aiohttp fails on a colon in the user's name, at each call.
    wrong = (
        cut
        or not is_host(url.raw_host or "")
        or _HALF_A_SCHEME.match(value)
        or url.port == 0
        or ":" in (url.user or "")
        or any(map(str.isspace, value))
    )
    if wrong or url.scheme not in {"http", "https"}:
        raise SettingsError(
            f"{setting} is not the address of an HTTP proxy; write one such as http://proxy.example.com:3128 "
            "(in a user name or a password write @ as %40, / as %2F, ? as %3F, # as %23)."
        )
    return url


def _matcher(entry: str) -> Matches:
    """One entry of NO_PROXY: `*`, a domain with its subdomains, an address or a network, each with an optional port."""
    if entry == "*":
        return lambda _host, _port: True
    # What surrounds a host in an address that was copied.
    host, port = _without_port(re.sub(r"^https?://|/$", "", entry))
    is_it = _host_matcher(re.sub(r"[\[\]]", "", host))
    return lambda asked, asked_port: port in {"", "*", str(asked_port)} and is_it(asked)


def _without_port(entry: str) -> tuple[str, str]:
    host, colon, port = entry.rpartition(":")
    # An IPv6 address has colons of its own; one with a port is written in brackets.
    if colon and (port.isdecimal() or port in {"", "*"}) and (":" not in host or host.endswith("]")):
        return host, port
    return entry, ""


def _host_matcher(host: str) -> Callable[[str], bool]:
    try:
        network = ipaddress.ip_network(host, strict=False)
    except ValueError:
        name = _as_in_dns(host.removeprefix("*").strip("."))
        return lambda asked: bool(name) and (asked == name or asked.endswith(f".{name}"))

    def is_in(asked: str) -> bool:
        try:
            return ipaddress.ip_address(asked) in network
        except ValueError:
            return False

    return is_in


def _as_in_dns(name: str) -> str:
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name
