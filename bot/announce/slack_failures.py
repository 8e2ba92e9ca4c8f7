"""From a failed Slack call to what the caller does now. Pure; the codes are those of docs/facts/slack.md section 5."""

import json
import socket
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.announce.results import Doubtful, Later, Refused

Failure = Refused | Later | Doubtful

# Busy, and certain not to have acted. `rate_limited` is the body's spelling where HTTP 429 says `ratelimited`.
_BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "team_added_to_org"})
# https://docs.slack.dev/reference/methods/chat.postMessage: "it's possible some aspect of the operation succeeded".
_HALF_DONE = frozenset({"fatal_error", "internal_error", "request_timeout"})


def judge(error: Exception) -> Failure:
    """Classify whatever a Slack client raised. What is not known to be harmless counts as sent."""
    if isinstance(error, SlackApiError):
        return _judge_answer(error)
    if _never_sent(error):
        return Later(code="unreachable")
    return Doubtful(code=type(error).__name__)


def judge_status(status: int, headers: Mapping[str, str], code: str) -> Failure:
    """Classify a non-200 answer by its HTTP status; `code` names it in the log."""
    if status == 429:
        return Later(code="ratelimited", retry_after=retry_after(headers))
    return Doubtful(code=code) if status >= 500 else Refused(code=code)


def judge_response(status: int, headers: Mapping[str, str], body: str | None) -> Failure | None:
    """Classify the answer of a response_url; None when it says `ok`, as text or as JSON (docs/facts/slack.md section 1).

    A 200 alone is no proof: Slack puts refusals under it too, and a proxy its own pages.
    """
    if status != 200:
        return judge_status(status, headers, f"response_url_{status}")
    data = _json(body or "")
    code = data.get("error") if isinstance(data, dict) else None
    if (body or "").strip() == "ok" or (isinstance(data, dict) and data.get("ok") is True):
        return None
    if not isinstance(code, str):
        return Doubtful(code="response_url_unclear")
    return _by_code(code, headers)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Slack's Retry-After in seconds; None when it is missing or no number."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(value) if value.isdecimal() else None


def _judge_answer(error: SlackApiError) -> Failure:
    answer: Any = error.response
    # slack_sdk hands over its own response, or aiohttp's where the body was no JSON.
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))
    data = getattr(answer, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if status != 200 or not isinstance(code, str):
        # A 200 that is no JSON object came from something between us and Slack: nobody knows what Slack did.
        return judge_status(status if status != 200 else 502, answer.headers, f"http_{status}")
    return _by_code(code, answer.headers)


def _by_code(code: str, headers: Mapping[str, str]) -> Failure:
    if code in _BUSY:
        return Later(code=code, retry_after=retry_after(headers))
    return Doubtful(code=code) if code in _HALF_DONE else Refused(code=code)


def _json(body: str) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _never_sent(error: BaseException) -> bool:
    # aiohttp raises these before a byte of the request has left: no such host, refused, TLS, timeout while connecting.
    return isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | socket.gaierror)
