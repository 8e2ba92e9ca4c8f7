"""(5) Takes a request in: its name is claimed, it is stored, and it runs. Exactly once for each id."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from dbos import DBOS, SetWorkflowID
from dbos import error as dbos_error

from bot.domain.request import Request
from bot.errors import AlreadyUnderWay
from bot.workflow import queries
from bot.workflow.claims import Claim, Claims, claim_of
from bot.workflow.definition import Workflow
from bot.workflow.durable import Phase
from bot.workflow.executions import Executions

Runner = Callable[[Request], Coroutine[Any, Any, Any]]

logger = logging.getLogger(__name__)


class Admission:
    """Where requests come in. `runners` are the functions that DBOS knows, by the workflow's name."""

    def __init__(self, *, claims: Claims, executions: Executions) -> None:
        self._claims = claims
        self._executions = executions
        self._workflows: dict[str, tuple[Workflow, Runner]] = {}

    def register(self, workflow: Workflow, runner: Runner) -> None:
        """Take in requests of this kind from now on; `runner` is the function that DBOS knows."""
        self._workflows[workflow.name] = workflow, runner

    async def restore(self) -> None:
        """Claim again what earlier processes left under way."""
        await self._claims.restore(self._claims_under_way)

    async def admit(self, workflow_name: str, request: Request) -> Request:
        """Store a request and start it; return what is stored under its id, which differs if that was there before.

        Raises `AlreadyUnderWay` when somebody else's request for the same name is being worked on, and whatever the
        database raises.
        """
        workflow, runner = self._workflows[workflow_name]
        claim = claim_of(request, workflow.held_name(request))
        if claim is not None:
            await self._make(claim)
        try:
            with (
                self._executions.first_run(request.id),
                SetWorkflowID(request.id, workflow_id_reuse_policy="reject"),
            ):
                await DBOS.start_workflow_async(runner, request)
        except dbos_error.DBOSWorkflowIDInUseError:
            earlier = await queries.stored(request)
            if claim is not None and workflow.held_name(earlier) != claim.name:
                await self._claims.drop(claim)
            return earlier
        name = claim.name if claim else None
        with structlog.contextvars.bound_contextvars(request=request.id, reference=request.reference, name=name):
            logger.info("request accepted: %s", name or workflow.name, extra={"requester": request.origin.requester})
        return request

    async def _make(self, claim: Claim) -> None:
        earlier = await self._claims.make(claim)
        while earlier is not None:
            if await self._counts(earlier):
                raise AlreadyUnderWay(requester=earlier.requester, requester_name=earlier.requester_name)
            earlier = await self._claims.replace(earlier, claim)

    async def _counts(self, claim: Claim) -> bool:
        """Whether the outcome of the request that made this claim is still open."""
        phase = self._executions.phase_of(claim.request_id)
        if phase is not None:
            return phase in {Phase.ACCEPTED, Phase.WORKING}
        return await queries.is_under_way(claim)

    async def _claims_under_way(self) -> list[Claim]:
        known = ((self._workflows.get(name), request) for name, request in await queries.pending())
        claims = (claim_of(request, entry[0].held_name(request)) for entry, request in known if entry)
        return [claim for claim in claims if claim]
