"""Logs what people did in Slack and how it was answered: who did it, but nothing of what they wrote."""

import logging

from bot.slack.inbound.answers import Accept, Answer, ShowErrors
from bot.slack.inbound.events import AppHomeOpened
from bot.slack.inbound.payloads import Command, Payload, ViewSubmission
from bot.slack.inbound.presses import Press

logger = logging.getLogger(__name__)


def log_answer(handler: str, payload: Payload, answer: Answer) -> None:
    """Log one line: at debug level for views of the Home tab and presses in a form."""
    if isinstance(payload, ViewSubmission) and isinstance(answer, Accept):
        return  # who stored it says so
    fields = {"handler": handler, "reference": payload.reference, "requester": payload.user_id}
    if isinstance(answer, ShowErrors):
        logger.info("form refused", extra={**fields, "fields": sorted(answer.errors)})
        return
    often = isinstance(payload, AppHomeOpened) or (isinstance(payload, Press) and payload.view is not None)
    logger.log(logging.DEBUG if often else logging.INFO, "%s heard", _what(payload), extra=fields)


def _what(payload: Payload) -> str:
    if isinstance(payload, Command):
        return "command"
    return "button" if isinstance(payload, Press) else "shortcut"
