"""Runs requests, and resumes those that a fault of the bot interrupted."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS
from dbos import error as dbos_error

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.ledger.ledger import Ledger
from bot.workflow import piggyback
from bot.workflow.claims import Claim, Claims, claim_of
from bot.workflow.dbos_steps import DbosSteps
from bot.workflow.definition import Workflow
from bot.workflow.durable import Phase
from bot.workflow.executions import Execution, Executions
from bot.workflow.piggyback import PiggybackedWrites
from bot.workflow.response_urls import ResponseUrls
from bot.workflow.stuck import Stuck
from bot.workflow.undelivered import Undelivered

_RESUME_AFTER_SECONDS = (1, 2, 5, 10, 30, 60, 300)

logger = logging.getLogger(__name__)


class Interrupted(asyncio.CancelledError):
    """Ends an execution without an outcome: the request stays pending and is resumed. Not an Exception, or DBOS records it."""


class Supervisor:
    """`track` keeps a task alive until it ends or the engine closes; `stuck` collects the requests this build cannot resume.

    `ended` is called with the outcome of each request that has a row in the ledger.
    """

    def __init__(
        self,
        *,
        database: sa.Engine,
        ledger: Ledger,
        claims: Claims,
        executions: Executions,
        undelivered: Undelivered,
        response_urls: ResponseUrls,
        stuck: Stuck,
        track: Callable[[Coroutine[Any, Any, None]], object],
        ended: Callable[[Result], object],
    ) -> None:
        self._ended = ended
        self._database = database
        self._ledger = ledger
        self._claims = claims
        self._executions = executions
        self._undelivered = undelivered
        self._response_urls = response_urls
        self._stuck = stuck
        self._track = track

    async def run(self, workflow: Workflow, request: Request) -> Result:
        """Execute a request, from where the previous execution stopped."""
        if not workflow.can_read(request):
            self._leave(str(DBOS.workflow_id), request, why="input not readable")
            raise Interrupted
        name = workflow.held_name(request)
        claim = claim_of(request, name)
        fields = {"request": request.id, "reference": request.reference, "name": name}
        with structlog.contextvars.bound_contextvars(**fields), self._executions.run(request.id) as execution:
            execution.task = asyncio.current_task()
            async with self._executions.room_for(execution):
                return await self._run(workflow, request, claim, execution)

    async def _run(self, workflow: Workflow, request: Request, claim: Claim | None, execution: Execution) -> Result:
        written = piggyback.begin()
        if execution.resumed:
            logger.info("request resumed")
        try:
            if execution.resumed:
                written.add(self._stuck.resumed(request.id))
                await self._enter_if_missing(workflow, request, written)
            request = await self._response_urls.given_back(request, resumed=execution.resumed)
            outcome = await workflow.run(request, self._steps(workflow, request, claim, execution, written))
            self._response_urls.forget(request.id)
            if self._database.dialect.name != "sqlite":
                # There DBOS stores the end in one statement that commits by itself, so nothing is written along with it.
                await asyncio.to_thread(written.flush, self._database)
        except (dbos_error.DBOSUnexpectedStepError, dbos_error.DBOSStepNondeterminismError) as error:
            self._leave(request.id, request, why="a step that it does not know")
            raise Interrupted from error
        except (dbos_error.DBOSWorkflowCancelledError, dbos_error.DBOSWorkflowConflictIDError):
            raise  # DBOS's own signals: another execution owns this request now
        except Exception as error:
            logger.exception("request interrupted, to be resumed")
            self._track(self._resume(request.id))
            raise Interrupted from error
        finally:
            # Also where another execution took over: if it has not told anybody yet, it says so itself.
            self._undelivered.discard(request.id)
        self._expire(claim)
        self._executions.ended(execution)
        seconds = round(time.time() - request.accepted_at, 1)
        code = getattr(outcome, "code", None)
        extra = {"outcome": outcome.kind, "code": code, "trace_id": outcome.trace_id, "seconds": seconds}
        logger.info("request ended", extra=extra)
        if workflow.subject is not None:
            self._ended(outcome)
        return outcome

    def _expire(self, claim: Claim | None) -> None:
        if claim is not None:
            self._claims.expire(claim)

    async def _enter_if_missing(self, workflow: Workflow, request: Request, written: PiggybackedWrites) -> None:
        """Enter the row if a build without a ledger accepted the request, or the row was lost when a backup was restored."""
        if workflow.subject is not None:
            written.add(self._ledger.asked(workflow.name, request, workflow.subject(request)))
            await asyncio.to_thread(written.flush, self._database)

    def _steps(
        self,
        workflow: Workflow,
        request: Request,
        claim: Claim | None,
        execution: Execution,
        written: PiggybackedWrites,
    ) -> DbosSteps:
        def on_phase(phase: Phase) -> None:
            if phase is Phase.TELLING:
                self._expire(claim)
            if phase is Phase.TOLD:
                self._response_urls.forget(request.id)

        async def before_pause() -> None:
            # Telling may take a day, and other replicas see the claim: the name is free from now on.
            if execution.decided and claim is not None:
                await self._claims.drop(claim)

        return DbosSteps(
            execution=execution,
            executions=self._executions,
            reference=request.reference,
            # A SQLite file has one process.
            alone=self._database.dialect.name == "sqlite",
            piggyback=written,
            own=request.id if workflow.subject else None,
            on_phase=on_phase,
            before_pause=before_pause,
        )

    def _leave(self, request_id: str, request: object, *, why: str) -> None:
        self._stuck.add(request_id, why)
        if isinstance(request, Request):
            self._track(self._stuck.tell(request))

    async def _resume(self, request_id: str) -> None:
        while True:
            # Slower each time, over all interruptions of this request: what is broken for good must not fill the log.
            count = self._executions.interrupted(request_id)
            await asyncio.sleep(_RESUME_AFTER_SECONDS[min(count, len(_RESUME_AFTER_SECONDS) - 1)])
            self._executions.resuming(request_id)
            try:
                await DBOS.resume_workflow_async(request_id)
            except Exception as error:  # noqa: BLE001  the database may be away for hours
                logger.warning("request cannot be resumed yet: %s", error, extra={"request": request_id})
            else:
                return
