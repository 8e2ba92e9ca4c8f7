"""Log lines that anybody who can reach the port can cause, limited to a few a minute."""

import logging
import time
from collections.abc import Callable


class RateLimitedLog:
    """Writes at most `per_minute` warnings a minute; the next line says how many were left out."""

    def __init__(self, logger: logging.Logger, *, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._logger = logger
        self._per_minute = per_minute
        self._clock = clock
        self._minute_began = float("-inf")
        self._written = 0
        self._left_out = 0

    def warning(self, text: str, *arguments: object) -> None:
        """Log the line, or only count it."""
        now = self._clock()
        if now - self._minute_began >= 60:
            self._minute_began, self._written = now, 0
        if self._written >= self._per_minute:
            self._left_out += 1
            return
        self._written += 1
        extra = {"left_out": self._left_out} if self._left_out else None
        self._left_out = 0
        self._logger.warning(text, *arguments, extra=extra)
