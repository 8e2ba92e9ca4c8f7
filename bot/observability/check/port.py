"""The addresses to listen on: whether they are free or the bot already runs there, and then which requests it has refused."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from http.client import HTTPConnection, HTTPException

from bot.config import Settings
from bot.domain.findings import Finding, fix, note, ok, wait
from bot.errors import CannotStart, TemporaryFailure
from bot.net.listening import try_to_listen
from bot.observability.check.context import CheckContext

_SECONDS = 2.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  where one of ours is called then
_REFUSED = re.compile(r"^registry_bot_refused_signatures_total ([0-9.e+]+)$", re.MULTILINE)


async def port(context: CheckContext) -> AsyncIterator[Finding]:
    """Try to listen for a moment. Port 0 (any) is always free."""
    settings = context.settings
    yield await _listening(settings.host, settings.port, names=("HOST", "PORT"))
    if settings.management_port is None:
        return
    names = ("MANAGEMENT_HOST", "MANAGEMENT_PORT")
    finding = await _listening(settings.management_host, settings.management_port, names=names)
    yield finding
    if finding.code == "port_ours" and (refused := await _refused_signatures(settings)):
        yield note("signatures_refused", refused=refused)


async def runs_here(host: str, number: int) -> bool:
    """Whether a bot answers at this address."""
    return (await asyncio.to_thread(_page, host, number, "/healthz")).strip() == "ok"


async def _listening(host: str, number: int, *, names: tuple[str, str]) -> Finding:
    try:
        await asyncio.to_thread(try_to_listen, host, number, names)
    except TemporaryFailure:
        if await runs_here(host, number):
            return ok("port_ours", host=host, port=number)
        return wait("port_taken", host=host, port=number, setting=names[1])
    except CannotStart as error:
        line, _, to_do = str(error).partition(". ")
        return fix("cannot_listen", line=line, fix=to_do)
    return ok("port", host=host, port=number)


async def _refused_signatures(settings: Settings) -> int:
    page = await asyncio.to_thread(_page, settings.management_host, settings.management_port or 0, "/metrics")
    found = _REFUSED.search(page)
    return int(float(found[1])) if found else 0


def _page(host: str, number: int, path: str) -> str:
    """The text of a page; empty if there is none. Uses a separate session, because the other may use a proxy."""
    with contextlib.closing(HTTPConnection(_EVERYWHERE.get(host, host), number, timeout=_SECONDS)) as connection:
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.read().decode(errors="replace") if answer.status == 200 else ""
        except (OSError, HTTPException):
            return ""
