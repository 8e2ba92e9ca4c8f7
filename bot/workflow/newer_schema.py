"""Detects that a newer version of the bot has changed the tables while this one runs on, as in a rolling upgrade."""

import asyncio
import logging
import time
from collections.abc import Callable

import sqlalchemy as sa

from bot.errors import CannotStart
from bot.ledger import schema as ledger
from bot.workflow.schema import is_newer

_ASKED_EVERY_SECONDS = 60.0
_UPGRADE_SECONDS = 10 * 60.0

logger = logging.getLogger(__name__)


class NewerSchema:
    """The last result. `refresh` looks, at most once a minute."""

    def __init__(self, database: sa.Engine, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._asked_at: float | None = None
        self._since: float | None = None

    async def refresh(self) -> None:
        """Look, unless that was a moment ago. While the database does not answer, the last result is kept."""
        now = self._monotonic()
        if self._asked_at is not None and now - self._asked_at < _ASKED_EVERY_SECONDS:
            return
        self._asked_at = now
        try:
            newer = await asyncio.to_thread(self._look)
        except (sa.exc.SQLAlchemyError, CannotStart) as error:
            logger.debug("the version of the tables cannot be read (%s)", type(error).__name__)
            return
        self._since = (self._since if self._since is not None else now) if newer else None

    def lasts(self) -> bool:
        """Whether the tables have been newer for longer than a rolling upgrade takes."""
        return self._since is not None and self._monotonic() - self._since >= _UPGRADE_SECONDS

    def _look(self) -> bool:
        with self._database.connect() as connection:
            if ledger.is_newer(connection):
                return True
        return is_newer(self._database)
