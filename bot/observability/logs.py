"""Log lines: text at a terminal, JSON everywhere else, and never a secret in either.

Our modules log through the standard library; structlog formats the lines, binds the request's id and removes secrets.
"""

import logging
import sys
from collections.abc import Callable, Iterable, MutableMapping
from functools import lru_cache
from typing import Any

import structlog

from bot.observability.database_noise import DatabaseNoiseFilter
from bot.observability.log_queue import non_blocking_handler
from bot.redaction import redactor

# Bolt logs bodies and signatures at INFO and below, slack_sdk whole calls at DEBUG, aiohttp every request at INFO,
# SQLAlchemy whole rows at INFO. A filter enforces these levels, because Bolt creates its loggers with the root's level.
_QUIET = {
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "httpx": logging.WARNING,
    "dbos": logging.WARNING,
    "sqlalchemy": logging.WARNING,
}
_SHORT = 64  # characters: ids, names and codes are not longer


def set_up_logging(*, secrets: Iterable[str] = (), level: str = "info", form: str = "auto") -> None:
    """Send the lines of all loggers to stderr, without ever waiting for its reader.

    `secrets` are removed, also from tracebacks. `level` is the lowest level that is logged; `form` is text, json or auto.
    Below info only our own modules log, because libraries log whole requests there.
    """
    redact = _redacting(redactor(secrets))
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, _renderer(form)],
    )
    handler = non_blocking_handler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(_worth_a_line)
    handler.addFilter(DatabaseNoiseFilter())
    least = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(least, logging.INFO), handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(least)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)
    # DBOS adds its own console handler to a logger that has none.
    logging.getLogger("dbos").addHandler(logging.NullHandler())


def _worth_a_line(record: logging.LogRecord) -> bool:
    levels = (level for name, level in _QUIET.items() if f"{record.name}.".startswith(f"{name}."))
    return all(record.levelno >= level for level in levels)


def _renderer(form: str) -> Any:
    if form == "text" or (form == "auto" and sys.stderr.isatty()):
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _redacting(redact: Callable[[str], str]) -> Any:
    # Redaction is half the cost of a line, and the same ids, names and codes occur in one line after another.
    remembered = lru_cache(maxsize=1024)(redact)

    def clean(value: Any) -> Any:
        match value:
            case str():
                return remembered(value) if len(value) <= _SHORT else redact(value)
            case None | bool() | int() | float():
                return value
            case dict():
                return {clean(key): clean(each) for key, each in value.items()}
            case list() | tuple() | set():
                return [clean(each) for each in value]
            case _:
                return redact(repr(value))

    def processor(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: clean(value) for key, value in line.items()}

    return processor
