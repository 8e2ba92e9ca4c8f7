"""After SIGTERM the process ends: in order if it can, and within ten seconds whatever hangs.

Python hears a signal only between two instructions of its main thread, which may be waiting for a database that does not
answer; and at its end it waits for every thread. So the signals go to a thread of their own, and the last word is `os._exit`.
Nothing is lost by that: what was accepted is stored, and is taken up at the next start.
"""

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable

END_WITHIN_SECONDS = 8.5  # what the log has still to write may take one more
_SIGNALS = {signal.SIGTERM, signal.SIGINT}

logger = logging.getLogger(__name__)


class Ending:
    """What SIGTERM or SIGINT does. At first nothing is in progress that could be put in order, so the process ends at once."""

    def __init__(self) -> None:
        self._how: tuple[Callable[[], object], float] | None = None

    def in_order(self, stop: Callable[[], object], *, seconds: float = END_WITHIN_SECONDS) -> None:
        """From now on a signal calls `stop` in another thread, and the process has `seconds` to end by itself."""
        self._how = stop, seconds

    def wait(self) -> None:
        """Block until a signal comes, and do it."""
        signal.sigwait(_SIGNALS)
        how = self._how
        if how is None:
            _end(logging.INFO, "asked to stop while starting, with nothing in progress yet: stopping at once")
            return
        stop, seconds = how
        hangs = "something hangs, most likely the database: stopping without waiting for it; the next start continues"
        last = threading.Timer(seconds, _end, (logging.WARNING, hangs))
        last.daemon = True
        last.start()
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            stop()


def heed_signals() -> Ending:
    """From now on SIGTERM and SIGINT do what the `Ending` says. On Windows they do what Python makes of them.

    Call it in the main thread before there are others (the log has one): they would take the signals, and the process dies.
    """
    ending = Ending()
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        threading.Thread(target=ending.wait, name="signals", daemon=True).start()
    return ending


def _end(level: int, why: str) -> None:
    logger.log(level, why)
    for handler in logging.getLogger().handlers:
        handler.flush()
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(0)
