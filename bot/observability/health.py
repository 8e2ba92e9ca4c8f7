"""GET /healthz and /readyz: whether the process lives, and whether it can do its work right now."""

from collections.abc import Awaitable, Callable

from aiohttp import web

# Each part of the bot says for itself why it cannot work now; empty when it can.
Check = Callable[[], Awaitable[list[str]]]


class Health:
    """Asks each check in turn, the most basic first."""

    def __init__(self, *checks: Check) -> None:
        self._checks = checks

    async def why_not_ready(self) -> list[str]:
        """One reason a line, none when all is well."""
        return [reason for check in self._checks for reason in await check()]

    def add_routes(self, application: web.Application) -> None:
        """Serve `/healthz` (always 200) and `/readyz` (200, or 503 with the reasons)."""
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readyz(self, _request: web.Request) -> web.Response:
        reasons = await self.why_not_ready()
        return web.Response(status=503 if reasons else 200, text="".join(f"{line}\n" for line in reasons or ["ready"]))
