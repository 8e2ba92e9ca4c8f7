"""Listens for HTTP on one address."""

import contextlib
import errno
import os
import socket
from collections.abc import AsyncIterator

from aiohttp import web

from bot.errors import CannotStart, SettingsError, TemporaryFailure
from bot.net.connections import Connections, Runner, room_for_others
from bot.net.descriptors import allowed, log_when_none_is_left

_EVERYWHERE_IN_IPV6 = "::"


@contextlib.asynccontextmanager
async def listen(
    routes: web.Application,
    *,
    host: str,
    port: int,
    drain_seconds: float,
    names: tuple[str, str] = ("HOST", "PORT"),
) -> AsyncIterator[str]:
    """Serve `routes` while the context is open; its value is the address, as `http://host:port`.

    `::` also serves IPv4. `connections.py` limits the connections; `names` are the settings for host and port. At the end,
    requests in progress get `drain_seconds`. Raises `TemporaryFailure` if the address is in use, `SettingsError` if it cannot
    be used for another reason.
    """
    connections = Connections(room_for_others(allowed()))
    runner = Runner(routes, connections=connections, shutdown_timeout=drain_seconds)
    await runner.setup()
    try:
        try:
            await _site(runner, host, port).start()
        except (OSError, UnicodeError) as error:  # a name that cannot be one is a UnicodeError
            raise _cannot_listen(host, port, error, names) from None
        bound_host, bound_port = runner.addresses[0][:2]
        log_when_none_is_left(connections.shrink)
        yield f"http://{_authority(bound_host, bound_port)}"
    finally:
        await runner.cleanup()


def try_to_listen(host: str, port: int, names: tuple[str, str]) -> None:
    """Listen for a moment. Raises `CannotStart` as `listen` does."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        dual = host == _EVERYWHERE_IN_IPV6 and socket.has_dualstack_ipv6()
        socket.create_server((host, port), family=family, dualstack_ipv6=dual).close()
    except (OSError, UnicodeError) as error:
        raise _cannot_listen(host, port, error, names) from None


def _site(runner: web.AppRunner, host: str, port: int) -> web.BaseSite:
    if host != _EVERYWHERE_IN_IPV6 or not socket.has_dualstack_ipv6():
        return web.TCPSite(runner, host, port)
    # asyncio makes a socket for IPv6 only, whatever the system's default is.
    return web.SockSite(runner, socket.create_server((host, port), family=socket.AF_INET6, dualstack_ipv6=True))


def _cannot_listen(host: str, port: int, error: Exception, names: tuple[str, str]) -> CannotStart:
    number = error.errno if isinstance(error, OSError) and not isinstance(error, socket.gaierror) else None
    # asyncio and socket put the address into the text once more.
    why = os.strerror(number) if number else getattr(error, "strerror", None) or "it is not an address"
    line = f"cannot listen on {_authority(host, port)} ({why}). Set {' and '.join(names)}."
    return TemporaryFailure(line) if number == errno.EADDRINUSE else SettingsError(line)


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
