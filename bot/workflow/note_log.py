"""What is noted in the ledger is a line in the log, too: by these a request can be followed from its acceptance to its end."""

import logging
from typing import Any

from bot.ledger.notes import Concluded, Happened, Note, Told

logger = logging.getLogger(__name__)

_SHOWN = ("kind", "code", "status", "certain", "count")


def log_note(note: Note) -> None:
    """Codes and ids only. What a resumed request has noted before may be said once more."""
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
