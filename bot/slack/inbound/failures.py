"""The last net under every handler: whoever is waiting gets a sentence and a reference, never a traceback or silence."""

import json
import logging
from typing import Any

from slack_bolt.response import BoltResponse

from bot import wording
from bot.references import new_reference

logger = logging.getLogger(__name__)


async def answer_failure(error: Exception, body: Any) -> BoltResponse:
    """Bolt's error handler, for handlers and middleware: an apology where the person can read it."""
    reference = new_reference()
    logger.error("a handler failed", exc_info=error, extra={"reference": reference})
    return _apology(body if isinstance(body, dict) else {}, wording.APOLOGY.format(reference=reference))


def _apology(body: dict[str, Any], sentence: str) -> BoltResponse:
    if body.get("type") == "view_submission" and (block := _first_field(body.get("view"))):
        # Plain text in this answer would break the form (docs/facts/slack.md section 4): the sentence goes to a field.
        return _json({"response_action": "errors", "errors": {block: sentence}})
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": sentence})
    return BoltResponse(status=500, body="")


def _first_field(view: Any) -> str | None:
    """The block id of the submitted form's own first field; Slack takes errors for no other block."""
    if not isinstance(view, dict):
        return None
    blocks = view.get("blocks")
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, dict) and block.get("type") == "input" and isinstance(block.get("block_id"), str):
            return str(block["block_id"])
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    return next(iter(values), None) if isinstance(values, dict) else None


def _json(answer: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": "application/json"})
