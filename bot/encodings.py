"""The other ways in which a text can be read: what an answer echoes may come encoded, more than once too. Pure."""

import binascii
import html
import re
import unicodedata
from base64 import b32decode, b64decode
from collections.abc import Iterator
from urllib.parse import unquote

# \u0041, \x41, \U00000041, \u{41}, %u0041 and \101.
_HEX_ESCAPE = re.compile(
    r"(?:\\{1,8}|%)u([0-9a-fA-F]{4})|\\{1,8}x([0-9a-fA-F]{2})|\\{1,8}U([0-9a-fA-F]{8})|\\{1,8}u\{([0-9a-fA-F]{1,6})\}"
)
_OCTAL_ESCAPE = re.compile(r"\\{1,8}([0-3][0-7]{2})")
# Of quoted-printable, letter by letter: “=41” alone may also be the beginning of a value.
_QUOTED = re.compile(r"(?:=[0-9A-F]{2}){4,}")
_TIMES = 3
_NO_LETTERS = re.compile(r"[\W_]+")
_WRAPPED = re.compile(r"[%&\\=]")
# Base64 in either alphabet, or hexadecimal: nothing shorter holds a secret.
RUN = re.compile(r"[A-Za-z0-9+/_-]{16,}")
# The same in several lines.
LINES = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,}(?:\s+[A-Za-z0-9+/_-]{4,})+")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
_BASE32 = re.compile(r"[A-Z2-7]+")
# Each byte by itself: 48:50:55, 0x48, 0x50, or the numbers of a list.
BYTES = re.compile(
    r"(?<![0-9a-zA-Z])(?:(?:0x)?[0-9a-fA-F]{2}[\s:,]+){9,}(?:0x)?[0-9a-fA-F]{2}|(?<![0-9a-zA-Z])(?:[0-9]{1,3},\s*){9,}[0-9]{1,3}"
)


def unwrapped(text: str) -> str:
    """`text` without percent-encoding, entities and escapes, as often as they were put on."""
    for _ in range(_TIMES):
        if not _WRAPPED.search(text):
            break
        before = text
        text = _HEX_ESCAPE.sub(
            lambda found: _char(next(filter(None, found.groups())), 16), html.unescape(unquote(text))
        )
        text = _QUOTED.sub(lambda found: bytes.fromhex(found[0].replace("=", "")).decode("latin-1"), text)
        text = _OCTAL_ESCAPE.sub(lambda found: _char(found[1], 8), text)
        if text == before:
            break
    return text


def decoded(run: str) -> Iterator[str]:
    """What a match of `RUN`, or of `LINES` without its blanks, may stand for, wherever it was cut."""
    if _HEX.fullmatch(run):
        yield bytes.fromhex(run).decode("latin-1")
    letters = run.replace("-", "+").replace("_", "/")
    for start in range(4):
        part = letters[start:]
        try:
            yield b64decode(part[: len(part) - len(part) % 4 or None]).decode("latin-1")
        except (ValueError, binascii.Error):
            continue
    if _BASE32.fullmatch(run):
        yield b32decode(run[: len(run) - len(run) % 8]).decode("latin-1")


def joined(listed: str) -> Iterator[str]:
    """What a match of `BYTES` may stand for."""
    numbers = re.findall(r"[0-9a-fA-F]+", listed.replace("0x", ""))
    for base in (16, 10):
        try:
            yield bytes(int(each, base) for each in numbers).decode("latin-1")
        except ValueError:
            continue


def squeezed(text: str) -> str:
    """Its letters and digits alone, in lower case: blanks, hyphens and hidden characters between them are gone."""
    return _NO_LETTERS.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


def _char(number: str, base: int) -> str:
    code = int(number, base)
    return chr(code) if code <= 0x10FFFF else ""
