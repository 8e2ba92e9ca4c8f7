"""Says in the log that something is being waited for."""

import contextlib
import logging
import threading
from collections.abc import Iterator

_SLOW_SECONDS = 3.0

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def said_when_slow(what: str) -> Iterator[None]:
    """One line, unless the block is over soon. By a thread, because what is waited for may hold up the loop."""
    said = threading.Timer(_SLOW_SECONDS, logger.warning, (what,))
    said.daemon = True
    said.start()
    try:
        yield
    finally:
        said.cancel()
