"""GET /healthz and /readyz: whether the process is alive, and whether it can do its work right now.

The main port answers with one word; the management port adds the reasons, in fixed words without names or addresses.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

# The reasons why a part of the bot cannot work now; empty if it can.
ReadinessCheck = Callable[[], Awaitable[list[str]]]

_STOPPING = "the process is stopping"


class Health:
    """Runs each check in turn, the most basic first. `stopping`: the bot should get no more requests."""

    def __init__(self, *checks: ReadinessCheck) -> None:
        self._checks = checks
        self.stopping = False

    async def why_not_ready(self) -> list[str]:
        """One line for each reason; none if the bot is ready."""
        if self.stopping:
            return [_STOPPING]
        return [reason for check in self._checks for reason in await check()]

    def add_routes(self, application: web.Application, *, reasons: bool = False) -> None:
        """Serve `/healthz` (always 200) and `/readyz` (200 or 503), with the reasons if `reasons` is set."""
        application.router.add_get("/healthz", _healthz)
        application.router.add_get("/readyz", self._readyz_with_reasons if reasons else self._readyz)

    async def _readyz(self, _request: web.Request) -> web.Response:
        return _not_ready(["not ready"]) if await self.why_not_ready() else _ready()

    async def _readyz_with_reasons(self, _request: web.Request) -> web.Response:
        reasons = await self.why_not_ready()
        return _not_ready(reasons) if reasons else _ready()


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


def _ready() -> web.Response:
    return web.Response(text="ready\n")


def _not_ready(lines: list[str]) -> web.Response:
    return web.Response(status=503, text="".join(f"{line}\n" for line in lines))
