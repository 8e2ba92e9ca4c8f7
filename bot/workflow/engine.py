"""(5) The durable engine: a request is on disk before the form closes, and is finished whatever happens to the process.

DBOS Transact does the recording and the recovery (design 6). What a later build may change:

- A field with a default may be added to, or dropped from, a recorded dataclass (`records.py`).
- A step may be added, dropped or reordered only behind `DBOS.patch_async`, or in a workflow of a new name while the old
  one stays registered until no request of the older build is pending.
  The patch is asked for before the first step of the run, and its answer kept: so a request keeps to the way it began.
  Asked for in the middle, it would let a new step run in front of one that was cut off, which then looks as if nobody
  had begun it (`durable.py`), and the create call would be made twice. `tests/test_replicas.py` does it right.
- `APPLICATION_VERSION` stays as it is: DBOS recovers only what its own version left behind, so changing it orphans every
  request on its way.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SetWorkflowID
from dbos import error as dbos_error

from bot.errors import NameUnderWay, NotSaved, SettingsError
from bot.registry.models import Outcome, Submission
from bot.workflow import stored
from bot.workflow.claims import claims_of
from bot.workflow.create_registry import Runbook
from bot.workflow.database import check_writable, held_connections, unusable
from bot.workflow.durable import Fence
from bot.workflow.ownership import Ownership
from bot.workflow.recorded import Recorded
from bot.workflow.records import Records
from bot.workflow.upkeep import Upkeep

APPLICATION_NAME = "registry-bot"
APPLICATION_VERSION = "1"
WORKFLOW_NAME = "create_registry"
SAVE_WITHIN_SECONDS = 2.0
_FINISH_WITHIN_SECONDS = 4.0
# Threads for the database. SQLite has one connection; more threads only fight for it and for the interpreter (measured:
# 46 requests/s with DBOS's unbounded pool, 66 with three). PostgreSQL can use a few more.
_THREADS = {"sqlite": 3, "postgresql": 8}
# So many steps may read or write their record at a time. The others wait outside the threads' queue, where a form that
# is being submitted need not wait behind them: a burst delays outcomes, not answers.
_SLOTS = 2
_RESUME_AFTER_SECONDS = (1, 2, 5, 10, 30, 60, 300)

R = TypeVar("R")

logger = logging.getLogger(__name__)


class Interrupted(asyncio.CancelledError):
    """Ends an execution without an outcome: the request stays pending and is resumed. Not an Exception, or DBOS records it."""


class WorkflowEngine:
    """Starts requests exactly once and keeps them going. One per process: DBOS itself is a singleton."""

    def __init__(self, *, database: sa.Engine, ownership: Ownership, runbook: Runbook, keep_days: int) -> None:
        self._database = database
        self._ownership = ownership
        self._runbook = runbook
        self._claims = claims_of(database)
        self._running: set[str] = set()
        self.upkeep = Upkeep(ownership=ownership, claims=self._claims, keep_days=keep_days, running=self._running)
        self._fresh: set[str] = set()
        self._busy: set[str] = set()
        self._interruptions: dict[str, int] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._config = DBOSConfig(
            name=APPLICATION_NAME,
            application_version=APPLICATION_VERSION,
            executor_id=ownership.executor_id,
            system_database_url=database.url.render_as_string(hide_password=False),
            system_database_engine=database,
            serializer=Records(),
            log_level="WARNING",
            max_executor_threads=_THREADS[database.dialect.name],
        )
        self._slots = asyncio.Semaphore(_SLOTS)
        self._workflow: Callable[[Submission], Coroutine[Any, Any, Outcome]] | None = None
        self.launched = False

    async def launch(self) -> None:
        """Open the engine and resume what an earlier process left. Call it inside the loop that the workflows shall use.

        Raises `SettingsError` when DBOS cannot make or find its tables, or the pending requests cannot be read.
        """
        DBOS(config=self._config)

        # Attempts to recover are not counted: a request is never given up because the process died often.
        @DBOS.workflow(name=WORKFLOW_NAME, max_recovery_attempts=None)
        async def create_registry(submission: Submission) -> Outcome:
            return await self._run(submission)

        self._workflow = create_registry
        try:
            DBOS.launch()
            await self._claims.restore(stored.pending)
        except Exception as error:
            raise unusable(self._database, error) from error
        self._track(self.upkeep.run())
        self.launched = True

    async def close(self) -> None:
        """Stop the engine. What is under way stays pending and is resumed by the next process of this executor id."""
        self.launched = False
        for task in self._tasks:
            task.cancel()
        # A call under way is seen through; a request in a pause is left to the next process.
        await _until(lambda: not self._busy, seconds=_FINISH_WITHIN_SECONDS)
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        # DBOS made its own threads the loop's, and has ended them; what closes after us needs some (name look-ups do).
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        # DBOS does not wait for its threads: what one of them still writes, the next owner shall find.
        await _until(lambda: not held_connections(self._database), seconds=1)
        await asyncio.to_thread(self._ownership.leave)
        self._database.dispose()

    async def start(self, submission: Submission) -> Submission:
        """Store a request and start it; return what is stored under its id, which differs if that was there before.

        Raises `NotSaved` when the database does not take it within `SAVE_WITHIN_SECONDS`, in doubt when it may yet, and
        `NameUnderWay` when somebody else's request for the same name is being worked on.
        """
        # Shielded: a start cut off between the write and the run would leave a request that nobody works on.
        saving = self._track(self._start(submission))
        done, _ = await asyncio.wait({saving}, timeout=SAVE_WITHIN_SECONDS)
        if not done:
            raise NotSaved("the database did not answer in time", in_doubt=True)
        try:
            return saving.result()
        except NameUnderWay:
            raise
        except Exception as error:
            raise NotSaved(f"{type(error).__name__}: {error}", in_doubt=False) from error

    async def ping(self) -> str | None:
        """None when the database takes writes, else why not."""
        try:
            await asyncio.to_thread(check_writable, self._database)
        except SettingsError as error:
            return str(error)
        return None

    async def _start(self, submission: Submission) -> Submission:
        assert self._workflow is not None, "launch() comes first"  # noqa: S101  a slip of the programmer, not of a caller
        await self._claim(submission)
        self._fresh.add(submission.request_id)
        try:
            with SetWorkflowID(submission.request_id, workflow_id_reuse_policy="reject"):
                await DBOS.start_workflow_async(self._workflow, submission)
        except dbos_error.DBOSWorkflowIDInUseError:
            self._fresh.discard(submission.request_id)
            earlier = await stored.earlier(submission)
            if earlier.name != submission.name:
                await self._claims.drop(submission)
            return earlier
        logger.info("request %s accepted: %s, for %s", submission.request_id, submission.name, submission.requester)
        return submission

    async def _claim(self, submission: Submission) -> None:
        earlier = await self._claims.claim(submission)
        while earlier is not None:
            if await stored.counts(earlier):
                raise NameUnderWay(requester=earlier.requester, requester_name=earlier.requester_name)
            earlier = await self._claims.take_over(earlier, submission)

    async def _run(self, submission: Submission) -> Outcome:
        request_id = submission.request_id
        fence = Fence(resumed=request_id not in self._fresh)
        self._fresh.discard(request_id)
        self._busy.add(request_id)
        self._running.add(request_id)
        try:
            outcome = await self._runbook.run(submission, Recorded(fence, request_id, self._busy, self._slots))
        except (dbos_error.DBOSWorkflowCancelledError, dbos_error.DBOSWorkflowConflictIDError):
            raise  # DBOS's own signals: another execution owns this request now
        except Exception as error:
            logger.exception("request %s was interrupted and will be resumed", request_id)
            self._track(self._resume(request_id))
            raise Interrupted from error
        else:
            self._interruptions.pop(request_id, None)
            self._claims.ended(submission)
            seconds = time.time() - submission.asked_at
            logger.info(
                "request %s ended: %s, %s, trace id %s, %.1f s",
                *(request_id, submission.name, outcome.kind, outcome.trace_id, seconds),
            )
            return outcome
        finally:
            self._busy.discard(request_id)
            self._running.discard(request_id)
            # Also where another execution took over: if it has not told anybody yet, it says so itself.
            self._runbook.undelivered(request_id, None)

    async def _resume(self, request_id: str) -> None:
        resumed = False
        while not resumed:
            # Slower each time, over all interruptions of this request: what is broken for good must not fill the log.
            count = self._interruptions[request_id] = self._interruptions.get(request_id, -1) + 1
            # Not forgotten meanwhile: the upkeep would resume it at its own, steady pace.
            self._running.add(request_id)
            await asyncio.sleep(_RESUME_AFTER_SECONDS[min(count, len(_RESUME_AFTER_SECONDS) - 1)])
            self._running.discard(request_id)
            try:
                await DBOS.resume_workflow_async(request_id)
                resumed = True
            except Exception as error:  # noqa: BLE001  the database may be away for hours
                logger.warning("request %s cannot be resumed yet: %s", request_id, error)

    def _track(self, work: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        # The loop itself keeps only weak references to its tasks.
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Wait for it, but not longer."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:  # noqa: ASYNC110  once per process, and nobody to set an event
        await asyncio.sleep(0.02)
