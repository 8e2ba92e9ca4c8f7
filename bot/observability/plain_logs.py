"""Log lines of a command that a person runs at a terminal and that ends at once: text, warnings only, no secret.

Separate from `logs.py`, which needs a library that takes as long to import as such a command takes to run.
"""

import logging
import sys
from collections.abc import Iterable

from bot.redaction import redactor


def set_up_plain_logging(*, secrets: Iterable[str] = ()) -> None:
    """Send every logger's warnings to stderr; `secrets` are removed from them, also from tracebacks."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_RedactingFormatter(secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _RedactingFormatter(logging.Formatter):
    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(levelname)s %(message)s")
        self._redact = redactor(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets, and with the reference if there is one."""
        reference = getattr(record, "reference", None)
        line = super().format(record)
        return self._redact(f"{line}\nreference {reference}" if reference else line)
