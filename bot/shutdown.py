"""Told to end, the process ends: in order if it can, and within ten seconds whatever hangs.

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
from collections.abc import Callable, Iterator

END_WITHIN_SECONDS = 9.0
_SIGNALS = {signal.SIGTERM, signal.SIGINT}

logger = logging.getLogger(__name__)


def hold_signals() -> None:
    """From now on the signals wait for `on_signal`, in this thread and in those that it starts.

    Call it in the main thread before there are others (the log has one): they would take the signals, and the process ends.
    """
    if hasattr(signal, "pthread_sigmask"):  # not on Windows, where Ctrl-C ends the run
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)


@contextlib.contextmanager
def on_signal(stop: Callable[[], object], *, drain_seconds: float = 0) -> Iterator[None]:
    """Call `stop`, in another thread, at the first SIGTERM or SIGINT; end the process some seconds after it.

    After `hold_signals`. `drain_seconds` are added to those seconds.
    """
    if not hasattr(signal, "sigwait"):
        yield
        return
    threading.Thread(target=_wait, args=(stop, drain_seconds + END_WITHIN_SECONDS), name="signals", daemon=True).start()
    yield


def _wait(stop: Callable[[], object], seconds: float) -> None:
    signal.sigwait(_SIGNALS)
    last = threading.Timer(seconds, _end)
    last.daemon = True
    last.start()
    with contextlib.suppress(RuntimeError):  # the loop has ended by itself
        stop()


def _end() -> None:
    logger.warning("something hangs, most likely the database: ending without it; the next start goes on")
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(0)
