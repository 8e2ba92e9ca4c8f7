"""WebSocket servers that are not Slack, and connections to them without a client."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

Behaviour = Callable[[web.WebSocketResponse], Awaitable[None]]


@contextlib.asynccontextmanager
async def websocket_server(behave: Behaviour) -> AsyncIterator[str]:
    """Accepts WebSockets and does this to each; its address, with a secret in it."""

    async def serve(request: web.Request) -> web.WebSocketResponse:
        stream = web.WebSocketResponse(timeout=0.1)
        await stream.prepare(request)
        with contextlib.suppress(ConnectionError):
            await behave(stream)
        return stream

    application = web.Application()
    application.router.add_get("/", serve)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"ws://127.0.0.1:{runner.addresses[0][1]}/?ticket=secret"
    await runner.cleanup()


def saying(*frames: str, stay: bool = True) -> Behaviour:
    """Sends these frames, then waits for the other side to end, or ends at once."""

    async def behave(stream: web.WebSocketResponse) -> None:
        for frame in frames:
            await stream.send_str(frame)
        if stay:
            async for _ in stream:
                pass

    return behave


async def silent(_stream: web.WebSocketResponse) -> None:
    """Reads nothing, answers no ping, and never ends."""
    await asyncio.Event().wait()
