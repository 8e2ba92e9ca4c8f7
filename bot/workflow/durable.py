"""Steps that are recorded, and pauses that outlive the process: what the runbook is written against.

`Durable` is the contract. `InProcess` keeps it without a database, for the terminal and for tests of the runbook;
`engine.py` has the one that records (DBOS).

A step that was cut off by a crash runs again, and no step can tell from the inside whether it had begun before. It can
be told from the outside: if the step before it was completed by this very execution, nobody can have begun this one.
So every record bears the execution that made it, and a step gets `may_have_run`.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from bot.errors import StepCrashed

P = ParamSpec("P")
R = TypeVar("R")

logger = logging.getLogger(__name__)


class Durable(Protocol):
    """Runs the steps of one workflow."""

    async def step(self, name: str, call: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a call whose repetition is harmless, and record what it returned; a recorded one is not run again.

        Raises `StepCrashed` when the call raised.
        """
        ...

    async def step_once(
        self, name: str, call: Callable[Concatenate[bool, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The same for a call that must not be repeated blindly: its first argument is `may_have_run`."""
        ...

    async def pause(self, seconds: float) -> None:
        """Wait; after a restart, only for what is left."""
        ...


@dataclass(slots=True)
class Fence:
    """Knows whether the coming step may have begun in an earlier execution."""

    resumed: bool
    execution: str = field(default_factory=lambda: uuid.uuid4().hex)
    recorded_by: str | None = None

    @property
    def may_have_run(self) -> bool:
        """Whether anybody but this execution may have begun the coming step."""
        return self.resumed if self.recorded_by is None else self.recorded_by != self.execution


class InProcess:
    """Keeps nothing: steps run at once, pauses are plain sleeps. `sleep` is a parameter for tests."""

    def __init__(self, *, sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep) -> None:
        self._sleep = sleep

    async def step(self, name: str, call: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the call."""
        try:
            return await call(*args, **kwargs)
        except Exception as error:
            reference = uuid.uuid4().hex[:8]
            logger.exception("step %s failed, reference %s", name, reference)
            raise StepCrashed(reference) from error

    async def step_once(
        self, name: str, call: Callable[Concatenate[bool, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run the call, which cannot have run before."""
        return await self.step(name, call, False, *args, **kwargs)

    async def pause(self, seconds: float) -> None:
        """Sleep."""
        await self._sleep(seconds)
