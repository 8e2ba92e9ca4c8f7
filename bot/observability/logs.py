"""Log lines: text for a person at a terminal, JSON for everything else, and never a secret in either.

Our modules log through the standard library; structlog formats, binds the request's id and takes secrets out.
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
# SQLAlchemy whole rows at INFO. Enforced by a filter, because Bolt gives its loggers the root's level when it makes them.
_QUIET = {
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "httpx": logging.WARNING,
    "dbos": logging.WARNING,
    "sqlalchemy": logging.WARNING,
}
_SHORT = 64  # characters of an id


def set_up_logging(*, secrets: Iterable[str] = (), level: str = "info", form: str = "auto") -> None:
    """Send every logger's lines to stderr, without ever waiting for whoever reads it.

    `secrets` are taken out of them, tracebacks included. `level`: what is less is left out; `form`: text, json, or auto.
    Below info only our own modules write: what libraries say there holds whole requests.
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
    # DBOS adds a console handler of its own to a logger that has none.
    logging.getLogger("dbos").addHandler(logging.NullHandler())


def _worth_a_line(record: logging.LogRecord) -> bool:
    levels = (level for name, level in _QUIET.items() if f"{record.name}.".startswith(f"{name}."))
    return all(record.levelno >= level for level in levels)


def _renderer(form: str) -> Any:
    if form == "text" or (form == "auto" and sys.stderr.isatty()):
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _redacting(redact: Callable[[str], str]) -> Any:
    # Half of what a line costs: ids, names and codes stand in one line after another.
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
