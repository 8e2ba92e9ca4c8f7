"""Keeps to Slack's rate limits without knowing them beforehand.

Slack accepts about one message a second for each channel and allows short bursts (docs/facts/slack.md section 5). So no call
waits until Slack says 429. From then on the calls with the same key go one after another, at the pace that Slack asked for,
until the queue is empty. Otherwise two hundred waiting requests would all be repeated in the same second, every second.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

_PACE_SECONDS = 1.0


class RateLimiter:
    """One queue for each key: a channel, or a channel and a method that has its own limit. Delays are in seconds of `clock`.

    `clock` and `sleep` are parameters for tests.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._next: dict[str, float] = {}

    def delay(self, key: str) -> float:
        """How long a new call would wait; 0 if none is waiting."""
        return max(0.0, self._next.get(key, 0.0) - self._clock())

    async def wait(self, key: str) -> None:
        """Wait for this call's turn. Returns at once if Slack has not complained or the queue is empty."""
        delay = self.delay(key)
        if not delay:
            self._next.pop(key, None)
            return
        self._next[key] += _PACE_SECONDS
        await self._sleep(delay)

    def back_off(self, key: str, seconds: float) -> None:
        """Make every call from now on wait for at least `seconds`, because Slack answered 429."""
        self._next[key] = max(self._next.get(key, 0.0), self._clock() + max(seconds, _PACE_SECONDS))
