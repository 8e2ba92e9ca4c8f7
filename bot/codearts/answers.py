"""Reads an answer's text, its error and its trace id, in any of the vendor's spellings.

No function raises, whatever a gateway, a proxy or a firewall sends, and all returned text is limited in length and free of
control characters. An answer may echo the request, so text that is stored or shown is redacted here. Values that are only
compared are not: with the password `docker`, every registry would have an unknown format. The shapes are those of
docs/facts/codearts.md section 2b.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.redaction import Redact, redactor

MESSAGE_LIMIT = 500  # characters; a Slack section takes 3,000
TOKEN_LIMIT = 128  # characters of a code

Document = Mapping[str, Any]

# Without the secrets from the settings it still recognises what looks like a secret.
BY_SHAPE = redactor()

_CODE_KEYS = ("error_code", "errorCode")
_MESSAGE_KEYS = ("error_msg", "errorMsg", "errorMessage", "error_message", "message", "reason", "title")
_ERROR_WORDS = frozenset({"error", "fail", "failed"})
# The documentation shows digits with hyphens and 32 hex digits.
_TRACE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# No text that we use is longer, and none is nested more deeply: anything beyond these limits is not searched.
TEXT_MAX = 16 * 1024
_DEPTH_MAX = 6
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
# `DEV.CR.4102：当前用户没有该项目权限`: dotted, ends in digits, followed by an ASCII or full-width colon
# (docs/facts/codearts.md section 2a).
_CODE_IN_MESSAGE = re.compile(
    r"([A-Za-z][A-Za-z0-9_-]{0,30}(?:\.[A-Za-z0-9_-]{1,30}){0,3}\.[0-9]{3,8})\s*[:\uff1a]\s*(\S.*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDetails:
    """The error that a body reports. `code` is as sent, `message` is cut to MESSAGE_LIMIT; either may be missing."""

    code: str | None = None
    message: str | None = None

    def __str__(self) -> str:
        return ": ".join(part for part in (self.code, self.message) if part)


def json_object(body: bytes) -> Document | None:
    """The JSON object that `body` encodes in UTF-8 (a byte order mark is allowed), unredacted; None for anything else."""
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # bad UTF-8, bad JSON, a number of 5,000 digits, 100,000 brackets
        return None
    return document if isinstance(document, dict) else None


def header_fields(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers by their names in lower case, unredacted."""
    return {name.lower(): value for name, value in headers.items()}


def clean(value: object, limit: int = MESSAGE_LIMIT) -> str | None:
    """`value` as one line of at most `limit` characters, cut with an ellipsis; None when it contains no text.

    Strings and whole numbers count as text (IAM sends its codes as numbers); anything else does not.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if isinstance(value, int):
        return str(value) if 0 < value < 10**15 else None
    # Cut before the pattern runs: a body of megabytes must not cost more than its first line.
    text = _NOT_TEXT.sub(" ", value[: limit * 4]).strip()
    return (text if len(text) <= limit else text[: limit - 1].rstrip() + "…") or None


def status_word(document: Document | None) -> str:
    """The field `status` in lower case: `success`, `error`, `fail`, or any other text; empty when there is none."""
    return ((clean(document.get("status"), TOKEN_LIMIT) if document else None) or "").lower()


def claims_error(document: Document) -> bool:
    """Whether the body itself reports an error: by its status word, or by an error field that is not empty."""
    return status_word(document) in _ERROR_WORDS or any(document.get(key) for key in (*_CODE_KEYS, "error"))


def code_field(document: Document | None) -> str | None:
    """The error code from a dedicated field. Other text, such as a message that echoes a name, is never taken for it."""
    if document is None:
        return None
    return (
        _first(document, _CODE_KEYS, TOKEN_LIMIT)
        or _first(_nested(document), (*_CODE_KEYS, "code"), TOKEN_LIMIT)
        or clean(document.get("code"), TOKEN_LIMIT)
    )


def error_details(document: Document | None, redact: Redact = BY_SHAPE) -> ErrorDetails:
    """The code and the message of an error body, shapes a to k; both have passed `redact`.

    A code that appears only at the start of the message (`DEV.CR.4102：…`) becomes `code`, and `message` is what follows
    the colon, so that the two together repeat what was sent exactly once.
    """
    if document is None:
        return ErrorDetails()
    document = _redacted(document, redact, _DEPTH_MAX)
    code = code_field(document)
    message = (
        _first(document, _MESSAGE_KEYS) or _first(_nested(document), _MESSAGE_KEYS) or clean(document.get("error"))
    )
    if message is None and status_word(document) in _ERROR_WORDS:
        message = clean(document.get("result"))
    if code is None and message and (inside := _CODE_IN_MESSAGE.match(message)):
        code, message = inside.groups()
    return ErrorDetails(code=code, message=message)


def body_trace_id(document: Document | None, redact: Redact = BY_SHAPE) -> str | None:
    """The service's own trace id, in either spelling; None if the value does not look like one or contains a secret."""
    return _first_trace_id(document, ("trace_id", "traceId"), redact) if document else None


def any_trace_id(document: Document | None, headers: Mapping[str, str], redact: Redact = BY_SHAPE) -> str | None:
    """The id to quote to the vendor: the service's trace id, else the gateway's request id. `headers`: `header_fields`."""
    return (
        body_trace_id(document, redact)
        or (_first_trace_id(document, ("request_id",), redact) if document else None)
        or _first_trace_id(headers, ("x-request-id", "x-iam-trace-id"), redact)
    )


def _redacted(value: Any, redact: Redact, depth: int) -> Any:
    match value:
        case str():
            return redact(value) if len(value) <= TEXT_MAX else "…"
        case dict() if depth:
            return {key: _redacted(each, redact, depth - 1) for key, each in value.items()}
        case list() if depth:
            return [_redacted(each, redact, depth - 1) for each in value]
        case dict() | list():
            return None
        case int() if redact(str(value)) != str(value):  # an access key of digits only
            return "…"
    return value


def _first_trace_id(fields: Mapping[str, Any], keys: tuple[str, ...], redact: Redact) -> str | None:
    found = (clean(fields.get(key), TOKEN_LIMIT) or "" for key in keys)
    return next((text for text in found if _TRACE_ID.fullmatch(text) and redact(text) == text), None)


def _nested(document: Document) -> Document:
    error = document.get("error")
    return error if isinstance(error, dict) else {}


def _first(fields: Mapping[str, Any], keys: tuple[str, ...], limit: int = MESSAGE_LIMIT) -> str | None:
    return next((text for key in keys if (text := clean(fields.get(key), limit))), None)
