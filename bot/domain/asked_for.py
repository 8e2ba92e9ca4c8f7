"""What somebody may mean who asks for a registry: Slack formats what is typed, and people copy more than the name. Pure."""

import re
import unicodedata

from bot.domain.text import unquoted

_READ_MAX = 1000  # characters; the longest address in Slack's form of a link has fewer
_WORDS_MAX = 6
_WORD_MIN = 3
# <https://host/path|what is shown>, <#C0123|name>: https://docs.slack.dev/messaging/formatting-message-text
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_LABEL = re.compile(
    r"(?:docker \w+|registry|reference|trace[ _-]?id|name|address|image)(?:\s*[:=]\s*|\s+)", re.IGNORECASE
)
# Formatting, brackets and the end of a sentence: some of it may also belong to a name, as in “_base”.
_AROUND = " #@`\"'“”‘’„«»<>?!,;:()[]{}*~_.…"
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_TAG = re.compile(r"[:@][^/]*$")
_PARTS_MAX = 12


def readings(what: str) -> tuple[str, ...]:
    """Everything that `what` may stand for: a name, a reference, a trace id or an address, what is most likely first."""
    plain = spelt(what)
    bare = plain.strip(_AROUND)
    while found := _LABEL.match(bare):
        bare = bare[found.end() :].strip(_AROUND)
    words = [word.strip(_AROUND) for word in bare.split()]
    single = [word for word in words if len(word) >= _WORD_MIN] if 1 < len(words) <= _WORDS_MAX else []
    return tuple(dict.fromkeys(filter(None, (plain.strip(_AROUND), bare, *single))))


def spelt(what: str) -> str:
    """The text as it was typed, but without quotation marks, links, hidden characters and look-alikes of hyphens."""
    text = unicodedata.normalize("NFKC", _LINK.sub(_target, what[:_READ_MAX])).translate(_DASHES)
    return unquoted("".join(char for char in text if unicodedata.category(char) != "Cf"))


def addresses(what: str) -> list[str]:
    """The addresses of which this may be one, or in which it may be an image with a tag, in lower case."""
    place = _SCHEME.sub("", what.lower()).rstrip("/")
    parts = place.split("/")[:_PARTS_MAX]
    places = {place, _TAG.sub("", place), *("/".join(parts[:count]) for count in range(2, len(parts)))}
    return sorted(f"{scheme}{each}{end}" for each in places for scheme in ("https://", "") for end in ("/", ""))


def _target(link: re.Match[str]) -> str:
    address, shown = link.groups()
    return address if shown is None or _SCHEME.match(address) else shown.lstrip("#@")
