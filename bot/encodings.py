"""The other ways in which a text can be read: what an answer echoes may come encoded, more than once too. Pure."""

import binascii
import html
import re
from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import unquote

_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})|\\+x([0-9a-fA-F]{2})")
_TIMES = 3
_WRAPPED = re.compile(r"[%&\\]")
# Base64 in either alphabet, or hexadecimal: nothing shorter holds a secret.
RUN = re.compile(r"[A-Za-z0-9+/_-]{16,}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")


def unwrapped(text: str) -> str:
    """`text` without percent-encoding, entities and escapes, as often as they were put on."""
    for _ in range(_TIMES):
        if not _WRAPPED.search(text):
            break
        before = text
        text = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), html.unescape(unquote(text)))
        if text == before:
            break
    return text


def decoded(run: str) -> Iterator[str]:
    """What a match of `RUN` may stand for, wherever it was cut."""
    if _HEX.fullmatch(run):
        yield bytes.fromhex(run).decode("latin-1")
    letters = run.replace("-", "+").replace("_", "/")
    for start in range(4):
        part = letters[start:]
        try:
            yield b64decode(part[: len(part) - len(part) % 4 or None]).decode("latin-1")
        except (ValueError, binascii.Error):
            continue
