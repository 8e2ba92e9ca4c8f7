"""What a database failure means to the operator, in fixed words, and whether waiting helps. Pure.

PostgreSQL's own messages are not repeated, because libpq's contain the host, the port, the user and other parts of the URL.
Only the name of a missing table is taken from them.
"""

import errno
import re
import sqlite3
from dataclasses import dataclass, field

import sqlalchemy as sa

_DEFAULT_FIX = "Check the address and its rights."


@dataclass(frozen=True, slots=True)
class Cause:
    """`words` fit behind “cannot be used”; `passing`: it may work later as it is. `fix`: what to do."""

    words: str
    passing: bool
    fix: str = field(default=_DEFAULT_FIX, compare=False)


_DOWN = Cause("it refuses connections", passing=True, fix="Start it, or correct the host and the port.")
_UNKNOWN_HOST = Cause("its host is not known", passing=True, fix="Correct the host.")
_SILENT = Cause(
    "it does not answer", passing=True, fix="Correct the host and the port, or let this host through the firewall."
)
_NO_SOCKET = Cause("there is no such socket", passing=True, fix="Start it, or correct the folder of its socket.")
_BUSY = Cause(
    "it has no connection left",
    passing=True,
    fix="Raise its max_connections, or close connections that are not needed.",
)
_STARTING = Cause("it is starting or stopping", passing=True, fix="Wait until it runs.")
_BROKEN_OFF = Cause("it closed the connection", passing=True, fix="Look in its log for the reason.")
_NOT_LET_IN = Cause(
    "it does not accept the user or the password", passing=False, fix="Correct the user or the password."
)
_NOT_FROM_HERE = Cause(
    "it does not let the user in from this host (pg_hba.conf)",
    passing=False,
    fix="Let the user in from this host (pg_hba.conf).",
)
_NO_DATABASE = Cause("it has no such database", passing=False, fix="Create the database, or correct its name.")
_NO_RIGHTS = Cause(
    "the user may not do what the bot needs there",
    passing=False,
    fix="Grant it CREATE on the database and on the schema public, or let another role create the tables.",
)
_NO_SCHEMA = Cause(
    "its search_path names no schema that exists",
    passing=False,
    fix="Correct search_path in the address, or of the role or the database, or create the schema.",
)
_READ_ONLY = Cause("it is read-only", passing=False, fix="Let the user write there.")
_FULL = Cause("its disk is full", passing=True, fix="Free some space.")
_NO_TLS = Cause(
    "no secure connection could be set up",
    passing=False,
    fix="Correct sslmode and sslrootcert in the address, or the certificate of the server.",
)
_WRONG_OPTION = Cause(
    "an option in the address is wrong", passing=False, fix="Correct what follows the “?” in the address."
)

_MEND = "Restore them from a backup, or use another database."

# What the server says is known by its code: https://www.postgresql.org/docs/current/errcodes-appendix.html
_BY_STATE = (
    ("28", _NOT_LET_IN),
    ("3D", _NO_DATABASE),
    ("42501", _NO_RIGHTS),
    ("25006", _READ_ONLY),
    ("3F", _NO_SCHEMA),
    ("53100", _FULL),
    ("53", _BUSY),
    ("57P", _STARTING),
    ("08", _BROKEN_OFF),
)
# What happens before a session begins has no code in psycopg. The first that fits.
_BY_WORDS = (
    ("invalid connection option", _WRONG_OPTION),
    ("is bad: invalid", _WRONG_OPTION),
    ("unrecognized configuration parameter", _WRONG_OPTION),
    ("invalid value for parameter", _WRONG_OPTION),
    ("definition of service", _WRONG_OPTION),
    ("could not parse network address", _WRONG_OPTION),
    ("gssapi", _WRONG_OPTION),
    ("channel binding", _WRONG_OPTION),
    ("password authentication failed", _NOT_LET_IN),
    ("no password supplied", _NOT_LET_IN),
    ("authentication failed", _NOT_LET_IN),
    ('role "', _NOT_LET_IN),
    ("pg_hba.conf", _NOT_FROM_HERE),
    ("does not exist", _NO_DATABASE),
    ("permission denied", _NO_RIGHTS),
    ("starting up", _STARTING),
    ("shutting down", _STARTING),
    ("too many", _BUSY),
    ("connection slots", _BUSY),
    ("translate host name", _UNKNOWN_HOST),
    ("resolve", _UNKNOWN_HOST),
    ("no such file or directory", _NO_SOCKET),
    ("refused", _DOWN),
    ("timeout", _SILENT),
    ("timed out", _SILENT),
    ("ssl", _NO_TLS),
    ("certificate", _NO_TLS),
    ("closed the connection", _BROKEN_OFF),
)
# A table, a column and a schema that are not there.
_MISSING_STATES = frozenset({"42P01", "42703", "3F000"})
_MISSING = re.compile(r'(?:relation|column|schema) "?([\w.]+)"? does not exist|no such (?:table|column): ([\w.]+)')
# https://www.sqlite.org/rescode.html: busy, locked, an error of the disk, and full.
_SQLITE_PASSING = frozenset({5, 6, 10, 13})
# Read-only, full, cannot be opened, not a database.
_SQLITE_FIXES = {
    8: "Let the user that runs the bot write the file.",
    13: "Free some space.",
    14: "Create its folder, and let the user that runs the bot write to it.",
    26: "Name another file.",
}
_PASSING_ERRORS = frozenset({errno.EIO, errno.ENOSPC, errno.EMFILE, errno.ENFILE})


def cause_of(error: BaseException) -> Cause:
    """Why a call to the database failed; for an unknown error, only its type."""
    failed = _of_database(error)
    original = getattr(failed, "orig", None) or failed
    state = getattr(original, "sqlstate", None) or ""
    is_sqlite = isinstance(original, sqlite3.Error)
    if (is_sqlite or state in _MISSING_STATES) and (missing := _MISSING.match(str(original))):
        return Cause(f"its tables are incomplete: {missing[1] or missing[2]} is missing", passing=False, fix=_MEND)
    if is_sqlite:
        code = getattr(original, "sqlite_errorcode", 0) & 0xFF
        words = str(original).partition("\n")[0]
        return Cause(words, passing=code in _SQLITE_PASSING, fix=_SQLITE_FIXES.get(code, _DEFAULT_FIX))
    if isinstance(original, OSError):  # of the file
        return Cause(str(original.strerror or type(original).__name__), passing=original.errno in _PASSING_ERRORS)
    words = str(original).casefold()
    by_state = (cause for beginning, cause in _BY_STATE if state.startswith(beginning))
    by_words = (cause for part, cause in _BY_WORDS if not state and part in words)
    lost = isinstance(failed, sa.exc.OperationalError | sa.exc.InterfaceError) and not state
    unknown = Cause(f"{type(original).__name__} {state}".rstrip(), passing=lost)
    return next(by_state, None) or next(by_words, unknown)


def _of_database(error: BaseException) -> BaseException:
    """The database error that an error of DBOS wraps, else the error itself."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, sa.exc.SQLAlchemyError):
        seen = seen.__cause__ or seen.__context__
    return seen or error
