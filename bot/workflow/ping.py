"""Whether the database takes writes, asked no more often than once a second."""

import asyncio
import time

import sqlalchemy as sa

from bot.errors import CannotStart
from bot.workflow.database import check_writable

_TIMEOUT_SECONDS = 2.0
_KEPT_SECONDS = 1.0


class DatabasePing:
    """Shared and kept for a moment: a ping is a write, and whoever can ask could keep the database busy with asking."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database
        self._ping: asyncio.Future[str | None] | None = None
        self._pinged_at = 0.0

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
            await asyncio.to_thread(check_writable, self._database)
        except CannotStart as error:
            return error.reason
        return None
