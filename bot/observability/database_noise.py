"""Limits the engine's log lines about an unavailable database to one a minute.

Its threads log several tracebacks a second, 9 kB in all. The lines that pass are cut to their first line.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator

_APART_SECONDS = 60.0
_LENGTH_MAX = 300
_LIBRARIES = ("sqlalchemy", "psycopg", "sqlite3")
# DBOS mostly puts the error into the text, and not always with its type.
_OF_DBOS = re.compile(
    r"\b(?:sqlalchemy\.exc|psycopg|sqlite3)\.|QueuePool limit|^Database connection |^Notification (?:listener|poller) error"
)


class DatabaseNoiseFilter(logging.Filter):
    """Lets one such line through a minute; the next one says how many were left out."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said_at = float("-inf")
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is worth writing."""
        if not _is_noise(record):
            return True
        if self._clock() - self._said_at < _APART_SECONDS:
            self._left_out += 1
            return False
        self._said_at = self._clock()
        record.__dict__.pop("repeats", None)
        record.msg, record.args, record.exc_info = record.getMessage().partition("\n")[0][:_LENGTH_MAX], None, None
        if self._left_out:
            record.left_out = self._left_out
        self._left_out = 0
        return True


def _is_noise(record: logging.LogRecord) -> bool:
    """Whether it is the engine's line about the database, or a repeated one of ours (`extra={"repeats": True}`)."""
    if getattr(record, "repeats", False):
        return True
    if record.name != "dbos" and not record.name.startswith("dbos."):
        return False
    return any(map(_is_of_database, _causes(record))) or _OF_DBOS.search(record.getMessage()) is not None


def _causes(record: logging.LogRecord) -> Iterator[BaseException]:
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        yield error
        error = error.__cause__


def _is_of_database(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] in _LIBRARIES
