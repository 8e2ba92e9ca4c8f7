"""Reads what an answer says: its words, its error and its trace id, in any of the vendor's spellings.

Every function is total: whatever bytes or values a gateway, a proxy or a firewall puts there, nothing raises and all text
that comes out is bounded and free of control characters. The shapes are those of docs/facts/codearts.md section 2b.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

MESSAGE_LIMIT = 500  # characters; a Slack section takes 3,000
TOKEN_LIMIT = 128  # characters of a code or a trace id

Document = Mapping[str, Any]

_CODE_KEYS = ("error_code", "errorCode")
_MESSAGE_KEYS = ("error_msg", "errorMsg", "errorMessage", "error_message", "message", "reason", "title")
_ERROR_WORDS = frozenset({"error", "fail", "failed"})
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
# `DEV.CR.4102：当前用户没有该项目权限`: dotted, ends in digits, an ASCII or full-width colon
# (docs/facts/codearts.md section 2a).
_CODE_IN_MESSAGE = re.compile(
    r"([A-Za-z][A-Za-z0-9_-]{0,30}(?:\.[A-Za-z0-9_-]{1,30}){0,3}\.[0-9]{3,8})\s*[:\uff1a]\s*(\S.*)"
)
_SECONDS = re.compile(r"[0-9]{1,7}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """The error that a body tells. `code` as sent, `message` cut to MESSAGE_LIMIT; either may be missing."""

    code: str | None = None
    message: str | None = None

    def __str__(self) -> str:
        return ": ".join(part for part in (self.code, self.message) if part)


def json_object(body: bytes) -> Document | None:
    """The JSON object that `body` is in UTF-8 (a byte order mark is allowed), or None for anything else."""
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # bad UTF-8, bad JSON, a number of 5,000 digits, 100,000 brackets
        return None
    return document if isinstance(document, dict) else None


def clean(value: object, limit: int = MESSAGE_LIMIT) -> str | None:
    """`value` as one line of at most `limit` characters, cut with an ellipsis; None when there is no text in it.

    Strings and whole numbers are text (IAM sends its codes as numbers); anything else is not.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if isinstance(value, int):
        return str(value) if 0 < value < 10**15 else None
    # Cut before the pattern runs: a body of megabytes must not cost more than its first line.
    text = _NOT_TEXT.sub(" ", value[: limit * 4]).strip()
    return (text if len(text) <= limit else text[: limit - 1].rstrip() + "…") or None


def status_word(document: Document | None) -> str:
    """The field `status` in lower case: `success`, `error`, `fail`, or whatever stands there; empty when there is none."""
    return ((clean(document.get("status"), TOKEN_LIMIT) if document else None) or "").lower()


def claims_error(document: Document) -> bool:
    """Whether the body itself says that it is an error: by its status word, or by an error field with something in it."""
    return status_word(document) in _ERROR_WORDS or any(document.get(key) for key in (*_CODE_KEYS, "error"))


def code_field(document: Document | None) -> str | None:
    """The error code from a field of its own. Text from elsewhere, such as a message that echoes a name, is never it."""
    if document is None:
        return None
    return (
        _first(document, _CODE_KEYS, TOKEN_LIMIT)
        or _first(_nested(document), (*_CODE_KEYS, "code"), TOKEN_LIMIT)
        or clean(document.get("code"), TOKEN_LIMIT)
    )


def complaint(document: Document | None) -> Complaint:
    """The code and the message of an error body, shapes a to k.

    A code that only stands in front of the message (`DEV.CR.4102：…`) is moved into `code`, and the message goes on after
    the colon, so that the two together say what was sent, once.
    """
    if document is None:
        return Complaint()
    code = code_field(document)
    message = (
        _first(document, _MESSAGE_KEYS) or _first(_nested(document), _MESSAGE_KEYS) or clean(document.get("error"))
    )
    if message is None and status_word(document) in _ERROR_WORDS:
        message = clean(document.get("result"))
    if code is None and message and (inside := _CODE_IN_MESSAGE.match(message)):
        code, message = inside.groups()
    return Complaint(code=code, message=message)


def body_trace_id(document: Document | None) -> str | None:
    """The service's own trace id, in both spellings. It is opaque: pages show digits with hyphens and 32 hex digits."""
    return _first(document, ("trace_id", "traceId"), TOKEN_LIMIT) if document else None


def any_trace_id(document: Document | None, headers: Mapping[str, str]) -> str | None:
    """What to quote to the vendor: the service's trace id, else the gateway's request id. `headers` in lower case."""
    return (
        body_trace_id(document)
        or (_first(document, ("request_id",), TOKEN_LIMIT) if document else None)
        or _first(headers, ("x-request-id", "x-iam-trace-id"), TOKEN_LIMIT)
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds, never negative. `headers` in lower case.

    A date is counted from the answer's own Date header (RFC 9110 section 10.2.3), so no clock of ours takes part; without
    one, or when either cannot be read, None.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError, OverflowError, IndexError):
        return None
    return max(0.0, wait.total_seconds())


def _nested(document: Document) -> Document:
    error = document.get("error")
    return error if isinstance(error, dict) else {}


def _first(fields: Mapping[str, Any], keys: tuple[str, ...], limit: int = MESSAGE_LIMIT) -> str | None:
    return next((text for key in keys if (text := clean(fields.get(key), limit))), None)
