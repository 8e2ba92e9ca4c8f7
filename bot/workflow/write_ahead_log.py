"""Reads the write-ahead log of a SQLite file (https://www.sqlite.org/fileformat2.html section 4)."""

from pathlib import Path

_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24
_PAGE_BYTES_AT = slice(8, 12)
_SALT_OF_LOG, _SALT_OF_FRAME = slice(16, 24), slice(8, 16)


def pages_in_log(database: Path) -> set[int]:
    """The numbers of the pages in the log. Unlike the database, it may safely be opened and closed: it has no locks.

    Raises `OSError` if there is no log.
    """
    with Path(f"{database}-wal").open("rb") as log:
        header = log.read(_HEADER_BYTES)
        page_bytes = int.from_bytes(header[_PAGE_BYTES_AT])
        pages = set()
        # Frames with another salt are left over from before the log began again.
        while (frame := log.read(_FRAME_HEADER_BYTES))[_SALT_OF_FRAME] == header[_SALT_OF_LOG] and len(frame) > 0:
            pages.add(int.from_bytes(frame[:4]))
            log.seek(page_bytes, 1)
    return pages
