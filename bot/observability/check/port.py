"""The address to listen on: free, or this very bot's already."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from http.client import HTTPConnection, HTTPException

from bot.domain.findings import Finding, fix, ok, wait
from bot.errors import CannotStart, TemporaryFailure
from bot.net.listening import try_to_listen
from bot.observability.check.surroundings import Surroundings

_SECONDS = 2.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  where one of ours is called then


async def port(around: Surroundings) -> AsyncIterator[Finding]:
    """Tries to listen for an instant. Any port (0) is always free."""
    host, number = around.settings.host, around.settings.port
    try:
        await asyncio.to_thread(try_to_listen, host, number)
    except TemporaryFailure:
        if await runs_here(host, number):
            yield ok("port_ours", host=host, port=number)
        else:
            yield wait("port_taken", host=host, port=number)
    except CannotStart as error:
        yield fix("cannot_listen", line=error)
    else:
        yield ok("port", host=host, port=number)


async def runs_here(host: str, number: int) -> bool:
    """Whether a bot answers there."""
    return await asyncio.to_thread(_answers, _EVERYWHERE.get(host, host), number)


def _answers(host: str, number: int) -> bool:
    # Not by the session of the others, which may lead through a proxy.
    with contextlib.closing(HTTPConnection(host, number, timeout=_SECONDS)) as connection:
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            return answer.status == 200 and answer.read(16).strip() == b"ok"
        except (OSError, HTTPException):
            return False
