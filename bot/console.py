"""Output to the terminal, also if it is limited to ASCII or its reader has already closed it."""

import codecs
import io
import os
import sys
from pathlib import Path
from typing import TextIO

_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "→": "->", "·": "-"})


class OutputLost(Exception):
    """A result that somebody wanted to keep is not complete. The text is a line for the terminal."""


def prepare() -> None:
    """Make both streams accept every character: those that the terminal cannot show are written in ASCII."""
    # A stream that was closed before the start: the next file to be opened would get its descriptor.
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    codecs.register_error("in_ascii", _in_ascii)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="in_ascii")


def say(text: str) -> None:
    """Print a line of the result. It is dropped if nobody reads it any more.

    Raises `OutputLost` if it cannot be written, as on a full disk.
    """
    _write(sys.stdout, f"{text}\n")


def complain(text: str) -> None:
    """Print a line about an error or about progress, to stderr."""
    _write(sys.stderr, f"registry-bot: {text}\n")


def finish() -> None:
    """Write what is still buffered. Call it last: Python itself would end with a traceback if nobody reads it any more.

    Raises as `say` does.
    """
    for stream in (sys.stdout, sys.stderr):
        _write(stream, "", flush=True)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _write(stream: TextIO, text: str, *, flush: bool = False) -> None:
    try:
        stream.write(text)
        if flush:
            stream.flush()
    except OSError as error:
        # Discard the buffer as well, or Python would try to write it again at the end of the process.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            raise OutputLost(f"the output is not complete: it cannot be written ({error.strerror}).") from None


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_PLAIN)
    return text.encode("ascii", "backslashreplace").decode("ascii"), error.end
