"""What is written along with a commit that DBOS makes anyway, and so in the very transaction: it costs no commit of its own.

A request's row in the ledger comes with the request itself, what a step found out with the record of that step. Whatever
is written along is harmless when it is written twice, because nobody knows of every commit whether it was made.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

import sqlalchemy as sa
from sqlalchemy import event

from bot.ledger.writes import Write


class PiggybackedWrites:
    """What one request has to write, in order; kept until a commit has taken it."""

    def __init__(self) -> None:
        self._waiting: list[Write] = []
        self._on: sa.Connection | None = None
        self._count = 0

    def add(self, write: Write) -> None:
        """To be written with the next commit."""
        self._waiting.append(write)

    def flush(self, database: sa.Engine) -> None:
        """Write it now. Blocks."""
        if self._open:
            with database.begin() as connection:
                self.write_on(connection)

    def write_on(self, connection: sa.Connection) -> None:
        """Write what is open; this connection is about to commit."""
        if self._on is connection or not self._open:
            return
        # Whatever was written before and not taken back is in the database.
        del self._waiting[: self._count]
        self._on, self._count = connection, 0
        for write in tuple(self._waiting):
            write(connection)
            self._count += 1

    def take_back(self, connection: sa.Connection) -> None:
        """This connection has rolled back."""
        if self._on is connection:
            self._count = 0
            self._on = None

    @property
    def _open(self) -> bool:
        return len(self._waiting) > self._count


# Of this context, and of the threads that it starts.
_current: ContextVar[PiggybackedWrites | None] = ContextVar("piggyback", default=None)


def begin() -> PiggybackedWrites:
    """From now on, in this context, this is what is written along."""
    piggyback = PiggybackedWrites()
    _current.set(piggyback)
    return piggyback


@contextlib.contextmanager
def with_commits_of_this_block() -> Iterator[PiggybackedWrites]:
    """What is added is written along with what is committed inside the block."""
    piggyback = PiggybackedWrites()
    token = _current.set(piggyback)
    try:
        yield piggyback
    finally:
        _current.reset(token)


def add(write: Write) -> None:
    """To be written with the next commit of this context's request, if there is one."""
    piggyback = _current.get()
    if piggyback is not None:
        piggyback.add(write)


def listen(database: sa.Engine) -> None:
    """Write along with the commits of this database."""
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
    """Whether something is being written anyway: on SQLite a commit of what was only read costs nothing, and stays so."""
    return connection.dialect.name != "sqlite" or bool(connection.connection.dbapi_connection.in_transaction)  # type: ignore[union-attr]
