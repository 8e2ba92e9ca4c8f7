"""The terminal as it is: one that knows ASCII only, and a reader that has left before everything was said."""

import codecs
import io
import os
import sys
from pathlib import Path
from typing import TextIO

_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "→": "->", "·": "-"})


def prepare() -> None:
    """Let both streams take every character: what the terminal does not know is written in ASCII."""
    # Closed before the process began: what is opened next would be taken for it.
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    codecs.register_error("in_ascii", _in_ascii)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="in_ascii")


def say(text: str) -> None:
    """A line of what was asked for. Where nobody reads on, it is dropped."""
    _write(sys.stdout, f"{text}\n")


def complain(text: str) -> None:
    """A line about what is wrong, or about what is going on."""
    _write(sys.stderr, f"registry-bot: {text}\n")


def finish() -> None:
    """Write what is still held back. Call it last: Python itself ends with a traceback where nobody reads on."""
    for stream in (sys.stdout, sys.stderr):
        _write(stream, "", flush=True)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _write(stream: TextIO, text: str, *, flush: bool = False) -> None:
    try:
        stream.write(text)
        if flush:
            stream.flush()
    except BrokenPipeError:
        # What is held back goes nowhere too, or it would be tried again at the end of the process.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_PLAIN)
    return text.encode("ascii", "backslashreplace").decode("ascii"), error.end
