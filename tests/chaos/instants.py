"""When to kill: at a random moment, or just when something is on its way."""

import asyncio
import contextlib
import random

from tests.chaos.timeline import Timeline

_LONGEST_LIFE = 1.5
_SOON = 0.03


class Instants:
    """Waits for the moment of the next kill."""

    def __init__(self, timeline: Timeline, choice: random.Random, *, latency: float) -> None:
        self._timeline, self._choice, self._latency = timeline, choice, latency

    def during_start(self) -> float | None:
        """Sometimes a life ends before it listens, while it resumes old work: after so many seconds."""
        return self._choice.uniform(0.3, 2.5) if self._choice.random() < 0.12 else None

    async def wait(self) -> str:
        """Return at the moment; what it was, in words."""
        if self._choice.random() < 0.4:
            seconds = self._choice.uniform(0.05, _LONGEST_LIFE)
            await asyncio.sleep(seconds)
            return f"{seconds:.2f} s after it listened"
        what = self._choice.choice(("create", "list", "chat.postMessage", "chat.update", "views.open", "answer"))
        number = self._choice.randint(1, 8)
        with contextlib.suppress(TimeoutError):
            await self._timeline.wait_for(what, number, seconds=_LONGEST_LIFE)
        delay = self._choice.choice((0.0, self._choice.uniform(0, _SOON), self._choice.uniform(0, self._latency)))
        await asyncio.sleep(delay)
        return f"{delay * 1000:.0f} ms after {what} no. {number}"
