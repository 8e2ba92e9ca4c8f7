"""Somebody else at work in the same cloud: registries come and go under the very names that people ask for."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Sequence

from bot.playground.codearts.server import LocalCodeArts

OUTSIDER = "outsider"
_PAUSE = 0.7  # seconds between two deeds, on average
_LAST = 12  # names that were asked for last


class Outsider:
    """Creates, deletes and recreates; `names` are those that were asked for so far."""

    def __init__(self, cloud: LocalCodeArts, names: Callable[[], Sequence[str]], choice: random.Random) -> None:
        self._cloud, self._names, self._choice = cloud, names, choice
        self.count = 0

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """While the block runs."""
        work = asyncio.create_task(self._work())
        try:
            yield
        finally:
            work.cancel()

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(self._choice.expovariate(1 / _PAUSE))
            if names := self._names()[-_LAST:]:
                self._choice.choice((self._create, self._delete, self._recreate))(self._choice.choice(names))

    def _create(self, name: str) -> None:
        description = self._choice.choice((None, "somebody else's"))
        self._cloud.add_registry(name, description=description, created_by=OUTSIDER)
        self.count += 1

    def _delete(self, name: str) -> None:
        for registry in self._cloud.registries:
            if registry.display_name == name and registry.status == "active":
                registry.status = "trash"
                self.count += 1

    def _recreate(self, name: str) -> None:
        self._delete(name)
        self._create(name)
