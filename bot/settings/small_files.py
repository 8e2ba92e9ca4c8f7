"""Reads the files that settings name: never a pipe, which might be waited for without end, nor more than a setting can be."""

import errno
import stat
from pathlib import Path

LARGEST = 64 * 1024  # bytes

_REMEDIES = {
    errno.EACCES: "Let the user that runs the bot read it.",
    errno.ENOENT: "Write the file that this link leads to, or remove the link.",
}
_OTHERWISE = "Put a small text file in its place."


def read_small_file(path: Path, *, largest: int = LARGEST) -> bytes:
    """The content. Raises `OSError`, whose `strerror` says why it cannot be read."""
    require_no_pipe(path)
    with path.open("rb") as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise OSError(errno.EFBIG, "it is too large")
    return content


def unreadable(error: OSError) -> str:
    """The end of a line about a file that `read_small_file` could not read: why, and what to do about it."""
    return f"cannot be read ({error.strerror}). {_REMEDIES.get(error.errno or 0, _OTHERWISE)}"


def require_no_pipe(path: Path) -> None:
    """Raises `OSError` if there is no such file, or if it is a pipe or a socket. A device, such as /dev/null, may be read."""
    mode = path.stat().st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        raise OSError(errno.EINVAL, "it is a pipe, not a file")
