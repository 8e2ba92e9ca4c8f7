"""Logs that the start is waiting for something."""

import contextlib
import logging
import threading
from collections.abc import Iterator

_SLOW_SECONDS = 3.0

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def log_when_slow(what: str) -> Iterator[None]:
    """Log `what` once if the block takes longer than three seconds. Uses a thread, because the block may hold up the loop."""
    said = threading.Timer(_SLOW_SECONDS, logger.warning, (what,))
    said.daemon = True
    said.start()
    try:
        yield
    finally:
        said.cancel()
