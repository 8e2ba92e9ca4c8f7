"""Posting at the pace that Slack allows, without knowing it beforehand.

Slack takes about one message a second for each channel and lets short bursts through (docs/facts/slack.md section 5). So
nobody waits until Slack says 429; from then on those who want the same thing go one after another, at the pace it asked
for, until nobody is left. Otherwise two hundred waiting requests would all come back in the same second, every second.
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
        """How long a call that came now would wait; 0 where none waits."""
        return max(0.0, self._next.get(key, 0.0) - self._clock())

    async def wait(self, key: str) -> None:
        """Wait for this call's turn: not at all where Slack has not complained, or nobody is left in the queue."""
        delay = self.delay(key)
        if not delay:
            self._next.pop(key, None)
            return
        self._next[key] += _PACE_SECONDS
        await self._sleep(delay)

    def back_off(self, key: str, seconds: float) -> None:
        """Slack said 429: every call from now on waits for at least `seconds`."""
        self._next[key] = max(self._next.get(key, 0.0), self._clock() + max(seconds, _PACE_SECONDS))
