"""`Durable` on DBOS: the steps of one execution, recorded."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from dbos import DBOS, StepOptions

from bot.errors import StepCrashed
from bot.workflow.durable import Fence

P = ParamSpec("P")
R = TypeVar("R")

logger = logging.getLogger(__name__)


class Recorded:
    """`Durable` on DBOS: each step's result is stored with the execution that made it.

    `busy` holds the ids of the requests that are not in a pause; `slots` bounds how many work on their records at once.
    """

    def __init__(self, fence: Fence, request_id: str, busy: set[str], slots: asyncio.Semaphore) -> None:
        self._slots = slots
        self._fence = fence
        self._request_id = request_id
        self._busy = busy

    async def step(self, name: str, call: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """See `Durable`."""
        async with self._slots:
            record = await DBOS.run_step_async(StepOptions(name=name), self._execute, name, call, args, kwargs)
        self._fence.recorded_by = record["by"]
        return cast(R, record["result"])

    async def step_once(
        self, name: str, call: Callable[Concatenate[bool, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """See `Durable`."""
        return await self.step(name, call, self._fence.may_have_run, *args, **kwargs)

    async def pause(self, seconds: float) -> None:
        """See `Durable`. A request that pauses does not hold up a shutdown."""
        self._busy.discard(self._request_id)
        await DBOS.sleep_async(seconds)
        self._busy.add(self._request_id)
        # A step of its own, so that a crash during the pause does not throw doubt on what follows it.
        await self.step("awake", _nothing)

    async def _execute(
        self, name: str, call: Callable[..., Awaitable[Any]], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> dict[str, Any]:
        # DBOS looks for a record before this and writes one after it; the slot is for that, not for the call.
        self._slots.release()
        try:
            result = await call(*args, **kwargs)
        except Exception as error:
            reference = self._fence.execution[:8]
            logger.exception("step %s failed, reference %s", name, reference)
            raise StepCrashed(reference) from error
        finally:
            await self._slots.acquire()
        return {"by": self._fence.execution, "result": result}


async def _nothing() -> None:
    return None
