"""Listens for HTTP on one address."""

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from bot.errors import SettingsError
from bot.net.connections import Connections, Runner, room_for_others
from bot.net.descriptors import allowed, say_seldom_when_none_is_left


@contextlib.asynccontextmanager
async def listen(routes: web.Application, *, host: str, port: int, drain_seconds: float) -> AsyncIterator[str]:
    """Serve `routes` while the context is open; its value is the address, as `http://host:port`.

    How many connections there may be, and how long each may take to send a request, is `connections`' business. At the
    end, requests under way get `drain_seconds`. Raises `SettingsError` when the address cannot be listened on.
    """
    connections = Connections(room_for_others(allowed()))
    runner = Runner(routes, connections=connections, shutdown_timeout=drain_seconds)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise SettingsError(f"cannot listen on {host}:{port} ({error.strerror}). Set HOST and PORT.") from None
        bound_host, bound_port = runner.addresses[0][:2]
        say_seldom_when_none_is_left(connections.shrink)
        yield f"http://{bound_host}:{bound_port}"
    finally:
        await runner.cleanup()
