"""`Visitors` of the Home tab, kept in the database, so that every replica updates their tabs, also after a restart."""

import asyncio
import logging
import time

import sqlalchemy as sa

from bot.workflow.tables import HOME_VISITORS

# Two replicas may hear of a first visit at once.
_NOTE = sa.text(
    f"INSERT INTO {HOME_VISITORS.name} (user_id, since) VALUES (:user_id, :since) ON CONFLICT (user_id) DO NOTHING"  # noqa: S608
)

logger = logging.getLogger(__name__)


class HomeVisitors:
    """On SQLite the only process reads them all once; on PostgreSQL other replicas may add some."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database
        self._alone = database.dialect.name == "sqlite"
        self._all_read = False
        self._known: set[str] = set()

    async def note(self, user_id: str) -> None:
        """See `Visitors`. Writes only at a person's first visit to this process."""
        if user_id in self._known:
            return
        self._known.add(user_id)
        try:
            await asyncio.to_thread(self._write, user_id)
        except sa.exc.SQLAlchemyError as error:
            logger.warning("a visit to a Home tab was not stored (%s)", type(error).__name__)

    async def know(self, user_id: str) -> bool:
        """See `Visitors`."""
        if user_id not in self._known and not (self._alone and self._all_read):
            try:
                self._known |= await asyncio.to_thread(self._read, user_id)
                self._all_read = self._alone
            except sa.exc.SQLAlchemyError as error:
                logger.warning("who opened a Home tab could not be read (%s)", type(error).__name__)
        return user_id in self._known

    def _write(self, user_id: str) -> None:
        with self._database.begin() as connection:
            connection.execute(_NOTE, {"user_id": user_id, "since": time.time()})

    def _read(self, user_id: str) -> set[str]:
        query = sa.select(HOME_VISITORS.c.user_id)
        if not self._alone:
            query = query.where(HOME_VISITORS.c.user_id == user_id)
        with self._database.connect() as connection:
            return set(connection.execute(query).scalars())
