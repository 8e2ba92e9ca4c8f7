"""Who may work on which requests: one process for each executor id, and the requests of a dead process are taken over.

DBOS recovers only the requests of its own executor id. On PostgreSQL a replica therefore proves that it is alive by
holding an advisory lock, which the server releases as soon as the process is gone; the others adopt the requests of an id
whose lock is free (docs/design.md section 6). A SQLite file has one owner, which owns all requests, on whatever host it runs.
"""

import hashlib
import logging
import time
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.errors import SettingsError, TemporaryFailure
from bot.workflow.database import DEAD_PEER, prepare_sessions, unusable
from bot.workflow.file_owner import FileOwner
from bot.workflow.tables import REPLICAS

_SLOTS = 64
# In a rolling restart the old process may still be finishing.
_WAIT_FOR_OLD_SECONDS = 15.0

_SILENT_SECONDS = 10.0  # five heartbeats
_ENDED_WITHIN_SECONDS = 2.0
_PID = sa.text("SELECT pg_backend_pid()")
# https://www.postgresql.org/docs/current/view-pg-locks.html: the halves of a 64-bit key. Only a session that the view shows
# as ours to see has a `state_change`.
_HOLDER = sa.text("""
    SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid::bigint = :high AND objid::bigint = :low AND pid <> pg_backend_pid()
      AND (pid = CAST(:only AS integer)
           OR (CAST(:only AS integer) IS NULL AND clock_timestamp() - state_change > make_interval(secs => :silent)))
""")
# A separate statement: in the one above the server might evaluate it for every session.
_END = sa.text("SELECT pg_terminate_backend(:pid)")

logger = logging.getLogger(__name__)


class Ownership(Protocol):
    """Holds this process's executor id. All calls block, so make them in a thread."""

    executor_id: str

    def why_lost(self) -> str | None:
        """Why stored requests would be lost with this process; None if they are safe. Quick enough for every request."""
        ...

    def heartbeat(self) -> list[str]:
        """Make sure the id is still held. Return the ids of dead replicas, to be adopted and then released."""
        ...

    def release(self, executor_id: str, *, empty: bool) -> None:
        """End the adoption of a dead replica; `empty` if it has no requests left."""
        ...

    def leave(self) -> None:
        """Give up the id."""
        ...


def take_ownership(database: sa.Engine, *, executor_id: str | None, host: str) -> Ownership:
    """Raises `CannotStart`: `TemporaryFailure` while another living process holds the file or the id."""
    if database.dialect.name == "sqlite":
        return FileOwner(database, wait_seconds=_WAIT_FOR_OLD_SECONDS)
    try:
        return Replica(database, executor_id=executor_id, host=host)
    except sa.exc.SQLAlchemyError as error:
        raise unusable(database, error) from None


def is_held(database: sa.Engine, executor_id: str) -> bool:
    """Whether a living process holds this id, without waiting; false on SQLite, which has no ids."""
    if database.dialect.name == "sqlite":
        return False
    try:
        with database.connect() as connection:
            key = {"key": _key(executor_id)}
            free = connection.execute(sa.text("SELECT pg_try_advisory_xact_lock(:key)"), key).scalar()
            connection.rollback()
            return not free
    except sa.exc.SQLAlchemyError as error:
        raise unusable(database, error) from None


class Replica:
    """One of several processes on one PostgreSQL."""

    def __init__(self, database: sa.Engine, *, executor_id: str | None, host: str) -> None:
        # A separate connection, outside the pool: the lock lasts as long as the session.
        self._engine = sa.create_engine(
            database.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", connect_args=DEAD_PEER
        )
        prepare_sessions(self._engine)
        self._session, self._pid = self._connect()
        self._gone_once: set[str] = set()
        self.executor_id = self._wait_for(executor_id) if executor_id else self._first_free(host)
        self._register()

    def why_lost(self) -> str | None:
        """None, even without the lock: whatever this replica stores will be adopted."""
        return None

    def heartbeat(self) -> list[str]:
        """See `Ownership`. A replica counts as dead when its lock is free twice in a row, or once if it left on purpose."""
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
        """See `Ownership`. A replica that comes back registers again."""
        if empty:
            self._session.execute(sa.delete(REPLICAS).where(REPLICAS.c.executor_id == executor_id))
            self._gone_once.discard(executor_id)
        self._unlock(executor_id)

    def leave(self) -> None:
        """Announce it, so that the others need not wait, and release the lock."""
        try:
            self._register(left=True)
        except sa.exc.SQLAlchemyError as error:
            logger.warning("could not announce that this replica is leaving: %s", error)
        self._session.close()
        self._engine.dispose()

    def _connect(self) -> tuple[sa.Connection, int]:
        session = self._engine.connect()
        return session, int(session.execute(_PID).scalar_one())

    def _hold(self) -> None:
        try:
            if self._session.execute(_PID).scalar_one() == self._pid:
                return
            logger.error("a connection pooler is sharing the session that holds executor id %s", self.executor_id)
        except sa.exc.SQLAlchemyError:
            fields = {"repeats": True}
            logger.warning("lost the session that holds executor id %s", self.executor_id, extra=fields)
        self._session.close()
        self._session, pid = self._connect()
        self._gone_once.clear()
        # The server may not know yet that the session before is over.
        name, before = self.executor_id, self._pid
        if not self._lock(name) and not (self._end_holder(name, only=before) and self._lock(name)):
            # Somebody is adopting our work at this moment. Holding the id again is tried with the next heartbeat.
            self._session.close()
            raise sa.exc.InvalidRequestError(f"executor id {name} is held by another session")
        self._pid = pid
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
            if not self._end_holder(name):
                time.sleep(0.2)
        return name

    def _register(self, *, left: bool = False) -> None:
        row = insert(REPLICAS).values(executor_id=self.executor_id, left_on_purpose=left)
        self._session.execute(row.on_conflict_do_update(index_elements=["executor_id"], set_={"left_on_purpose": left}))

    def _end_holder(self, name: str, *, only: int | None = None) -> bool:
        """End the session that holds the id, if it is this process's own (`only`) or has been silent for too long.

        In the latter case its host has disappeared unnoticed: a living replica uses its session every two seconds.
        """
        key = _key(name) % 2**64
        values = {"high": key >> 32, "low": key % 2**32, "only": only, "silent": _SILENT_SECONDS}
        holder = self._session.execute(_HOLDER, values).scalar()
        if holder is None:
            return False
        logger.warning("ending the session of a dead process that holds executor id %s", name)
        self._session.execute(_END, {"pid": holder})
        deadline = time.monotonic() + _ENDED_WITHIN_SECONDS
        while self._session.execute(_HOLDER, values).scalar() == holder and time.monotonic() < deadline:
            time.sleep(0.05)
        return True

    def _lock(self, name: str) -> bool:
        return bool(self._session.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": _key(name)}).scalar())

    def _unlock(self, name: str) -> None:
        self._session.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _key(name)})


def _key(name: str) -> int:
    digest = hashlib.blake2b(f"registry-bot {name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
