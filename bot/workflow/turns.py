"""A semaphore that serves the oldest first, so that requests that have begun finish before new ones proceed."""

import asyncio
import contextlib
import heapq
import itertools
from collections.abc import AsyncIterator


class Turns:
    """`at_once` holders at a time. An age is any number; the lowest is served first."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._numbers = itertools.count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []

    @contextlib.asynccontextmanager
    async def turn(self, age: int) -> AsyncIterator[None]:
        """Hold it inside the block."""
        await self.acquire(age)
        try:
            yield
        finally:
            self.release()

    async def acquire(self, age: int) -> None:
        """Wait for a turn; `release` has to follow."""
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (age, next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was given its turn at the same moment
                self.release()
            raise

    def release(self) -> None:
        """Pass the turn on."""
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
