"""Log lines: text for a person at a terminal, JSON for everything else, and never a secret in either.

Our modules log through the standard library; structlog formats, binds the request's id and takes secrets out.
"""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

# A token or a URL that lets its holder post, wherever it comes from (docs/facts/slack.md section 11: Bolt logs whole bodies).
_CAPABILITY = re.compile(
    r"wss?://\S+|xox[a-z](?:\.xox[a-z])?-[\w-]+|xapp-[\w-]+|https?(?:://|%3A%2F%2F)hooks\.slack\.com(?:/|%2F)[^\s&]+"
    r"|Signature=[0-9a-f]+|v0=[0-9a-f]{64}"
)
_REMOVED = "[removed]"
_SECRET_MIN = 6  # what is shorter is no secret, and taking it out would tear words apart
# Bolt logs bodies and signatures at INFO and below, slack_sdk whole calls at DEBUG, aiohttp every request at INFO,
# SQLAlchemy whole rows at INFO. Held by a filter, because Bolt gives its loggers the root's level when it makes them.
_QUIET = {
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "httpx": logging.WARNING,
    "dbos": logging.WARNING,
    "sqlalchemy": logging.WARNING,
}


def set_up_logging(*, secrets: Iterable[str] = ()) -> None:
    """Send every logger's lines to stderr; `secrets` are taken out of them, tracebacks included."""
    redact = _redactor(sorted({secret for secret in secrets if len(secret) >= _SECRET_MIN}, key=len, reverse=True))
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, _renderer()],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(_worth_a_line)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
    # DBOS adds a console handler of its own to a logger that has none.
    logging.getLogger("dbos").addHandler(logging.NullHandler())


def _worth_a_line(record: logging.LogRecord) -> bool:
    levels = (level for name, level in _QUIET.items() if f"{record.name}.".startswith(f"{name}."))
    return all(record.levelno >= level for level in levels)


def _renderer() -> Any:
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _redactor(secrets: list[str]) -> Any:
    known = re.compile("|".join(map(re.escape, secrets))) if secrets else None

    def redact(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key, value in line.items():
            if isinstance(value, str):
                clean = _CAPABILITY.sub(_REMOVED, value)
                line[key] = known.sub(_REMOVED, clean) if known else clean
        return line

    return redact
