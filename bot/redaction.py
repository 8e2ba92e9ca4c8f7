"""Removes secrets from text: from what leaves the process in a log, and from what comes in from outside.

An answer may echo its request, including keys and signature, and its text is stored and shown.
"""

import hashlib
import html
import json
import re
from collections import deque
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

from bot.encodings import BYTES, LINES, RUN, decoded, joined, squeezed, unwrapped

Redact = Callable[[str], str]

# Anything that grants access to its holder, wherever it comes from (docs/facts/slack.md section 11: Bolt logs whole bodies),
# and the parts of a request that carry a credential (docs/facts/codearts.md section 3), as they are and percent-encoded.
_IS = r"[\\\"'\s]*(?:[=:]|%3D|%3A)[\\\"'\s]*"
_VALUE = r"[^\s,;&\"'<>\\]"
_CAPABILITY = re.compile(
    r"wss?://\S+|xox[a-z](?:\.xox[a-z])?-[\w-]+|xapp-[\w-]+|https?(?:://|%3A%2F%2F)hooks\.slack\.com(?:/|%2F)[^\s&]+"
    rf"|(?:access|signature)(?:=|%3D){_VALUE}+|signature[\W_]{{1,12}}[0-9a-f]{{16,}}|v0=[0-9a-f]{{64}}"
    rf"|(?:basic|bearer)(?:\s|%20|\+)+(?={_VALUE}*[0-9=+/_]){_VALUE}{{8,}}"
    rf"|(?:authorization|x-(?:auth|security|subject)-token){_IS}{_VALUE}{{16,}}",
    re.IGNORECASE,
)
# Each match of the pattern contains one of these: a plain search is far quicker, and most text has none.
_MARKS = (
    "wss:",
    "xox",
    "xapp-",
    "hooks.slack",
    "access",
    "signature",
    "v0=",
    "basic",
    "bearer",
    "authorization",
    "-token",
)
_REMOVED = "[removed]"
_SECRET_MIN = 6  # anything shorter is not a secret, and removing it would tear words apart
_BEGINNING = 12  # characters by which a long secret is known where it was cut off
_PIECE, _SPREAD, _KEY_MIN = 10, 16, 16  # characters by which a part of a key is known, and that a key has at least
_ADDED_MAX = 24  # temporary keys end: the last few are enough


class _AddedSecrets:
    """The secrets that the process has received since it started. Every redactor removes them."""

    def __init__(self) -> None:
        self._secrets: deque[str] = deque(maxlen=_ADDED_MAX)
        self._known: dict[bool, Redact] = {}

    def add(self, secrets: Iterable[str]) -> None:
        """Remove these from now on. Those that are known already are the last to be forgotten again."""
        again = set(secrets)
        new = again.difference(self._secrets)
        kept = [each for each in self._secrets if each not in again]
        self._secrets = deque([*kept, *again], maxlen=_ADDED_MAX)
        if new:
            self._known = {pieces: _redactor(self._secrets, pieces=pieces) for pieces in (False, True)}

    def without(self, text: str, *, pieces: bool) -> str:
        """The text without them."""
        redact = self._known.get(pieces)
        return redact(text) if redact else text


_ADDED = _AddedSecrets()


def add_secrets(secrets: Iterable[str]) -> None:
    """From now on every redactor removes these, too: temporary keys are not in the settings."""
    _ADDED.add(secrets)


def redactor(secrets: Iterable[str] = (), *, pieces: bool = False) -> Redact:
    """A function that replaces `secrets`, in any spelling and case, and whatever looks like a key, by `[removed]`.

    Also where they are encoded, and also the secrets of `add_secrets`. `pieces`: also where a secret that nobody
    chose as words is split over several texts.
    """
    known = _redactor(secrets, pieces=pieces)
    return lambda text: _ADDED.without(known(text), pieces=pieces)


