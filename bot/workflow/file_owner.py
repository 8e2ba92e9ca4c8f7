"""The one process that may work on a SQLite file."""

import logging
import sqlite3
import time
from pathlib import Path

import sqlalchemy as sa

from bot.errors import CannotStart, SettingsError, TemporaryFailure
from bot.workflow.database import unusable
from bot.workflow.sqlite_file import OpenFile, keep_private

_LOOKS, _SECONDS_BETWEEN_LOOKS = 5, 0.2

logger = logging.getLogger(__name__)


class FileOwner:
    """The only owner of a SQLite file, by whatever path. The system releases both locks when the process ends.

    One lock is on the file itself. The other, on a file beside it, keeps out earlier builds. It is the only lock where the
    system cannot lock an open file description (macOS, Windows, some network file systems).
    """

    executor_id = "sqlite"

    def __init__(self, database: sa.Engine, *, wait_seconds: float = 15.0) -> None:
        self._path = Path(str(database.url.database))
        self._lost: str | None = None
        self._wait_seconds = wait_seconds
        deadline = time.monotonic() + wait_seconds
        self._beside = self._lock_beside()
        try:
            self._file = OpenFile(self._path)
            while not self._file.lock():
                if time.monotonic() > deadline:
                    self._file.close()
                    raise self._in_use()
                time.sleep(0.2)
            self._stamp(database)
        except (OSError, sa.exc.SQLAlchemyError) as error:
            self._beside.close()
            raise unusable(database, error) from None
        except CannotStart:
            self._beside.close()
            raise

    def why_lost(self) -> str | None:
        """See `Ownership`. What is written to a deleted file is lost when the process ends."""
        return self._lost or self._file.why_not_at_its_path()

    def heartbeat(self) -> list[str]:
        """Check that nobody replaced the file. There are no other processes whose requests could be adopted."""
        why = self._file.why_not_itself()
        for _ in range(_LOOKS):
            if why is None:
                break
            time.sleep(_SECONDS_BETWEEN_LOOKS)  # a checkpoint may be half way
            why = self._file.why_not_itself()
        if why is not None and self._lost is None:
            self._lost = why
            logger.error("%s was %s while the bot used it: requests are refused until a restart", self._path, why)
        return []

    def release(self, executor_id: str, *, empty: bool) -> None:
        """Do nothing: there are no other processes."""

    def leave(self) -> None:
        """Release the file for the next process."""
        self._file.close()
        self._beside.close()

    def _lock_beside(self) -> sqlite3.Connection:
        path = f"{self._path}.lock"
        try:
            keep_private(Path(path))
            lock = sqlite3.connect(path, timeout=self._wait_seconds, isolation_level=None, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise self._no_lock(error) from None
        try:
            lock.execute("PRAGMA journal_mode=MEMORY")
            lock.execute("BEGIN EXCLUSIVE")
            # SQLite takes a file that it may only read, and then holds no lock at all: writing shows it.
            lock.execute("PRAGMA user_version=1")
        except sqlite3.Error as error:
            lock.close()
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            raise (self._in_use() if busy else self._no_lock(error)) from None
        return lock

    def _stamp(self, database: sa.Engine) -> None:
        with database.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)  # noqa: S101  for the type checker
            self._file.stamp(raw)
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)")
        self._file.why_not_itself()  # from now on the number is missed when it goes

    def _in_use(self) -> TemporaryFailure:
        return TemporaryFailure(
            f"DATABASE_URL: {self._path} is in use by another registry-bot. Stop that one first; "
            "for several replicas use postgresql://…"
        )

    def _no_lock(self, error: Exception) -> SettingsError:
        return SettingsError(
            f"DATABASE_URL: {self._path}.lock cannot be locked ({error}), so a second bot would not be noticed. Give it to "
            "the user that runs the bot, or remove it while none runs."
        )
