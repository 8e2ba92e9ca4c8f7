"""Whether a failed write may have been committed nevertheless."""

import sqlite3

import sqlalchemy as sa

# What SQLite reports before it has written a commit (https://www.sqlite.org/rescode.html): PERM, BUSY, LOCKED, NOMEM,
# READONLY, FULL, CANTOPEN, SCHEMA, TOOBIG, CONSTRAINT, MISMATCH, MISUSE, AUTH, RANGE, ERROR. After an IOERR nobody knows.
_SQLITE_REFUSED = {1, 3, 5, 6, 7, 8, 13, 14, 17, 18, 19, 20, 21, 23, 25}
# https://www.postgresql.org/docs/current/errcodes-appendix.html: connection lost, shutdown, system and internal errors.
_STATES_IN_DOUBT = {"08", "57", "58", "XX"}
_COMPLETION_UNKNOWN = "40003"


def may_have_committed(error: BaseException) -> bool:
    """Whether a write that failed with this error may nevertheless be in the database."""
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF not in _SQLITE_REFUSED
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state == _COMPLETION_UNKNOWN or state[:2] in _STATES_IN_DOUBT
