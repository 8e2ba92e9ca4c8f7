"""A log handler that never waits: lines go into a bounded queue, and a thread writes them.

Whatever reads the log (a supervisor, a pipe to another program, a terminal that is held) may stop reading. A write then
blocks, and with it the event loop, and nobody in Slack is answered any more.
"""

import contextlib
import logging
import os
import threading
import time
from collections import deque
from typing import TextIO

_CHARACTERS_MAX = 4 * 1024 * 1024  # waiting to be written; about ten thousand lines
_FLUSH_SECONDS = 1.0
_AGAIN_SECONDS = 0.05
_DROPPED = "%s log lines were dropped: whatever reads the log did not keep up"


def non_blocking_handler(stream: TextIO) -> logging.Handler:
    """A handler for `stream`. One that is no file, such as one in memory, makes nobody wait, and gets a plain handler."""
    try:
        return QueuedHandler(stream.fileno(), encoding=stream.encoding)
    except (OSError, ValueError):
        return logging.StreamHandler(stream)


class QueuedHandler(logging.Handler):
    """Writes to `descriptor` in a thread of its own. Lines that find the queue full are dropped, counted, and said."""

    def __init__(self, descriptor: int, *, encoding: str, characters_max: int = _CHARACTERS_MAX) -> None:
        super().__init__()
        self._descriptor, self._encoding = descriptor, encoding
        self._characters_max = characters_max
        self._changed = threading.Condition()
        self._waiting: deque[str] = deque()
        self._characters = 0  # waiting or being written
        self._dropped = 0
        self._closed = False
        # A daemon: one that is blocked for ever must not keep the process from ending.
        self._writer = threading.Thread(target=self._write_all, name="log-writer", daemon=True)
        self._writer.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue the line. It is formatted here, because what is bound to the request is known only here."""
        try:
            line = self.format(record)
        except Exception as error:  # noqa: BLE001  logging's own way is to write to stderr, which may block
            line = f"a log line of {record.name} could not be formatted: {type(error).__name__}"
        with self._changed:
            self._say_dropped()
            if self._closed or not self._put(line):
                self._dropped += 1
            self._changed.notify_all()

    def flush(self) -> None:
        """Wait until everything is written, or for a second."""
        deadline = time.monotonic() + _FLUSH_SECONDS
        with self._changed:
            while self._characters and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)

    def close(self) -> None:
        """Write what is queued, as far as somebody reads it, and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.flush()
        super().close()

    def _put(self, line: str) -> bool:
        if self._characters and self._characters + len(line) > self._characters_max:
            return False
        self._waiting.append(line)
        self._characters += len(line) + 1
        return True

    def _say_dropped(self) -> None:
        if self._dropped and self._put(self._notice()):
            self._dropped = 0

    def _notice(self) -> str:
        known = {"name": __name__, "levelno": logging.WARNING, "levelname": "WARNING"}
        return self.format(logging.makeLogRecord({**known, "msg": _DROPPED, "args": (self._dropped,)}))

    def _write_all(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._say_dropped()
                    if self._waiting:
                        break
                    if self._closed:
                        return
                    self._changed.wait()
                lines = "".join(f"{line}\n" for line in self._waiting)
                self._waiting.clear()
            self._write(lines)
            with self._changed:
                self._characters -= len(lines)
                self._changed.notify_all()

    def _write(self, text: str) -> None:
        # Not through the stream: at its end Python waits for the stream's lock, which a blocked thread would hold.
        rest = memoryview(text.encode(self._encoding, "backslashreplace"))
        with contextlib.suppress(OSError):  # nobody reads any more, so there is nobody to tell
            while rest:
                try:
                    rest = rest[os.write(self._descriptor, rest) :]
                except BlockingIOError:  # somebody made the descriptor non-blocking
                    time.sleep(_AGAIN_SECONDS)
