"""Writes that share a transaction which DBOS commits anyway, so that they need no commit of their own.

A request's row in the ledger is written together with the request, and the results of a step together with its record.
Every such write may safely be repeated, because it is not always known whether a commit succeeded.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

import sqlalchemy as sa
from sqlalchemy import event

from bot.ledger.writes import Write


class PiggybackedWrites:
    """The pending writes of one request, in order; each is kept until a commit has included it."""

    def __init__(self) -> None:
        self._waiting: list[Write] = []
        self._on: sa.Connection | None = None
        self._count = 0

    def add(self, write: Write) -> None:
        """Include this in the next commit."""
        self._waiting.append(write)

    def flush(self, database: sa.Engine) -> None:
        """Commit the pending writes now. Blocks."""
        if self._open:
            with database.begin() as connection:
                self.write_on(connection)

    def write_on(self, connection: sa.Connection) -> None:
        """Execute the pending writes on a connection that is about to commit."""
        if self._on is connection or not self._open:
            return
        # What was written before and not rolled back is in the database.
        del self._waiting[: self._count]
        self._on, self._count = connection, 0
        for write in tuple(self._waiting):
            write(connection)
            self._count += 1

    def clear(self) -> None:
        """Forget all of them, and the connection of the last commit."""
        self._waiting, self._on, self._count = [], None, 0

    def take_back(self, connection: sa.Connection) -> None:
        """Keep the writes of this connection, which was rolled back, for the next commit."""
        if self._on is connection:
            self._count = 0
            self._on = None

    @property
    def _open(self) -> bool:
        return len(self._waiting) > self._count


# For this context and the threads that it starts.
_current: ContextVar[PiggybackedWrites | None] = ContextVar("piggyback", default=None)


def begin() -> PiggybackedWrites:
    """Start collecting the writes of this context."""
    piggyback = PiggybackedWrites()
    _current.set(piggyback)
    return piggyback


@contextlib.contextmanager
def include_in_block() -> Iterator[PiggybackedWrites]:
    """Writes added inside the block are included in the commits made inside it."""
    piggyback = PiggybackedWrites()
    token = _current.set(piggyback)
    try:
        yield piggyback
    finally:
        _current.reset(token)
        # Tasks that began in the block keep its context, and would hold the writes for as long as they run.
        piggyback.clear()


def add(write: Write) -> None:
    """Include this in the next commit of this context's request, if there is one."""
    piggyback = _current.get()
    if piggyback is not None:
        piggyback.add(write)


def listen(database: sa.Engine) -> None:
    """Include the pending writes in the commits of this database."""
    event.listen(database, "commit", _write)
    event.listen(database, "rollback", _take_back)


def _write(connection: sa.Connection) -> None:
    piggyback = _current.get()
    if piggyback is not None and _writes(connection):
        piggyback.write_on(connection)


def _take_back(connection: sa.Connection) -> None:
    piggyback = _current.get()
    if piggyback is not None:
        piggyback.take_back(connection)


def _writes(connection: sa.Connection) -> bool:
    """Whether this commit writes anything: on SQLite a read-only commit costs nothing, and must stay free."""
    return connection.dialect.name != "sqlite" or bool(connection.connection.dbapi_connection.in_transaction)  # type: ignore[union-attr]
