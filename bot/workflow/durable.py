"""Steps that are recorded, and pauses that outlive the process: what a runbook is written against.

`Durable` is the contract. `InProcess` keeps it without a database, for the terminal and for tests of the runbook;
`dbos_steps.py` has the one that records.

A step that was cut off by a crash runs again, and no step can tell from the inside whether it had begun before. It can
be told from the outside: if the step before it was completed by this very execution, no other can have begun this one.
So every record names the execution that made it, and a step gets `may_have_run`.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from bot.errors import StepCrashed
from bot.ledger.notes import Note

P = ParamSpec("P")
R = TypeVar("R")

logger = logging.getLogger(__name__)


class Phase(StrEnum):
    """How far a request is.

    Its name is held until `TELLING`: from then on the outcome is known. One that is told before it is known goes from
    `WORKING` to `TOLD`, and holds its name to the end. From `TOLD` on nothing is kept by which anybody could post.
    """

    ACCEPTED = "accepted"
    WORKING = "working"
    TELLING = "telling"
    TOLD = "told"
    ENDED = "ended"


class Durable(Protocol):
    """Runs the steps of one workflow."""

    @property
    def resumed(self) -> bool:
        """Whether an earlier execution may have begun this workflow."""
        ...

    @property
    def ahead(self) -> bool:
        """Whether this execution has got beyond what earlier ones recorded: what comes after this step was never begun."""
        ...

    def enter(self, phase: Phase) -> None:
        """Say how far the request is."""
        ...

    def note(self, note: Note) -> None:
        """Note something in the ledger: it is written with the next record, and so costs nothing."""
        ...

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

    async def last(
        self, name: str, call: Callable[Concatenate[bool, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `step_once`, without a record: for what a workflow does last, whose end is the record.

        If it has to go on after all, every step that follows must find out what this call did.
        """
        ...

    async def pause(self, seconds: float) -> None:
        """Wait; after a restart, only for what is left."""
        ...


@dataclass(slots=True)
class ExecutionMarker:
    """Knows whether the coming step may have begun in an earlier execution."""

    resumed: bool
    execution: str = field(default_factory=lambda: uuid.uuid4().hex)
    recorded_by: str | None = None

    @property
    def may_have_run(self) -> bool:
        """Whether any execution but this one may have begun the coming step."""
        return self.resumed if self.recorded_by is None else self.recorded_by != self.execution


async def guarded(name: str, reference: str, call: Awaitable[R]) -> R:
    """The result of a step's call. Raises `StepCrashed` in place of whatever it raised, which is logged."""
    try:
        return await call
    except Exception as error:
        logger.exception("step failed", extra={"step": name, "reference": reference})
        raise StepCrashed(reference) from error


class InProcess:
    """Keeps nothing: steps run at once, pauses are plain sleeps. `sleep` is a parameter for tests."""

    resumed = False
    ahead = True

    def __init__(self, *, reference: str, sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep) -> None:
        self._reference = reference
        self._sleep = sleep

    def enter(self, phase: Phase) -> None:
        """Nobody asks."""

    def note(self, note: Note) -> None:
        """There is no ledger."""

    async def step(self, name: str, call: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the call."""
        return await guarded(name, self._reference, call(*args, **kwargs))

    async def step_once(
        self, name: str, call: Callable[Concatenate[bool, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run the call, which cannot have run before."""
        return await self.step(name, call, False, *args, **kwargs)

    last = step_once

    async def pause(self, seconds: float) -> None:
        """Sleep."""
        await self._sleep(seconds)
