"""The background duties of a replica: proving that it is alive, adopting the requests of dead replicas, and cleaning up."""

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Container
from datetime import UTC, datetime
from functools import partial

from dbos import DBOS

from bot.workflow import queries
from bot.workflow.claims import Claims
from bot.workflow.executions import Executions
from bot.workflow.ownership import Ownership
from bot.workflow.response_urls import ResponseUrls
from bot.workflow.stuck import Stuck

# A dead replica shows within two heartbeats; DBOS picks adopted work up within one second more.
HEARTBEAT_SECONDS = 2.0
_OVERDUE_SECONDS = 4 * HEARTBEAT_SECONDS
_HEARTBEATS_PER_LOOK = 3
_CLEAR_EVERY_SECONDS = 60 * 60.0
_BATCH = 200
_FINISHED = ["SUCCESS", "ERROR", "CANCELLED"]
_DAY_SECONDS = 24 * 60 * 60.0
# A request may wait for a yes for longer than the records of finished ones are kept.
_CLAIMS_KEPT_SECONDS = 60 * _DAY_SECONDS

logger = logging.getLogger(__name__)


class Upkeep:
    """A loop that runs alongside the workflows. `kinds`: the names of the workflows that this process can run."""

    def __init__(
        self,
        *,
        ownership: Ownership,
        claims: Claims,
        keep_days: int,
        executions: Executions,
        response_urls: ResponseUrls,
        stuck: Stuck,
        kinds: Callable[[], Container[str]],
    ) -> None:
        self._ownership = ownership
        self._claims = claims
        self._keep_seconds = keep_days * _DAY_SECONDS
        self._executions = executions
        self._response_urls = response_urls
        self._stuck = stuck
        self._kinds = kinds
        self._idle_once: set[str] = set()
        self._held_at = time.monotonic()

    def why_not_ready(self) -> list[str]:
        """Why this replica cannot prove that it is alive. A heartbeat that hangs counts as failed."""
        if time.monotonic() - self._held_at <= _OVERDUE_SECONDS:
            return []
        return ["the heartbeat of this replica is overdue"]

    async def run(self) -> None:
        """Run until cancelled. Whatever fails is tried again with the next heartbeat."""
        clear_at = time.monotonic() + _CLEAR_EVERY_SECONDS
        for count in itertools.count(1):
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                await self._heartbeat()
                self._held_at = time.monotonic()
                if count % _HEARTBEATS_PER_LOOK == 0:
                    await self._resume_the_idle()
                    self._stuck.say()
                await asyncio.to_thread(self._write)
                if time.monotonic() >= clear_at:
                    clear_at = time.monotonic() + _CLEAR_EVERY_SECONDS
                    await self.clear()
            except Exception as error:  # noqa: BLE001  a database that is away comes back
                logger.warning("upkeep failed, trying again: %s", error, extra={"repeats": True})

    def _write(self) -> None:
        self._stuck.store()
        self._response_urls.clear()

    async def clear(self) -> int:
        """Delete the finished requests whose retention has ended, and return how many there were."""
        moment = time.time() - self._keep_seconds
        before = datetime.fromtimestamp(moment, UTC).isoformat()
        cleared = 0
        while True:
            old = await DBOS.list_workflows_async(
                status=_FINISHED, completed_before=before, limit=_BATCH, load_input=False, load_output=False
            )
            if not old:
                break
            await DBOS.delete_workflows_async([workflow.workflow_id for workflow in old])
            cleared += len(old)
        await self._claims.forget_before(time.time() - max(self._keep_seconds, _CLAIMS_KEPT_SECONDS))
        return cleared

    async def _resume_the_idle(self) -> None:
        """Resume our requests that are pending although nothing runs them.

        DBOS gives up when it cannot record the end of a request, or its recovery at the start, for instance because the
        database was read-only for a moment. They must be seen twice in a row: a request between two states looks the same.
        """
        pending = await DBOS.list_workflows_async(
            status="PENDING", executor_id=self._ownership.executor_id, load_input=False, load_output=False
        )
        mine = {workflow.workflow_id for workflow in pending}
        self._stuck.keep_to(mine)
        idle = mine - self._executions.ours - self._stuck.ids
        twice = idle & self._idle_once
        if twice:
            for request_id, why in (await queries.unreadable(twice, kinds=self._kinds())).items():
                self._stuck.add(request_id, why)
        for request_id in twice - self._stuck.ids:
            logger.warning("request was pending but not running; resuming", extra={"request": request_id})
            await DBOS.resume_workflow_async(request_id)
        self._idle_once = idle

    async def _heartbeat(self) -> None:
        for executor_id in await asyncio.to_thread(self._ownership.heartbeat):
            empty = False
            try:
                empty = await self._adopt(executor_id)
            finally:
                await asyncio.to_thread(partial(self._ownership.release, executor_id, empty=empty))

    async def _adopt(self, executor_id: str) -> bool:
        """Resume the requests of a dead replica, here or in any other replica; true if those were all."""
        left = await DBOS.list_workflows_async(
            status="PENDING", executor_id=executor_id, limit=_BATCH, load_input=False, load_output=False
        )
        for workflow in left:
            await DBOS.resume_workflow_async(workflow.workflow_id)
        if left:
            logger.info("adopted %d request(s) of executor %s", len(left), executor_id)
        return len(left) < _BATCH
