"""`Durable` on DBOS: the steps of one execution, each recorded with the execution that made it."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import structlog
from dbos import DBOS, StepOptions

from bot.errors import StepCrashed
from bot.ledger import writes
from bot.ledger.notes import Note
from bot.workflow.durable import ExecutionMarker, Phase, guarded
from bot.workflow.executions import Execution, Executions
from bot.workflow.note_log import log_note
from bot.workflow.piggyback import PiggybackedWrites

# How long the record of a pause may take before the pause counts as begun.
_RECORDING_SECONDS = 1.0

P = ParamSpec("P")
R = TypeVar("R")
# What is recorded of a step: the execution that made it, and what the call returned.
Record = dict[str, Any]

logger = logging.getLogger(__name__)


class DbosSteps:
    """See `Durable`.

    `alone`: no other process can work on this request meanwhile. `piggyback` takes the writes to the ledger; `own` is the id
    of the request that this is about (None: it is not entered in the ledger). `on_phase` is called with each phase that is
    entered; `before_pause` is awaited before the request waits.
    """

    def __init__(
        self,
        *,
        execution: Execution,
        executions: Executions,
        reference: str,
        alone: bool,
        piggyback: PiggybackedWrites,
        own: str | None,
        on_phase: Callable[[Phase], None],
        before_pause: Callable[[], Awaitable[None]],
    ) -> None:
        self._execution = execution
        self._executions = executions
        self._records = executions.records
        self._reference = reference
        self._alone = alone
        self._along = piggyback
        self._own = own
        self._marker = ExecutionMarker(resumed=execution.resumed)
        self._on_phase = on_phase
        self._before_pause = before_pause

    @property
    def resumed(self) -> bool:
        """See `Durable`."""
        return self._execution.resumed

    @property
    def ahead(self) -> bool:
        """See `Durable`."""
        return not self._marker.may_have_run

    def enter(self, phase: Phase) -> None:
        """See `Durable`."""
        self._execution.enter(phase)
        if self._execution.decided:
            self._executions.leave_room(self._execution)
        self._on_phase(phase)

    def note(self, note: Note) -> None:
        """See `Durable`."""
        log_note(note)
        if request_id := note.request_id or self._own:
            self._along.add(writes.of_note(note, request_id))

    async def step(self, name: str, call: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """See `Durable`."""
        execute = partial(self._execute, name, call, args, kwargs)
        record = await (
            self._executed_first(name, execute) if self._alone and self.ahead else self._looked_for(name, execute)
        )
        self._marker.recorded_by = record["by"]
        return cast(R, record["result"])

    async def step_once(
        self, name: str, call: Callable[Concatenate[bool, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """See `Durable`."""
        return await self.step(name, call, self._marker.may_have_run, *args, **kwargs)

    async def last(
        self, name: str, call: Callable[Concatenate[bool, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """See `Durable`."""
        with structlog.contextvars.bound_contextvars(step=name):
            return await guarded(name, self._reference, call(self._marker.may_have_run, *args, **kwargs))

    async def pause(self, seconds: float) -> None:
        """See `Durable`. A paused request does not delay a shutdown."""
        logger.info("waiting", extra={"seconds": round(seconds, 1)})
        await self._before_pause()
        self._executions.leave_room(self._execution)
        self._execution.pausing = True
        # What is recorded is when the pause ends by the clock; a clock that was set back since would make it longer.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds + _RECORDING_SECONDS):
                await DBOS.sleep_async(seconds)
        self._execution.pausing = False
        # A separate step, so that a crash during the pause casts no doubt on the step after it.
        await self.step("awake", _nothing)

    async def attend(self, coming: Awaitable[None]) -> None:
        """See `Durable`. It does not hold up a shutdown either."""
        self._executions.leave_room(self._execution)
        self._execution.pausing = self._execution.attending = True
        try:
            await coming
        finally:
            self._execution.pausing = self._execution.attending = False

    async def _looked_for(self, name: str, execute: Callable[[], Awaitable[Record]]) -> Record:
        """The recorded result if there is one; otherwise make the call and record it."""

        async def between() -> Record:
            # DBOS looks for a record before this and writes one after it; the semaphore is for that, not for the call.
            self._records.release()
            try:
                return await execute()
            finally:
                await self._records.acquire(self._execution.number)

        async with self._records.turn(self._execution.number):
            return await DBOS.run_step_async(StepOptions(name=name), between)

    async def _executed_first(self, name: str, execute: Callable[[], Awaitable[Record]]) -> Record:
        """The same where there can be no record yet, which takes one database access instead of two."""
        try:
            made: Record | StepCrashed = await execute()
        except StepCrashed as crash:
            made = crash
        async with self._records.turn(self._execution.number):
            return await DBOS.run_step_async(StepOptions(name=name), _result_of, made)

    async def _execute(
        self, name: str, call: Callable[..., Awaitable[Any]], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Record:
        with structlog.contextvars.bound_contextvars(step=name):
            result = await guarded(name, self._reference, call(*args, **kwargs))
        return {"by": self._marker.execution, "result": result}


def _result_of(made: Record | StepCrashed) -> Record:
    if isinstance(made, StepCrashed):
        raise made
    return made


async def _nothing() -> None:
    return None
