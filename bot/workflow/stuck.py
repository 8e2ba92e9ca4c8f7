"""The requests that this build cannot take up: it does not know a step or the kind of them, or cannot read them.

They stay pending for the build that can. Trying again here would come to the same, so nobody does, and the log says so once
an hour instead of once an attempt.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import sqlalchemy as sa

from bot import wording
from bot.domain.outcomes import NotApplied, Refused
from bot.domain.request import Request
from bot.ledger.writes import Write
from bot.slack.blocks import escape
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted
from bot.workflow.tables import STUCK

_SAID_EVERY_SECONDS = 60 * 60.0
_NAMED_MAX = 10
_PAUSES = (5.0, 60.0, 600.0, 3600.0)

logger = logging.getLogger(__name__)


async def _nobody(_request: Request) -> None:
    return None


async def tell_people(poster: Poster, request: Request) -> None:
    """Say it in the channel that was chosen, else to the requester alone; not again where it can be seen to stand."""
    origin, mark = request.origin, Mark(request_id=request.id, role="stuck", since=request.accepted_at)
    text = wording.STUCK.format(requester=origin.requester, reference=escape(request.reference))
    for pause in _PAUSES:
        if isinstance(await poster.find(origin.channel, mark), Posted):
            return
        result = await poster.post(origin.channel, {"text": text}, mark=mark)
        if isinstance(result, Refused):
            result = await poster.post(origin.requester, {"text": text}, mark=mark, route="direct_message")
        if not isinstance(result, NotApplied):
            return
        await asyncio.sleep(pause)


def _delete(request_id: str, connection: sa.Connection) -> None:
    connection.execute(sa.delete(STUCK).where(STUCK.c.request_id == request_id))


class Stuck:
    """Request ids, each with the reason. `tell` tells the people of a request that can be read, at most once.

    They are stored for operators, who look from outside (`standing_still.py`).
    """

    def __init__(self, database: sa.Engine) -> None:
        self._database = database
        self._why: dict[str, str] = {}
        self._unstored: dict[str, str | None] = {}  # None: it is no longer stuck
        self._said_at: float | None = None
        self.tell: Callable[[Request], Coroutine[Any, Any, None]] = _nobody

    @property
    def ids(self) -> set[str]:
        """Those that are not to be resumed by this process."""
        return set(self._why)

    def add(self, request_id: str, why: str) -> None:
        """This build cannot take it up; `why` is for the log, without what the request holds."""
        self._why[request_id] = self._unstored[request_id] = why

    def forget(self, request_id: str) -> None:
        """It is to be tried again, or is over."""
        if self._why.pop(request_id, None) is not None:
            self._unstored[request_id] = None

    def resumed(self, request_id: str) -> Write:
        """What is written when a request runs again: another build may have left it."""
        return partial(_delete, request_id)

    def keep_to(self, pending: set[str]) -> None:
        """Forget what is no longer pending: another process has finished it or somebody has cancelled it."""
        for request_id in self._why.keys() - pending:
            self.forget(request_id)

    def store(self) -> None:
        """Write down what has changed. Blocks; to be called every few seconds."""
        changed = list(self._unstored.items())
        if not changed:
            return
        with self._database.begin() as connection:
            for request_id, why in changed:
                _delete(request_id, connection)
                if why is not None:
                    connection.execute(sa.insert(STUCK).values(request_id=request_id, why=why))
        for request_id, why in changed:
            if self._unstored[request_id] == why:
                del self._unstored[request_id]

    def say(self) -> None:
        """One line an hour for all of them. To be called every few seconds."""
        if not self._why or (self._said_at is not None and time.monotonic() - self._said_at < _SAID_EVERY_SECONDS):
            return
        self._said_at = time.monotonic()
        named = ", ".join(f"{request_id} ({why})" for request_id, why in list(self._why.items())[:_NAMED_MAX])
        logger.error("%d request(s) cannot be resumed by this build: %s", len(self._why), named)
