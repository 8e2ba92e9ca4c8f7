"""A log handler that never blocks: lines go into a bounded queue, and a thread writes them.

The reader of the log (a supervisor, a program at the other end of a pipe, a paused terminal) may stop reading. Writing then
blocks, and would block the event loop, so that nobody in Slack would be answered.
"""

import contextlib
import logging
import os
import threading
import time
from collections import deque
from typing import TextIO

_CHARACTERS_MAX = 4 * 1024 * 1024  # queued; about ten thousand lines
_FLUSH_SECONDS = 1.0
_AGAIN_SECONDS = 0.05
_DROPPED = "%s log lines were dropped because their reader did not keep up"


def non_blocking_handler(stream: TextIO) -> logging.Handler:
    """A handler for `stream`. A stream that is not a file, such as one in memory, never blocks and gets a plain handler."""
    try:
        return QueuedHandler(stream.fileno(), encoding=stream.encoding)
    except (OSError, ValueError):
        return logging.StreamHandler(stream)


class QueuedHandler(logging.Handler):
    """Writes to `descriptor` in a thread. When the queue is full lines are dropped, and a later line says how many."""

    def __init__(self, descriptor: int, *, encoding: str, characters_max: int = _CHARACTERS_MAX) -> None:
        super().__init__()
        self._descriptor, self._encoding = descriptor, encoding
        self._characters_max = characters_max
        self._changed = threading.Condition()
        self._waiting: deque[str] = deque()
        self._characters = 0  # waiting or being written
        self._dropped = 0
        self._closed = False
        # A daemon, because a thread that is blocked for ever must not keep the process from ending.
        self._writer = threading.Thread(target=self._write_all, name="log-writer", daemon=True)
        self._writer.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue the line. It is formatted here, because only this context knows the request's id."""
        try:
            line = self.format(record)
        except Exception as error:  # noqa: BLE001  logging itself would write to stderr, which may block
            line = f"a log line of {record.name} could not be formatted: {type(error).__name__}"
        with self._changed:
            self._say_dropped()
            if self._closed or not self._put(line):
                self._dropped += 1
            self._changed.notify_all()

    def flush(self) -> None:
        """Wait until everything is written, for one second at most."""
        deadline = time.monotonic() + _FLUSH_SECONDS
        with self._changed:
            while self._characters and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)

    def close(self) -> None:
        """Write what is queued, as far as it is read in time, and end the thread."""
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
        # Not through the stream: when Python ends it waits for the stream's lock, which a blocked thread would hold.
        rest = memoryview(text.encode(self._encoding, "backslashreplace"))
        with contextlib.suppress(OSError):  # the reader has gone, so there is nobody to tell
            while rest:
                try:
                    rest = rest[os.write(self._descriptor, rest) :]
                except BlockingIOError:  # somebody made the descriptor non-blocking
                    time.sleep(_AGAIN_SECONDS)
