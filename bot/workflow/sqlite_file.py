"""The file of a SQLite database: readable by the bot's user only, owned by one process, and not replaced while open.

SQLite's own locks are POSIX locks, which a process loses as soon as it closes any descriptor of the file
(https://www.sqlite.org/howtocorrupt.html section 2.2). So the descriptor held here is closed after the connections are.
"""

import contextlib
import errno
import logging
import os
import secrets
import sqlite3
import stat
import struct
import sys
import time
from pathlib import Path

from bot.workflow.write_ahead_log import pages_in_log

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_NO_FILE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP})
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_COMPANIONS = ("-wal", "-shm", "-journal")
# The lock is on one byte that SQLite never locks (it uses 512 bytes at 0x40000000).
_LOCKED_BYTE = 1 << 40
_STRUCT_FLOCK = "hhqqixxxx"  # short type, short whence, 64-bit start and length, pid (0 for a lock of the descriptor)
_HEADER = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat2.html section 1.3
_HEADER_BYTES = 100
_DESCRIPTORS = Path("/proc/self/fd")
_LOCKS_OF_DESCRIPTORS = hasattr(fcntl, "F_OFD_SETLK") and sys.maxsize > 2**32

logger = logging.getLogger(__name__)


def keep_private(path: Path) -> None:
    """Create the file if there is none, and restrict it to its owner.

    A folder that is missing or not writable is left to SQLite to report.
    """
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for each in (path, *(Path(f"{path}{ending}") for ending in _COMPANIONS)):
        try:
            mode = each.stat().st_mode
            if stat.S_ISREG(mode) and mode & _OTHERS:  # a device is everybody's
                each.chmod(stat.S_IMODE(mode) & ~_OTHERS)
        except OSError as error:
            if error.errno in _NO_FILE:
                continue
            logger.warning("%s can be read by others, and that cannot be changed (%s)", each, error.strerror)


def supports_subseconds(connection: sqlite3.Connection) -> bool:
    """Whether this SQLite supports `unixepoch('subsec')`, as versions from 3.42 on do; older ones return NULL or fail."""
    try:
        return connection.execute("SELECT unixepoch('subsec')").fetchone()[0] is not None
    except sqlite3.OperationalError:
        return False


def add_subseconds(connection: sqlite3.Connection) -> None:
    """Add it to a connection. On Python 3.12 and newer DBOS uses it in statements and defaults with any version of SQLite."""
    connection.create_function("unixepoch", 1, lambda what: time.time() if what == "subsec" else None)
    # A column's default may call it; the tables are ours.
    connection.execute("PRAGMA trusted_schema=ON")


class OpenFile:
    """An open database file. Raises `OSError` if it cannot be opened for writing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
        self._stamp: int | None = None
        self._stamped = self._closed = False

    def lock(self) -> bool:
        """Lock the file itself until `close`. False while another process holds the lock, by whatever path.

        Also true if the system or the file system has no such locks.
        """
        if not _LOCKS_OF_DESCRIPTORS:
            return True
        wanted = struct.pack(_STRUCT_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, _LOCKED_BYTE, 1, 0)
        try:
            fcntl.fcntl(self._descriptor, fcntl.F_OFD_SETLK, wanted)
        except (BlockingIOError, PermissionError):
            return False
        except OSError as error:
            logger.warning("%s cannot be locked here (%s)", self.path, error.strerror)
        return True

    def stamp(self, connection: sqlite3.Connection) -> None:
        """Write a random number into the header, so that another database copied over this one is noticed."""
        self._stamp = secrets.randbelow(2**31 - 1) + 1
        connection.execute(f"PRAGMA user_version={self._stamp}")

    def why_not_at_its_path(self) -> str | None:
        """Why the open file is not the one at its path; None if it is. Costs two `stat` calls."""
        try:
            now = self.path.stat()
        except OSError:
            return "deleted or moved"
        held = os.fstat(self._descriptor)
        if (now.st_dev, now.st_ino) != (held.st_dev, held.st_ino):
            return "replaced"
        return None if held.st_size else "emptied"

    def why_not_itself(self) -> str | None:
        """The same, and why its content is not what this process wrote. Do not call it during a checkpoint."""
        return self.why_not_at_its_path() or self._why_not_whole() or _deleted_companion(self.path)

    def close(self) -> None:
        """Close it, after every connection of this process to the file. May be repeated."""
        if not self._closed:
            self._closed = True
            os.close(self._descriptor)

    def _why_not_whole(self) -> str | None:
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        header = os.read(self._descriptor, _HEADER_BYTES)
        if len(header) < _HEADER_BYTES or not header.startswith(_HEADER):
            return "emptied or overwritten"
        page_bytes, pages, stamp = _number(header, 16, 2), _number(header, 28, 4), _number(header, 60, 4)
        if self._lacks_pages(pages, 65536 if page_bytes == 1 else page_bytes):
            return "cut short"
        # The number reaches the file with the first checkpoint.
        self._stamped = self._stamped or stamp == self._stamp
        return "overwritten" if self._stamped and stamp != self._stamp else None

    def _lacks_pages(self, promised: int, page_bytes: int) -> bool:
        """Whether a page counted in the header is neither in the file nor in the write-ahead log.

        A checkpoint during a read leaves the last pages in the log if they were written again after the read began.
        """
        missing = range(os.fstat(self._descriptor).st_size // page_bytes + 1, promised + 1)
        try:
            return bool(missing) and not pages_in_log(self.path).issuperset(missing)
        except OSError:
            return True


def _number(header: bytes, start: int, length: int) -> int:
    return int.from_bytes(header[start : start + length])


def _deleted_companion(path: Path) -> str | None:
    """Linux tells that an open file was deleted. The contents of a deleted write-ahead log would be lost."""
    if not _DESCRIPTORS.is_dir():
        return None
    for each in _DESCRIPTORS.iterdir():
        with contextlib.suppress(OSError):
            target = str(each.readlink())
            if target in {f"{path}-wal (deleted)", f"{path}-shm (deleted)"}:
                return "separated from its write-ahead log"
    return None
