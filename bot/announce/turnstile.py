"""Posting at the pace that Slack allows, without knowing it beforehand.

Slack takes about one message a second for each channel and lets short bursts through (docs/facts/slack.md section 5). So
nobody waits until Slack says 429; then those who want the same thing pass one after another, at the pace it asked for,
until nobody is left. Without it, two hundred waiting requests would all come back in the same second, every second.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

_PACE_SECONDS = 1.0


class Turnstile:
    """One queue for each key (a channel, or a method that has its own limit). Waits are in seconds of `clock`.

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

    def wait(self, key: str) -> float:
        """How long somebody who came now would wait; 0 where nobody does."""
        return max(0.0, self._next.get(key, 0.0) - self._clock())

    async def enter(self, key: str) -> None:
        """Wait for one's turn. Where Slack has not complained, or nobody is left, it is at once."""
        pause = self.wait(key)
        if not pause:
            self._next.pop(key, None)
            return
        self._next[key] += _PACE_SECONDS
        await self._sleep(pause)

    def close(self, key: str, seconds: float) -> None:
        """Slack said 429: whoever comes from now on waits at least so long."""
        self._next[key] = max(self._next.get(key, 0.0), self._clock() + max(seconds, _PACE_SECONDS))
