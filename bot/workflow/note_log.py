"""Logs each entry in the ledger, so that a request can be followed in the log from its acceptance to its end."""

import logging
from typing import Any

from bot.ledger.notes import Concluded, Happened, Note, Told

logger = logging.getLogger(__name__)

_SHOWN = ("kind", "code", "status", "certain", "count")


def log_note(note: Note) -> None:
    """Log codes and ids only. A resumed request may log an entry a second time."""
    match note:
        case Happened():
            shown = {key: note.details[key] for key in _SHOWN if key in note.details}
            _say(note.code.replace("_", " "), trace_id=note.trace_id, **shown)
        case Concluded(result=result):
            _say("concluded", outcome=result.kind, code=getattr(result, "code", None), trace_id=result.trace_id)
        case Told():
            _say("told", route=note.route, channel=note.channel)


def _say(what: str, **fields: Any) -> None:
    logger.info(what, extra={key: value for key, value in fields.items() if value is not None})
