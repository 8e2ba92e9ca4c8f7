"""The last net under every listener: whoever is waiting gets a sentence and a reference, never a traceback or silence."""

import json
import logging
from typing import Any

from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot import wording
from bot.errors import MalformedRequest
from bot.slack.references import new_reference
from bot.views import form

# The token itself is wrong: no waiting will mend it (docs/facts/slack.md section 5).
TOKEN_WRONG = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)

logger = logging.getLogger(__name__)


async def answer_failure(error: Exception, body: Any) -> BoltResponse:
    """Bolt error handler, for listeners and middleware: a 4xx for what Slack never sends, else an apology that fits."""
    if isinstance(error, MalformedRequest):
        logger.warning("malformed request: %s", error)
        return BoltResponse(status=400, body=wording.MALFORMED.format(reason=error))
    reference = new_reference()
    logger.error("a listener failed, reference %s", reference, exc_info=error)
    return _apology(body if isinstance(body, dict) else {}, wording.APOLOGY.format(reference=reference))


def code_of(error: Exception) -> str:
    """What to call a failed Slack call in a log or report: Slack's code, the HTTP status, or the kind of the error.

    slack_sdk's error holds its own response, whose data may be text, or aiohttp's where the body was no JSON.
    """
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if isinstance(code, str) and code:
        return code
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
    return f"http_{status}"


def _apology(body: dict[str, Any], sentence: str) -> BoltResponse:
    if body.get("type") == "view_submission":
        # Text in this answer would break the form (docs/facts/slack.md section 4): the sentence goes to its first field.
        answer = {"response_action": "errors", "errors": {form.NAME_BLOCK: sentence}}
        return _json(answer)
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": sentence})
    return BoltResponse(status=500, body="")


def _json(answer: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": "application/json"})
