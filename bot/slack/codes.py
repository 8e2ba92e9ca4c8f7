"""Everything known about Slack's error codes, and what a caller may do after a failed call.

Pure; the codes are those of docs/facts/slack.md sections 2, 5 and 6.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.domain.outcomes import Failure, InDoubt, NotApplied, Refused
from bot.net.failures import never_sent, reason_of
from bot.net.retry_after import retry_after

# The shapes of Slack's codes and ids. Anything else comes from something between us and Slack, may echo the request with its
# token, and is neither stored nor shown.
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ID = re.compile(r"[A-Z][A-Z0-9]{1,20}")
_MESSAGE_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,8}")

# The longest pause before the next attempt, even if Slack asks for a longer one: somebody is waiting for the outcome.
RETRY_AFTER_MAX_SECONDS = 300.0
# The token itself is wrong: waiting does not help.
TOKEN_WRONG = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)
# An app-level token is also wrong if it lacks connections:write.
APP_TOKEN_WRONG = TOKEN_WRONG | {"missing_scope"}
# An administrator of the workspace has limited who may use the app (since 2026-06-22, section 0).
APP_RESTRICTED = "app_access_restricted"
# Slack does not admit the app to the workspace at the moment, or from this address; an administrator has to act or finish.
WORKSPACE_CLOSED = frozenset(
    {"team_access_not_granted", "enterprise_is_restricted", "accesslimited", "org_login_required", "team_added_to_org"}
)
# The administrators' own keys (EKM) let it call, but not post.
KEPT_OUT = WORKSPACE_CLOSED | {"ekm_access_denied"}
# The app was not granted what the call needs.
RIGHT_MISSING = frozenset({"missing_scope", "no_permission"})
# Nor will it be granted: this information is not available to the app.
MAY_NOT_ASK = RIGHT_MISSING | {"access_denied", "not_allowed_token_type", "unknown_method"}
# Both mean that the person has to type the command again.
TRIGGER_GONE = frozenset({"expired_trigger_id", "invalid_trigger_id"})
# A form was opened with it already.
TRIGGER_USED = "exchanged_trigger_id"
# A private channel that the bot cannot see is "not found".
NOT_A_MEMBER = frozenset({"not_in_channel", "channel_not_found"})
ARCHIVED = "is_archived"
RESTRICTED_PREFIX = "restricted_action"
# Our layout is within Slack's limits as they are known; should they change, the words still arrive.
LAYOUT_REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch", "invalid_arguments"}
)
# Busy, and certain not to have acted. `rate_limited` is the body's spelling where HTTP 429 says `ratelimited`.
_RATE_LIMITED = "ratelimited"
_BUSY = frozenset(
    {
        _RATE_LIMITED,
        "rate_limited",
        "message_limit_exceeded",
        "service_unavailable",
        "team_added_to_org",
        "org_login_required",
    }
)
# https://docs.slack.dev/reference/methods/chat.postMessage: "it's possible some aspect of the operation succeeded".
_HALF_DONE = frozenset({"fatal_error", "internal_error", "request_timeout"})
# A response_url that expired or is used up; Slack documents no body for it, so the status decides (section 1).
_EXPIRED = frozenset({404, 410})


def as_code(value: object) -> str | None:
    """`value` if it has the shape of a Slack error code, else None."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def as_id(value: object) -> str | None:
    """`value` if it has the shape of a Slack id (of a conversation, a person or a team), else None."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def as_message_ts(value: object) -> str | None:
    """`value` if it has the shape of a message's `ts`, else None."""
    return value if isinstance(value, str) and _MESSAGE_TS.fullmatch(value) else None


def code_of(error: Exception) -> str:
    """A code for a failed Slack call, for logs and reports: Slack's own, the HTTP status, or how the call failed."""
    if not isinstance(error, SlackApiError):
        return reason_of(error)
    status, code = _read(error)
    return code or f"http_{status}"


def classify(error: Exception) -> Failure:
    """The result of the call that raised `error`. Unless it is known to have had no effect, the call counts as sent.

    `Refused` only means a refusal by Slack itself: anything else came from something between us and Slack, so that what
    Slack did is unknown. A refusal with a status other than 200, which Slack does not document, keeps that `status`.
    """
    if isinstance(error, SlackApiError):
        status, code = _read(error)
        headers = error.response.headers
        if status == 429 or status >= 500 or code is None:
            return _by_status(status, headers, f"http_{status}")
        return _by_code(code, headers, status=None if status == 200 else status)
    if never_sent(error):
        return NotApplied(code=reason_of(error))
    return InDoubt(code=reason_of(error))


def classify_response(status: int, headers: Mapping[str, str], body: str | None) -> Failure | None:
    """What the answer of a response_url means; None if it says `ok`, as text or as JSON (section 1).

    A 200 alone proves nothing: Slack also uses it for refusals, and proxies for their own pages.
    """
    if status == 429 or status >= 500:
        return _by_status(status, headers, f"response_url_{status}")
    data = _json(body or "")
    if (code := _refusal(data)) is not None:
        return _by_code(code, headers)
    if status in _EXPIRED:
        return Refused(code=f"response_url_{status}")
    if status != 200:
        return InDoubt(code=f"response_url_{status}")
    if (body or "").strip() == "ok" or (isinstance(data, dict) and data.get("ok") is True):
        return None
    return InDoubt(code="response_url_unclear")


def retry_after_bounded(headers: Mapping[str, str]) -> float | None:
    """How many seconds Slack asks us to wait, at most `RETRY_AFTER_MAX_SECONDS`; None if it does not ask."""
    seconds = retry_after(headers)
    return None if seconds is None else min(seconds, RETRY_AFTER_MAX_SECONDS)


def _by_status(status: int, headers: Mapping[str, str], code: str) -> Failure:
    if status == 429:
        return NotApplied(code=_RATE_LIMITED, retry_after=retry_after_bounded(headers))
    return InDoubt(code=code)


def _read(error: SlackApiError) -> tuple[int, str | None]:
    """(HTTP status, Slack's code) of the answer that slack_sdk complains about.

    The error holds slack_sdk's own response, whose data may be text, or aiohttp's response if the body was not JSON.
    """
    answer: Any = error.response
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))
    return status, _refusal(getattr(answer, "data", None))


def _refusal(data: object) -> str | None:
    """The code of Slack's own refusal, `{"ok": false, "error": "…"}`; None for anything else."""
    code = data.get("error") if isinstance(data, dict) and data.get("ok") is False else None
    return as_code(code)


def _by_code(code: str, headers: Mapping[str, str], *, status: int | None = None) -> Failure:
    if code in _BUSY:
        return NotApplied(code=code, retry_after=retry_after_bounded(headers))
    return InDoubt(code=code) if code in _HALF_DONE else Refused(code=code, status=status)


def _json(body: str) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
