"""Whether the database can be used, checked at most once a second.

The answer uses fixed words, because anybody who can reach the bot may ask. The database's own message goes to the log.
"""

import asyncio
import logging
import time
from collections.abc import Callable

import sqlalchemy as sa

from bot.errors import CannotStart
from bot.workflow.database import check_writable

_TIMEOUT_SECONDS = 2.0
_KEPT_SECONDS = 1.0
_SAID_EVERY_SECONDS = 60.0

logger = logging.getLogger(__name__)


class DatabasePing:
    """Results are cached briefly: a ping is a write, and anybody who can ask could otherwise keep the database busy.

    `looks`: checks that raise `CannotStart` when something is wrong.
    """

    def __init__(self, database: sa.Engine, *looks: Callable[[sa.Engine], None]) -> None:
        self._database = database
        self._looks = looks or (check_writable,)
        self._ping: asyncio.Future[str | None] | None = None
        self._pinged_at = 0.0
        self._said_at = -_SAID_EVERY_SECONDS

    async def why_not_ready(self) -> list[str]:
        """Why the database cannot be used; empty when it can."""
        if self._ping is None or time.monotonic() - self._pinged_at > _KEPT_SECONDS:
            if self._ping is None or self._ping.done():
                self._ping = asyncio.ensure_future(self._ask())
            self._pinged_at = time.monotonic()
        done, _ = await asyncio.wait({self._ping}, timeout=_TIMEOUT_SECONDS)
        reason = self._ping.result() if done else "no answer"
        return [f"the database cannot be used: {reason}"] if reason else []

    async def _ask(self) -> str | None:
        try:
            for look in self._looks:
                await asyncio.to_thread(look, self._database)
        except CannotStart as error:
            if time.monotonic() - self._said_at >= _SAID_EVERY_SECONDS:
                self._said_at = time.monotonic()
                logger.warning("the database cannot be used: %s", error)
            return error.reason or "its tables are incomplete"
        return None
