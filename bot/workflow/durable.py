"""Recorded steps, and pauses that survive a restart: the interface against which a runbook is written.

`Durable` is the contract. `InProcess` implements it without a database, for the terminal and for tests of runbooks;
`dbos_steps.py` implements it with records.

A step that a crash interrupted runs again, and the step itself cannot tell whether it had begun before. The records can
tell: if this very execution completed the step before it, no other execution can have begun this one. So every record
names the execution that made it, and a step is passed `may_have_run`.
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
    """How far a request has got.

    It holds its name until `TELLING`, when the outcome is known. A request whose message is posted before the outcome is
    certain goes from `WORKING` to `TOLD` and holds its name to the end. From `TOLD` on its response_url is not kept.
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
        """Whether this execution has gone beyond the records of earlier ones, so that the next step was never begun."""
        ...

    def enter(self, phase: Phase) -> None:
        """Set how far the request has got."""
        ...

    def note(self, note: Note) -> None:
        """Enter something in the ledger; it is written in the transaction of the next record."""
        ...

    async def step(self, name: str, call: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a call that may safely be repeated, and record its result. A recorded call is not run again.

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
        """Like `step_once`, but not recorded: for the last call of a workflow, which ends with a record anyway.

        If the workflow does continue, every later step must find out what this call did.
        """
        ...

    async def pause(self, seconds: float) -> None:
        """Wait; after a restart, only for the remaining time."""
        ...

    async def attend(self, coming: Awaitable[None]) -> None:
        """Wait for something that may take days, and that is waited for again after a restart: nothing is recorded."""
        ...


@dataclass(slots=True)
class ExecutionMarker:
    """Tracks whether an earlier execution may have begun the next step."""

    resumed: bool
    execution: str = field(default_factory=lambda: uuid.uuid4().hex)
    recorded_by: str | None = None

    @property
    def may_have_run(self) -> bool:
        """Whether any other execution may have begun the next step."""
        return self.resumed if self.recorded_by is None else self.recorded_by != self.execution


async def recorded_only(value: R) -> R:
    """The body of a step that only records a value, because which steps follow depends on it."""
    return value


async def guarded(name: str, reference: str, call: Awaitable[R]) -> R:
    """The result of a step's call. Logs whatever it raises, and raises `StepCrashed` instead."""
    try:
        return await call
    except Exception as error:
        logger.exception("step failed", extra={"step": name, "reference": reference})
        raise StepCrashed(reference) from error


class InProcess:
    """Records nothing: steps run at once, and pauses are plain sleeps. `sleep` is a parameter for tests."""

    resumed = False
    ahead = True

    def __init__(self, *, reference: str, sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep) -> None:
        self._reference = reference
        self._sleep = sleep

    def enter(self, phase: Phase) -> None:
        """Do nothing: phases matter only to the engine."""

    def note(self, note: Note) -> None:
        """Do nothing: there is no ledger."""

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

    async def attend(self, coming: Awaitable[None]) -> None:
        """Wait for it."""
        await coming
