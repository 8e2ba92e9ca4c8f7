"""Notifies requests that wait for an answer: at once if it is given here, and soon if another replica takes it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from bot.domain.approval import Decision
from bot.ledger.ledger import Ledger

_LOOK_EVERY_SECONDS = 2.0
# How long it takes to notice that the system clock was set.
_AT_ONCE_SECONDS = 60.0

logger = logging.getLogger(__name__)


class Answers:
    """`clock` returns seconds since the UTC epoch. While no request waits, the database is not queried.

    Two executions of one request may wait: one whose replica counted as dead may live on beside the one that took over.
    """

    def __init__(self, ledger: Ledger, *, clock: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._clock = clock
        self._given: dict[str, list[asyncio.Event]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def decide(self, request_id: str, decision: Decision) -> Decision | None:
        """Answer a waiting request; returns the answer that counts, which may be an earlier one. None: it is not waiting.

        Raises `LedgerUnavailable`, after which the answer may have been written all the same.
        """
        held = await self._ledger.decide(request_id, decision)
        if held is not None:
            self._notify(request_id)
        return held

    async def given_or(self, moment: float, request_id: str) -> None:
        """Return when there is an answer, or at `moment` (in seconds since the UTC epoch)."""
        given = asyncio.Event()
        self._given.setdefault(request_id, []).append(given)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            while not given.is_set() and (left := moment - self._clock()) > 0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(left, _AT_ONCE_SECONDS)):
                        await given.wait()
        finally:
            self._given[request_id].remove(given)
            if not self._given[request_id]:
                del self._given[request_id]
            if not self._given and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def held_at(self, moment: float, request_id: str, *, else_: Decision) -> Decision | None:
        """The answer that counts; `else_` if there is none at `moment`, None before that. Waits for the database."""
        while True:
            try:
                held = (await self._ledger.decided([request_id])).get(request_id)
                if held is None and self._clock() >= moment:
                    held = await self._ledger.decide(request_id, else_) or else_
            except Exception as error:  # noqa: BLE001  a failure would be recorded, and the request never get beyond it
                logger.warning("the answer could not be read (%s)", type(error).__name__, extra={"repeats": True})
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
            else:
                return held

    def _notify(self, request_id: str) -> None:
        for given in self._given.get(request_id, ()):
            given.set()

    async def _look(self) -> None:
        while True:
            try:
                for request_id in await self._ledger.decided(list(self._given)):
                    self._notify(request_id)
            except Exception as error:  # noqa: BLE001  the next look finds what is left
                what = "the answers of approvers could not be read (%s)"
                logger.warning(what, type(error).__name__, extra={"repeats": True})
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
