"""The requests that this process is working on, and how far each is."""

import asyncio
import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from bot.workflow.durable import Phase

# So many steps may read or write their record at a time. The others wait outside the threads' queue, where a form that
# is being submitted need not wait behind them: a burst delays outcomes, not answers.
_RECORDS_AT_ONCE = 2
# Inherited by the task that is started for a new request, and by no other: not by the run of another delivery of the same
# form, nor by one that recovers it.
_first_run_of: ContextVar[str | None] = ContextVar("first_run_of", default=None)


@dataclass(slots=True, kw_only=True)
class Execution:
    """One run of one request, in its own `task`.

    `resumed`: an earlier run may have begun it. `pausing`: it does not hold up a shutdown.
    """

    request_id: str
    resumed: bool
    phase: Phase = Phase.ACCEPTED
    decided: bool = False
    pausing: bool = False
    task: asyncio.Task[Any] | None = None

    def enter(self, phase: Phase) -> None:
        """It has come so far; with `TELLING` its outcome is `decided`, for good."""
        self.phase = phase
        self.decided = self.decided or phase in {Phase.TELLING, Phase.ENDED}


class Executions:
    """Kept in memory: after a crash, everything that is pending in the database is resumed.

    `records` is to be held while a step reads or writes its record.
    """

    def __init__(self) -> None:
        self.records = asyncio.Semaphore(_RECORDS_AT_ONCE)
        self._running: dict[str, Execution] = {}
        self._to_resume: set[str] = set()
        self._interruptions: dict[str, int] = {}

    @contextlib.contextmanager
    def first_run(self, request_id: str) -> Iterator[None]:
        """A run that is begun by what happens in the block is the first of all; any other may be a resumed one."""
        token = _first_run_of.set(request_id)
        try:
            yield
        finally:
            _first_run_of.reset(token)

    @contextlib.contextmanager
    def run(self, request_id: str) -> Iterator[Execution]:
        """The execution of a request, from now to the end of the block."""
        execution = Execution(request_id=request_id, resumed=_first_run_of.get() != request_id)
        self._running[request_id] = execution
        try:
            yield execution
        finally:
            if self._running.get(request_id) is execution:
                del self._running[request_id]

    def break_off(self, request_id: str) -> None:
        """End the run of a request in the middle, with whatever it waits for. What it recorded stays."""
        execution = self._running.get(request_id)
        if execution is not None and execution.task is not None:
            execution.task.cancel()

    def interrupted(self, request_id: str) -> int:
        """Note that a request is to be resumed by us; how often that has happened before."""
        self._to_resume.add(request_id)
        count = self._interruptions.get(request_id, 0)
        self._interruptions[request_id] = count + 1
        return count

    def resuming(self, request_id: str) -> None:
        """We are handing it to the engine: from here on it is like any other."""
        self._to_resume.discard(request_id)

    def ended(self, execution: Execution) -> None:
        """It has come to its end."""
        execution.enter(Phase.ENDED)
        self._interruptions.pop(execution.request_id, None)

    def phase_of(self, request_id: str) -> Phase | None:
        """How far the request is, or None when this process is not working on it."""
        execution = self._running.get(request_id)
        return execution.phase if execution else None

    def decided(self, request_id: str) -> bool | None:
        """Whether the outcome of the request is known, or None when this process is not working on it."""
        execution = self._running.get(request_id)
        return execution.decided if execution else None

    @property
    def ours(self) -> set[str]:
        """The ids of the requests that this process works on, or will resume by itself."""
        return self._running.keys() | self._to_resume

    @property
    def at_rest(self) -> bool:
        """Whether every request is in a pause, so that nothing is cut off when the process ends."""
        return all(execution.pausing for execution in self._running.values())
