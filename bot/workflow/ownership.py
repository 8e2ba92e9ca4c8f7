"""Who may work on what: one process for each executor id, and what a dead process left is taken over.

DBOS recovers only what its own executor id left behind. On PostgreSQL a replica therefore proves that it is alive by
holding an advisory lock, which the server frees the moment the process is gone; the others adopt the requests of an id
whose lock is free (design 6). A SQLite file has one owner, and its work is the owner's, on whatever host it runs.
"""

import hashlib
import logging
import sqlite3
import time
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.errors import SettingsError, TemporaryFailure
from bot.workflow.database import DEAD_PEER, unusable
from bot.workflow.tables import REPLICAS

_SLOTS = 64
# In a rolling restart the old process may still be finishing.
_WAIT_FOR_OLD_SECONDS = 15.0

logger = logging.getLogger(__name__)


class Ownership(Protocol):
    """Holds this process's executor id. All calls block; they are made in a thread."""

    executor_id: str

    def heartbeat(self) -> list[str]:
        """Make sure the id is still held; the ids of replicas that are gone, to be adopted and then released."""
        ...

    def release(self, executor_id: str, *, empty: bool) -> None:
        """End the adoption of a gone replica; `empty` when nothing of it is left."""
        ...

    def leave(self) -> None:
        """Give the id up."""
        ...


def take_ownership(database: sa.Engine, *, executor_id: str | None, host: str) -> Ownership:
    """Raises `CannotStart`: `TemporaryFailure` while the file, or the id, belongs to another process that lives."""
    try:
        if database.dialect.name == "sqlite":
            return FileOwner(database)
        return Replica(database, executor_id=executor_id, host=host)
    except sa.exc.SQLAlchemyError as error:
        raise unusable(database, error) from None


class FileOwner:
    """The one owner of a SQLite file: holds a lock beside it, which the system frees when the process ends."""

    executor_id = "sqlite"

    def __init__(self, database: sa.Engine) -> None:
        path = f"{database.url.database}.lock"
        self._lock = sqlite3.connect(path, timeout=_WAIT_FOR_OLD_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            self._lock.close()
            raise TemporaryFailure(
                f"DATABASE_URL: {database.url.database} is in use by another registry-bot. Stop that one first; "
                "for several replicas use postgresql://…"
            ) from None

    def heartbeat(self) -> list[str]:
        """Nobody else can have left anything."""
        return []

    def release(self, executor_id: str, *, empty: bool) -> None:
        """Nobody else can have left anything."""

    def leave(self) -> None:
        """Free the file for the next process."""
        self._lock.close()


class Replica:
    """One of several processes on one PostgreSQL."""

    def __init__(self, database: sa.Engine, *, executor_id: str | None, host: str) -> None:
        # A connection of its own, outside the pool: the lock lives as long as the session.
        self._engine = sa.create_engine(
            database.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", connect_args=DEAD_PEER
        )
        self._session = self._engine.connect()
        self._gone_once: set[str] = set()
        self.executor_id = self._wait_for(executor_id) if executor_id else self._first_free(host)
        self._register()

    def heartbeat(self) -> list[str]:
        """See `Ownership`. A replica counts as gone when its lock is free twice in a row, or at once when it said so."""
        self._hold()
        others = sa.select(REPLICAS).where(REPLICAS.c.executor_id != self.executor_id)
        rows = self._session.execute(others).all()
        gone = {row.executor_id: bool(row.left_on_purpose) for row in rows if self._lock(row.executor_id)}
        certain = {name for name, left in gone.items() if left or name in self._gone_once}
        self._gone_once = set(gone)
        for name in gone.keys() - certain:
            self._unlock(name)
        return sorted(certain)

    def release(self, executor_id: str, *, empty: bool) -> None:
        """See `Ownership`. A replica that is forgotten registers again when it comes back."""
        if empty:
            self._session.execute(sa.delete(REPLICAS).where(REPLICAS.c.executor_id == executor_id))
            self._gone_once.discard(executor_id)
        self._unlock(executor_id)

    def leave(self) -> None:
        """Say so, that the others need not wait, and free the lock."""
        try:
            self._register(left=True)
        except sa.exc.SQLAlchemyError as error:
            logger.warning("could not say that this replica leaves: %s", error)
        self._session.close()
        self._engine.dispose()

    def _hold(self) -> None:
        try:
            self._session.execute(sa.text("SELECT 1"))
        except sa.exc.SQLAlchemyError:
            logger.warning("lost the session that holds executor id %s", self.executor_id)
            self._session.close()
            self._session = self._engine.connect()
            self._gone_once.clear()
            if not self._lock(self.executor_id):
                # Somebody is adopting our work at this moment. Holding the id again is tried with the next heartbeat.
                self._session.invalidate()
                raise
            self._register()

    def _first_free(self, host: str) -> str:
        names = (f"{host}-{slot}" for slot in range(_SLOTS))
        free = next((name for name in names if self._lock(name)), None)
        if free is None:
            raise SettingsError(f"EXECUTOR_ID: {_SLOTS} replicas run on {host} already. Set a different one for each.")
        return free

    def _wait_for(self, name: str) -> str:
        deadline = time.monotonic() + _WAIT_FOR_OLD_SECONDS
        while not self._lock(name):
            if time.monotonic() > deadline:
                raise TemporaryFailure(f"EXECUTOR_ID: a replica named {name} is running. Give each replica its own.")
            time.sleep(0.2)
        return name

    def _register(self, *, left: bool = False) -> None:
        row = insert(REPLICAS).values(executor_id=self.executor_id, left_on_purpose=left)
        self._session.execute(row.on_conflict_do_update(index_elements=["executor_id"], set_={"left_on_purpose": left}))

    def _lock(self, name: str) -> bool:
        return bool(self._session.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": _key(name)}).scalar())

    def _unlock(self, name: str) -> None:
        self._session.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _key(name)})


def _key(name: str) -> int:
    digest = hashlib.blake2b(f"registry-bot {name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
