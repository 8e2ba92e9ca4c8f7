"""What a replica does besides its own requests: it proves that it lives, adopts what dead ones left, and clears away."""

import asyncio
import itertools
import logging
import time
from datetime import UTC, datetime
from functools import partial

from dbos import DBOS

from bot.workflow.claims import Claims
from bot.workflow.ownership import Ownership

# A dead replica shows within two beats; DBOS picks adopted work up within one second more.
BEAT_SECONDS = 2.0
_PROOF_SECONDS = 4 * BEAT_SECONDS
_BEATS_PER_LOOK = 3
_CLEAR_EVERY_SECONDS = 60 * 60.0
_BATCH = 200
_FINISHED = ["SUCCESS", "ERROR", "CANCELLED"]
_DAY_SECONDS = 24 * 60 * 60.0

logger = logging.getLogger(__name__)


class Upkeep:
    """A loop beside the workflows. `running` holds the ids of the requests that this process is working on."""

    def __init__(self, *, ownership: Ownership, claims: Claims, keep_days: int, running: set[str]) -> None:
        self._ownership = ownership
        self._claims = claims
        self._keep_seconds = keep_days * _DAY_SECONDS
        self._running = running
        self._idle_once: set[str] = set()
        self._proven_at = time.monotonic()

    @property
    def trouble(self) -> str | None:
        """Why this replica cannot prove that it lives; None when it can. A beat that hangs counts as one that failed."""
        if time.monotonic() - self._proven_at <= _PROOF_SECONDS:
            return None
        return f"the hold on executor id {self._ownership.executor_id} is not proven"

    async def run(self) -> None:
        """Until cancelled. Whatever fails is tried again with the next beat."""
        clear_at = time.monotonic() + _CLEAR_EVERY_SECONDS
        for beat in itertools.count(1):
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self._beat()
                self._proven_at = time.monotonic()
                if beat % _BEATS_PER_LOOK == 0:
                    await self._resume_the_forgotten()
                if time.monotonic() >= clear_at:
                    clear_at = time.monotonic() + _CLEAR_EVERY_SECONDS
                    await self.clear()
            except Exception as error:  # noqa: BLE001  a database that is away comes back
                logger.warning("upkeep failed, trying again: %s", error)

    async def clear(self) -> int:
        """Remove what was finished longer ago than it is kept; returns how many requests."""
        moment = time.time() - self._keep_seconds
        before = datetime.fromtimestamp(moment, UTC).isoformat()
        count = 0
        while True:
            old = await DBOS.list_workflows_async(
                status=_FINISHED, completed_before=before, limit=_BATCH, load_input=False, load_output=False
            )
            if not old:
                break
            await DBOS.delete_workflows_async([workflow.workflow_id for workflow in old])
            count += len(old)
        await self._claims.forget_before(moment)
        return count

    async def _resume_the_forgotten(self) -> None:
        """Resume what is ours and pending, and what nobody is working on.

        DBOS gives up when it cannot record the end of a request, or its recovery at the start: a database that is
        read-only for a moment is enough. Twice in a row, because a request between two states looks the same.
        """
        pending = await DBOS.list_workflows_async(
            status="PENDING", executor_id=self._ownership.executor_id, load_input=False, load_output=False
        )
        idle = {workflow.workflow_id for workflow in pending} - self._running
        for request_id in idle & self._idle_once:
            logger.warning("request %s was pending and nobody worked on it; resuming", request_id)
            await DBOS.resume_workflow_async(request_id)
        self._idle_once = idle

    async def _beat(self) -> None:
        for executor_id in await asyncio.to_thread(self._ownership.beat):
            empty = False
            try:
                empty = await self._adopt(executor_id)
            finally:
                await asyncio.to_thread(partial(self._ownership.release, executor_id, empty=empty))

    async def _adopt(self, executor_id: str) -> bool:
        """Resume what a dead replica was working on, here or wherever a replica is free; true when that was all."""
        left = await DBOS.list_workflows_async(
            status="PENDING", executor_id=executor_id, limit=_BATCH, load_input=False, load_output=False
        )
        for workflow in left:
            await DBOS.resume_workflow_async(workflow.workflow_id)
        if left:
            logger.info("adopted %d request(s) of %s", len(left), executor_id)
        return len(left) < _BATCH
