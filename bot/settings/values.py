"""Cleans the values of settings, and tests what they look like. Pure."""

import re
import unicodedata
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

# What may surround a copied value: in a form, a line of a file, or a cell of a table.
_BLANK_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_QUOTES = frozenset(
    {'""', "''", "``", "“”", "””", "„“", "„”", "‘’", "’’", "‚‘", "«»", "»«", "‹›", "›‹", "「」", "＂＂", "＇＇"}
)
_VISIBLE = re.compile(r"[\x21-\x7e]+")
_HOST_MAX, _LABEL = 254, re.compile(r"[A-Za-z0-9_-]{1,63}")  # RFC 1035, and the underscore that some networks use
_SLACKS_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")


def cleaned(value: str) -> str:
    """`value` without surrounding blanks (including line ends, no-break and zero-width spaces) and one pair of quotes."""
    bare = _stripped(value)
    return _stripped(bare[1:-1]) if len(bare) > 1 and bare[0] + bare[-1] in _QUOTES else bare


def is_visible_ascii(value: str) -> bool:
    """Whether it consists of visible ASCII characters, as every key, token and id of both clouds does."""
    return _VISIBLE.fullmatch(value) is not None


def is_one_line(value: str) -> bool:
    """Whether it contains no invisible character: line end, no-break or zero-width space, or change of direction."""
    return value.isprintable()


def is_half_quoted(value: str) -> bool:
    """Whether it has a quote at only one end."""
    ends = {value[:1], value[-1:]}
    return any(value.count(quote) % 2 for quote in ends & set("\"'`"))


def is_plain_url(value: str) -> bool:
    """Whether it is an http(s) URL with only a host and an optional port and path."""
    if not is_visible_ascii(value):
        return False
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        return False
    host = url.hostname or ""
    if ("[" in value) != (":" in host):  # https://[v1.a] is something else than an IPv6 address
        return False
    return url.scheme in {"http", "https"} and is_host(host) and port != 0 and not set("@?#") & set(value)


def is_host(text: str) -> bool:
    """Whether it is an IP address, or a name that DNS can hold. The libraries that call it fail on anything else."""
    try:
        if ":" in text:
            return IPv6Address(text.replace("%25", "%")) is not None
        labels = text.removesuffix(".").split(".")
        if len(text) > _HOST_MAX or not all(map(_LABEL.fullmatch, labels)):
            return False
        if labels[-1].isdecimal():
            return IPv4Address(text) is not None
        text.encode().decode("idna")  # of xn--…
    except ValueError:
        return False
    return True


def is_slacks_signing_secret(value: str) -> bool:
    """Whether it looks like Slack's: 32 hex digits. Compatible servers may use others."""
    return _SLACKS_SIGNING_SECRET.fullmatch(value) is not None


def _stripped(value: str) -> str:
    start, end = 0, len(value)
    while start < end and _is_blank(value[start]):
        start += 1
    while start < end and _is_blank(value[end - 1]):
        end -= 1
    return value[start:end]


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in _BLANK_CATEGORIES
