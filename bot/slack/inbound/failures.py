"""The last safety net for every handler: the person gets a sentence and a reference, never a traceback or silence."""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.response import BoltResponse

from bot import wording
from bot.errors import MalformedRequest
from bot.references import new_reference
from bot.slack.inbound.payloads import read_payload
from bot.slack.inbound.presses import MessageShortcut, Press, Shortcut
from bot.slack.inbound.telling import Teller, note_view

ErrorHandler = Callable[[Exception, Any], Awaitable[BoltResponse]]

logger = logging.getLogger(__name__)


def error_handler(teller: Teller) -> ErrorHandler:
    """Bolt's error handler, for handlers and middleware: shows an apology where the person can read it."""

    async def handle(error: Exception, body: Any) -> BoltResponse:
        return _apologise(error, body, teller)

    return handle


async def answer_failure(error: Exception, body: Any) -> BoltResponse:
    """The same after a failure of Bolt itself: the apology is only in the answer."""
    return _apologise(error, body, None)


def _apologise(error: Exception, body: Any, teller: Teller | None) -> BoltResponse:
    reference = new_reference()
    logger.error("a handler failed", exc_info=error, extra={"reference": reference})
    fields = body if isinstance(body, dict) else {}
    sentence = wording.APOLOGY.format(reference=reference)
    if teller is not None and (heard := _without_answer(fields)) is not None:
        teller.tell_soon(heard, sentence)
        return BoltResponse(status=200, body="")
    return _answer(fields, sentence)


def _without_answer(body: dict[str, Any]) -> Press | Shortcut | MessageShortcut | None:
    """The payload, if its answer would not be shown to anybody."""
    try:
        heard = read_payload(body)
    except MalformedRequest:
        return None
    return heard if isinstance(heard, Press | Shortcut | MessageShortcut) else None


def _answer(body: dict[str, Any], sentence: str) -> BoltResponse:
    if body.get("type") == "view_submission":
        # Plain text in this answer would break the form (docs/facts/slack.md section 4): the sentence goes to a field.
        view = body.get("view")
        if block := _first_field(view):
            return _json({"response_action": "errors", "errors": {block: sentence}})
        if isinstance(view, dict) and view.get("id"):  # without a field, so that nothing typed is lost
            return _json({"response_action": "update", "view": note_view(sentence)})
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
