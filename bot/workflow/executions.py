"""The requests that this process is working on, and how far each has got."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from bot.workflow.durable import Phase
from bot.workflow.turns import Turns

# So many steps may read or write their record at a time. The others wait outside the threads' queue, where a form that
# is being submitted need not wait behind them: a burst delays outcomes, not answers. The oldest request is next: in turn,
# thousands would all be begun before the first is told its outcome, and all be held in memory meanwhile.
_RECORDS_AT_ONCE = 2
# So many requests may be between their first step and their outcome at a time. The others have not begun, which takes less
# memory, and what they will look up is not out of date by the time they need it. Many more than the cloud has connections.
_BEGUN_AT_ONCE = 500
# So many may be held in memory, at 20 to 30 kB each, before further forms are asked to press again later.
_HELD_AT_MOST = 4_000
# Inherited by the task that is started for a new request, and by no other: not by the run of another delivery of the same
# form, nor by one that recovers it.
_first_run_of: ContextVar[str | None] = ContextVar("first_run_of", default=None)


@dataclass(slots=True, kw_only=True)
class Execution:
    """One run of one request, in its own `task`; `number` counts them from the start of the process on.

    `resumed`: an earlier run may have begun it. `pausing`: it does not delay a shutdown. `attending`: it waits for people.
    `has_room`: it is one of those that may be under way at a time.
    """

    request_id: str
    number: int = 0
    resumed: bool
    phase: Phase = Phase.ACCEPTED
    decided: bool = False
    pausing: bool = False
    attending: bool = False
    has_room: bool = False
    task: asyncio.Task[Any] | None = None

    def enter(self, phase: Phase) -> None:
        """Set the phase; `TELLING` means that the outcome is finally `decided`."""
        self.phase = phase
        self.decided = self.decided or phase in {Phase.TELLING, Phase.ENDED}


class Executions:
    """Kept in memory: after a crash, everything that is pending in the database is resumed.

    Hold `records` while a step reads or writes its record.
    """

    def __init__(self) -> None:
        self.records = Turns(_RECORDS_AT_ONCE)
        self._room = Turns(_BEGUN_AT_ONCE)
        self._numbers = itertools.count()
        self._running: dict[str, Execution] = {}
        self._to_resume: set[str] = set()
        self._interruptions: dict[str, int] = {}

    @contextlib.contextmanager
    def first_run(self, request_id: str) -> Iterator[None]:
        """A run that starts inside the block is the first run of its request; any other may be a resumed one."""
        token = _first_run_of.set(request_id)
        try:
            yield
        finally:
            _first_run_of.reset(token)

    @contextlib.contextmanager
    def run(self, request_id: str) -> Iterator[Execution]:
        """Register the execution of a request until the end of the block."""
        resumed = _first_run_of.get() != request_id
        execution = Execution(request_id=request_id, number=next(self._numbers), resumed=resumed)
        self._running[request_id] = execution
        try:
            yield execution
        finally:
            if self._running.get(request_id) is execution:
                del self._running[request_id]

    @contextlib.asynccontextmanager
    async def room_for(self, execution: Execution) -> AsyncIterator[None]:
        """Wait until the request may begin, and leave its room to another at the end of the block, if not earlier."""
        execution.pausing = True
        await self._room.acquire(execution.number)
        execution.pausing = False
        execution.has_room = True
        try:
            yield
        finally:
            self.leave_room(execution)

    def leave_room(self, execution: Execution) -> None:
        """Let another request begin, because this one waits for a time, for people, or for its turn to be told."""
        if execution.has_room:
            execution.has_room = False
            self._room.release()

    def break_off(self, request_id: str) -> None:
        """Cancel the run of a request, whatever it is waiting for. Its records stay."""
        execution = self._running.get(request_id)
        if execution is not None and execution.task is not None:
            execution.task.cancel()

    def interrupted(self, request_id: str) -> int:
        """Note that we are going to resume a request. Return how often that has happened before."""
        self._to_resume.add(request_id)
        count = self._interruptions.get(request_id, 0)
        self._interruptions[request_id] = count + 1
        return count

    def resuming(self, request_id: str) -> None:
        """Note that the request has been passed to the engine, which treats it like any other."""
        self._to_resume.discard(request_id)

    def ended(self, execution: Execution) -> None:
        """Note that the request has ended."""
        execution.enter(Phase.ENDED)
        self._interruptions.pop(execution.request_id, None)

    @property
    def full(self) -> bool:
        """Whether no more requests should be accepted for now; those that wait for people do not count."""
        if len(self._running) < _HELD_AT_MOST:
            return False
        return sum(not each.attending for each in self._running.values()) >= _HELD_AT_MOST

    def phase_of(self, request_id: str) -> Phase | None:
        """How far the request has got, or None if this process is not working on it."""
        execution = self._running.get(request_id)
        return execution.phase if execution else None

    def decided(self, request_id: str) -> bool | None:
        """Whether the outcome of the request is known, or None if this process is not working on it."""
        execution = self._running.get(request_id)
        return execution.decided if execution else None

    @property
    def ours(self) -> set[str]:
        """The ids of the requests that this process is working on or will resume."""
        return self._running.keys() | self._to_resume

    @property
    def at_rest(self) -> bool:
        """Whether every request is paused, so that nothing is interrupted when the process ends."""
        return all(execution.pausing for execution in self._running.values())
