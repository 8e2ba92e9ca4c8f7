"""Reads temporary credentials from the answers of IAM, STS and the metadata service. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.codearts.answers import Document, claims_error
from bot.codearts.credentials.key import Key

# Each of them uses a different spelling (docs/facts/codearts.md section 0).
_WRAPPERS = ("credential", "credentials")
_ACCESS = ("access", "accessKeyId", "access_key_id")
_SECRET = ("secret", "secretAccessKey", "secret_access_key")
_TOKEN = ("securitytoken", "securityToken", "security_token")
_EXPIRES = ("expires_at", "expiration")
_NEVER = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
_VISIBLE = re.compile(r"[\x21-\x7e]{1,16384}")  # what a header can hold


def temporary_key(document: Document | None) -> Key | None:
    """The key in an answer; None if it has no usable one: all four values are needed."""
    if document is None or claims_error(document):
        return None
    inner = next((document[each] for each in _WRAPPERS if isinstance(document.get(each), dict)), document)
    access, secret, token = (_text(inner, names) for names in (_ACCESS, _SECRET, _TOKEN))
    expires = moment(next((inner[name] for name in _EXPIRES if inner.get(name)), None))
    if access is None or secret is None or token is None or expires is None:
        return None
    return Key(access_key=access, secret_key=secret, security_token=token, expires=expires)


def moment(value: object) -> float | None:
    """A time in the format of these services (2020-01-08T02:56:19.587000Z), in seconds since the UTC epoch."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    seconds = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    return min(seconds, _NEVER)  # with an offset it may lie beyond the last year


def usable(text: object) -> bool:
    """Whether it can be put into a header."""
    return isinstance(text, str) and _VISIBLE.fullmatch(text) is not None


def _text(fields: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((fields[name] for name in names if usable(fields.get(name))), None)
