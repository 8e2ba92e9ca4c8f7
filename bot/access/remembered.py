"""A cache for answers of Slack that are fetched in the background."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_KEPT_SECONDS = 600.0
_KEPT_MAX = 10_000


class Remembered(Generic[T]):
    """Answers by key. `ask` raises if there is no answer; that is not cached, so the next call asks again.

    `clock` counts seconds and must be monotonic.
    """

    def __init__(self, ask: Callable[[str], Awaitable[T]], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._answers: dict[str, tuple[T, float]] = {}
        self._asking: dict[str, asyncio.Task[T | None]] = {}

    def known(self, key: str) -> T | None:
        """The answer, if it is not too old."""
        answer, at = self._answers.get(key, (None, float("-inf")))
        return answer if self._clock() - at < _KEPT_SECONDS else None

    async def get(self, key: str) -> T | None:
        """The answer, or None if there is none. Simultaneous calls share one query."""
        known = self.known(key)
        return known if known is not None else await asyncio.shield(self._task(key))

    async def anew(self, key: str) -> T | None:
        """Ask again, ignoring what is remembered; None if there is no answer."""
        return await asyncio.shield(self._task(key))

    def _task(self, key: str) -> asyncio.Task[T | None]:
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._asked(key))
        return self._asking[key]

    async def _asked(self, key: str) -> T | None:
        try:
            answer = await self._ask(key)
        except Exception:  # noqa: BLE001  who asks has said why; here there is only no answer
            return None
        finally:
            del self._asking[key]
        self._answers.pop(key, None)
        self._answers[key] = answer, self._clock()
        if len(self._answers) > _KEPT_MAX:
            del self._answers[next(iter(self._answers))]
        return answer
