"""(5) The durable engine: a request is on disk before the form closes, and is finished whatever happens to the process.

DBOS Transact does the recording and the recovery (docs/design.md). What a later build may change:

- What is recorded: see `serializer.py`.
- A step may be added, dropped or reordered only behind `DBOS.patch_async`, or in a workflow with a new name while the old
  one stays registered until no request of the older build is pending.
  Call it before the first step of a run and keep the answer, so that a request continues the way it began. Called in the
  middle, it would let a new step run before an interrupted one, which would then look as if it had never begun
  (`durable.py`), and the create call would be made twice. `tests/scenarios/test_replicas.py` shows how to do it.
- `APPLICATION_VERSION` (`dbos_start.py`) must not change: DBOS recovers only the requests of its own version, so a new value
  would abandon every unfinished request.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable
from typing import Any, TypeVar

import sqlalchemy as sa
from dbos import DBOS

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.errors import AlreadyUnderWay, LimitReached, NotSaved
from bot.ledger.ledger import Ledger
from bot.workflow import dbos_start, piggyback, queries, reconciling, standing_still
from bot.workflow.admission import Admission
from bot.workflow.claims import claims_of
from bot.workflow.closing import until, use_own_threads
from bot.workflow.commits import may_have_committed
from bot.workflow.database import check_writable, held_connections, unusable
from bot.workflow.definition import Workflow
from bot.workflow.executions import Executions
from bot.workflow.installation import DatabaseClaim, Installation
from bot.workflow.ownership import Ownership
from bot.workflow.ping import DatabasePing
from bot.workflow.response_urls import ResponseUrls
from bot.workflow.schema import require_known_tables
from bot.workflow.stuck import Stuck
from bot.workflow.supervisor import Supervisor
from bot.workflow.undelivered import Undelivered
from bot.workflow.upkeep import Upkeep

SAVE_WITHIN_SECONDS = 2.0
_FINISH_WITHIN_SECONDS = 4.0

R = TypeVar("R")


class WorkflowEngine:
    """Accepts each request exactly once and runs it to its end. One per process, because DBOS is a singleton.

    `ended` may be set; it is called with the outcome of each request.
    """

    def __init__(self, *, database: sa.Engine, ownership: Ownership, keep_days: int, ledger: Ledger) -> None:
        piggyback.listen(database)
        self.database = database
        self.ledger = ledger
        self._ownership = ownership
        self.executor_id = ownership.executor_id
        self._workflows: list[Workflow] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ping = DatabasePing(database, check_writable, require_known_tables)
        claims, executions = claims_of(database), Executions()
        self.executions = executions
        self.undelivered = Undelivered()
        self.stuck = Stuck(database)
        self.ended: Callable[[Result], object] = lambda _outcome: None
        response_urls = ResponseUrls(database)
        self._admission = Admission(claims=claims, executions=executions, response_urls=response_urls, ledger=ledger)
        self.upkeep = Upkeep(
            ownership=ownership,
            claims=claims,
            keep_days=keep_days,
            executions=executions,
            response_urls=response_urls,
            stuck=self.stuck,
            kinds=lambda: self._admission.kinds,
        )
        self._supervisor = Supervisor(
            database=database,
            ledger=ledger,
            claims=claims,
            executions=executions,
            undelivered=self.undelivered,
            response_urls=response_urls,
            stuck=self.stuck,
            track=self._track,
            ended=lambda outcome: self.ended(outcome),  # noqa: PLW0108  it may be set later
        )
        self._belonging: DatabaseClaim | None = None
        self._launched = False

    async def belongs_to(self, ours: Callable[[], Installation]) -> None:
        """Make sure that the database belongs to this installation. Call it before `launch`, which resumes stored requests.

        Raises `SettingsError` when it belongs to another installation.
        """
        self._belonging = DatabaseClaim(self.database, ours)
        if not await self._belonging.settle():
            self._track(self._belonging.settle_later())

    def register(self, workflows: Iterable[Workflow]) -> None:
        """Accept requests of these kinds. Call it before `launch`."""
        self._workflows += workflows

    async def launch(self) -> None:
        """Start the engine and resume the requests of earlier processes. Call it in the loop that is to run the workflows.

        Raises `CannotStart` when DBOS cannot create or find its tables, or the pending requests cannot be read.
        """
        recorded = {kind for workflow in self._workflows for kind in workflow.recorded}
        dbos = dbos_start.set_up(self.database, executor_id=self.executor_id, recorded=recorded)
        for workflow in self._workflows:
            self._admission.register(workflow, self._runner(workflow))
        try:
            dbos_start.launch(dbos)
            await self._admission.restore()
            await reconciling.conclude_abandoned(self.database)
        except Exception as error:
            raise unusable(self.database, error) from error
        self._track(self.upkeep.run())
        self._launched = True

    async def close(self) -> None:
        """Stop the engine. Unfinished requests stay pending until the next process with this executor id resumes them."""
        self._launched = False
        for task in self._tasks:
            task.cancel()
        # Calls in progress are completed; a paused request is left to the next process.
        await until(lambda: self.executions.at_rest, seconds=_FINISH_WITHIN_SECONDS)
        # DBOS made its own threads the loop's, and each of its calls does so again. They may all wait for a database that is
        # away, and it is about to end them: what closes now and after us needs others (name look-ups do).
        use_own_threads()
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        use_own_threads()
        # DBOS does not wait for its threads: what one of them still writes, the next owner shall find.
        await until(lambda: not held_connections(self.database), seconds=1)
        # A file is let go of after its connections (`sqlite_file.py`).
        self.database.dispose()
        await asyncio.to_thread(self._ownership.leave)

    async def accept(self, workflow_name: str, request: Request) -> Request:
        """Store a request and start it. Return the stored request, which is an earlier one if its id was taken.

        Raises `NotSaved` when the database does not store it within `SAVE_WITHIN_SECONDS` (`in_doubt` if it may have done
        so, or still may), `AlreadyUnderWay` when another request for the same name is in progress, and `LimitReached`.
        """
        for reason in self._why_not_ours():
            raise NotSaved(reason, in_doubt=False)
        # Shielded: a start cut off between the write and the run would leave a request that nobody works on.
        saving = self._track(self._admission.admit(workflow_name, request))
        done, _ = await asyncio.wait({saving}, timeout=SAVE_WITHIN_SECONDS)
        if not done:
            raise NotSaved("the database did not answer in time", in_doubt=True)
        try:
            return saving.result()
        except (AlreadyUnderWay, LimitReached, NotSaved):
            raise
        except Exception as error:
            raise NotSaved(f"{type(error).__name__}: {error}", in_doubt=may_have_committed(error)) from error

    async def find(self, request_id: str) -> Request | None:
        """What is stored under this id. Raises `NotSaved`, in doubt, when the database does not answer in time."""
        try:
            async with asyncio.timeout(SAVE_WITHIN_SECONDS):
                return await queries.find(request_id)
        except Exception as error:
            raise NotSaved(f"{type(error).__name__}: {error}", in_doubt=True) from error

    async def standing_still(self) -> Collection[str]:
        """The ids of the stuck requests of all replicas. Raises `LedgerUnavailable`."""
        return await standing_still.ask(self.database)

    async def why_not_ready(self) -> list[str]:
        """For /readyz: what is wrong with the engine, the database or the lock on the executor id."""
        if not self._launched:
            return ["the durable engine is not running"]
        return [*self._why_not_ours(), *await self._ping.why_not_ready(), *self.upkeep.why_not_ready()]

    def _why_not_ours(self) -> list[str]:
        """Why this process may not store anything."""
        lost = self._ownership.why_lost()
        foreign = self._belonging is not None and self._belonging.foreign
        return [
            *([f"the database file was {lost} while the bot used it"] if lost else []),
            *(["the database belongs to another installation"] if foreign else []),
        ]

    def _runner(self, workflow: Workflow) -> Callable[[Request], Coroutine[Any, Any, Result]]:
        # Attempts to recover are not counted: a request is never given up because the process died often.
        @DBOS.workflow(name=workflow.name, max_recovery_attempts=None)
        async def run(request: Request) -> Result:
            return await self._supervisor.run(workflow, request)

        return run

    def _track(self, work: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        # The loop itself keeps only weak references to its tasks.
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