def _redactor(secrets: Iterable[str], *, pieces: bool) -> Redact:
    secrets = tuple(secrets)
    spelled = {spelling for secret in secrets for spelling in _spellings(secret)}
    longest_first = sorted((each for each in spelled if len(each) >= _SECRET_MIN), key=len, reverse=True)
    beginnings = {each[:_BEGINNING] for each in longest_first if len(each) > _BEGINNING}
    patterns = [*map(re.escape, longest_first), *(f"{re.escape(each)}{_VALUE}*" for each in beginnings)]
    known = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None
    marks = (*_MARKS, *{each[:_BEGINNING].casefold() for each in longest_first})
    split = {piece for secret in secrets for piece in _pieces(secret)} if pieces else set()
    keys = [squeezed(secret) for secret in secrets if pieces and _pieces(secret)]
    long = {piece for key in keys for piece in _pieces(key, _SPREAD)}
    # A text with a whole key has one of its parts at one of these places.
    apart = min((len(key) - _SPREAD + 1 for key in keys if len(key) >= _SPREAD), default=1)

    def plainly(text: str) -> str:
        folded = text.casefold()
        if not any(mark in folded for mark in marks):
            return text
        return _CAPABILITY.sub(_REMOVED, known.sub(_REMOVED, text) if known else text)

    def holds(text: str) -> bool:
        return plainly(text) != text

    def run(found: re.Match[str]) -> str:
        held = list(decoded(found[0]))
        twice = (again for each in held for inner in RUN.findall(each) for again in decoded(inner))
        return _REMOVED if any(map(holds, held)) or any(map(holds, twice)) else found[0]

    def lines(found: re.Match[str]) -> str:
        return _REMOVED if any(map(holds, decoded("".join(found[0].split())))) else found[0]

    def listed(found: re.Match[str]) -> str:
        return _REMOVED if any(map(holds, joined(found[0]))) else found[0]

    def redact(text: str) -> str:
        clean = RUN.sub(run, plainly(text if not split else BYTES.sub(listed, LINES.sub(lines, text))))
        readable = unwrapped(clean)
        if readable != clean and (bare := RUN.sub(run, plainly(readable))) != readable:
            clean = bare
        if not split:
            return clean
        clean = _without(split, clean)
        return _REMOVED if _is_spread(long, apart, clean) else clean

    return redact


def distinct(text: str, redact: Redact) -> str:
    """What `redact` leaves of one text (how blanks are set does not count), with a mark of its own where something is gone.

    So two texts stay as different as they were, and what is kept of them can be compared.
    """
    words = " ".join(text.split())
    clean = redact(words)
    return clean if clean == words else f"{clean} {hashlib.sha256(words.encode(errors='replace')).hexdigest()[:16]}"


def _is_spread(pieces: set[str], apart: int, text: str) -> bool:
    """Whether the text contains a whole key with something between its letters."""
    letters = squeezed(text)
    return any(letters[start : start + _SPREAD] in pieces for start in range(0, len(letters) - _SPREAD + 1, apart))


def _pieces(secret: str, size: int = _PIECE) -> set[str]:
    """The parts by which a key is recognised; none of an address, or of what is too short to be more than words."""
    if len(secret) < _KEY_MIN or "://" in secret:
        return set()
    folded = secret.casefold()
    return {folded[start : start + size] for start in range(len(folded) - size + 1)}


def _without(pieces: set[str], text: str) -> str:
    folded = text.casefold()
    if len(folded) != len(text):  # one of the few letters whose lower case is longer
        return text
    starts = [start for start in range(len(text) - _PIECE + 1) if folded[start : start + _PIECE] in pieces]
    for start in reversed(starts):
        text = text[:start] + "\0" * _PIECE + text[start + _PIECE :]
    return re.sub("\0+", _REMOVED, text) if starts else text


def _spellings(secret: str) -> set[str]:
    """The text itself, and its spellings in a URL, in JSON, in a Python repr and in HTML."""
    in_urls = {encode(secret, safe=safe, errors="replace") for encode in (quote, quote_plus) for safe in ("", "/")}
    return {secret, *in_urls, json.dumps(secret)[1:-1], repr(secret)[1:-1], html.escape(secret)}
