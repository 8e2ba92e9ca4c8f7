"""(5) Accepts a request: claims its name, stores it and starts it, exactly once for each id."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS, SetWorkflowID
from dbos import error as dbos_error

from bot.domain.request import Request
from bot.errors import AlreadyUnderWay, LedgerUnavailable, LimitReached, NotSaved, TooManyAtOnce
from bot.ledger.ledger import Ledger
from bot.ledger.models import OPEN, State
from bot.workflow import piggyback, queries
from bot.workflow.claims import Claim, Claims, claim_of
from bot.workflow.definition import Workflow
from bot.workflow.executions import Executions
from bot.workflow.response_urls import ResponseUrls

_OPEN = OPEN | {State.IN_DOUBT}

Runner = Callable[[Request], Coroutine[Any, Any, Any]]

logger = logging.getLogger(__name__)


class Admission:
    """Accepts requests. `runners` are the functions registered with DBOS, by the name of the workflow."""

    def __init__(self, *, claims: Claims, executions: Executions, response_urls: ResponseUrls, ledger: Ledger) -> None:
        self._claims = claims
        self._ledger = ledger
        self._response_urls = response_urls
        self._executions = executions
        self._workflows: dict[str, tuple[Workflow, Runner]] = {}
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}

    def register(self, workflow: Workflow, runner: Runner) -> None:
        """Accept requests of this kind from now on; `runner` is the function registered with DBOS."""
        self._workflows[workflow.name] = workflow, runner

    @property
    def kinds(self) -> set[str]:
        """The names of the workflows that this process can run."""
        return set(self._workflows)

    async def restore(self) -> None:
        """Claim the names of the requests that earlier processes left unfinished."""
        await self._claims.restore(self._claims_under_way)

    async def admit(self, workflow_name: str, request: Request) -> Request:
        """Store a request and start it. Return the stored request, which is an earlier one if its id was taken.

        Raises `AlreadyUnderWay` when another request for the same name is in progress, `NotSaved` when that could not be
        determined, `TooManyAtOnce`, `LimitReached`, and whatever the database raises while it stores the request. Deliveries
        of the same form wait for each other, so the second one finds the result of the first.
        """
        async with self._turn(request.id):
            return await self._admit(workflow_name, request)

    @contextlib.asynccontextmanager
    async def _turn(self, request_id: str) -> AsyncIterator[None]:
        """One delivery of a request at a time; the lock lives as long as somebody holds it or waits for it."""
        lock, users = self._turns.get(request_id, (asyncio.Lock(), 0))
        self._turns[request_id] = lock, users + 1
        try:
            async with lock:
                yield
        finally:
            lock, users = self._turns.pop(request_id)
            if users > 1:
                self._turns[request_id] = lock, users - 1

    async def _admit(self, workflow_name: str, request: Request) -> Request:
        if self._executions.full and self._executions.phase_of(request.id) is None:
            return await self._stored_before(request)
        workflow, runner = self._workflows[workflow_name]
        name = workflow.held_name(request)
        claim = claim_of(request, name)
        if claim is not None:
            try:
                await self._make(claim)
            except (sa.exc.SQLAlchemyError, LedgerUnavailable) as error:
                raise NotSaved(f"claiming the name: {error}", in_doubt=False) from error
        try:
            with (
                self._executions.first_run(request.id),
                SetWorkflowID(request.id, workflow_id_reuse_policy="reject"),
                piggyback.include_in_block() as commit,
                self._response_urls.stored_with(request, commit) as recorded,
            ):
                if workflow.subject is not None:
                    subject, at_most = workflow.subject(request), workflow.per_person_hour
                    commit.add(self._ledger.asked(workflow.name, request, subject, per_person_hour=at_most))
                await DBOS.start_workflow_async(runner, recorded)
        except LimitReached:
            if claim is not None:
                await self._claims.drop(claim)
            raise
        except dbos_error.DBOSWorkflowIDInUseError:
            if self._executions.phase_of(request.id) is None and request.origin.response_url is not None:
                await self._response_urls.drop(request.id)
            earlier = await queries.stored(request)
            held = claim_of(earlier, workflow.held_name(earlier)) if workflow.can_read(earlier) else claim
            if claim is not None and (held is None or held.name != claim.name):
                await self._claims.drop(claim)
            return earlier
        with structlog.contextvars.bound_contextvars(request=request.id, reference=request.reference, name=name):
            logger.info("request accepted: %s", name or workflow.name, extra={"requester": request.origin.requester})
        return request

    async def _stored_before(self, request: Request) -> Request:
        earlier = await queries.find(request.id)
        if earlier is None:
            raise TooManyAtOnce
        return earlier

    async def _make(self, claim: Claim) -> None:
        earlier = await self._claims.make(claim)
        while earlier is not None:
            if await self._counts(earlier):
                raise AlreadyUnderWay(
                    requester=earlier.requester,
                    requester_name=earlier.requester_name,
                    since=earlier.claimed_at,
                    waits=await self._waits(earlier.request_id),
                )
            earlier = await self._claims.replace(earlier, claim)

    async def _counts(self, claim: Claim) -> bool:
        """Whether the outcome of the request that made this claim is still open."""
        decided = self._executions.decided(claim.request_id)
        if decided is not None:
            return not decided
        return await queries.is_under_way(claim) and await self._is_open(claim.request_id)

    async def _is_open(self, request_id: str) -> bool:
        """Whether its outcome is still unknown; another replica may already be delivering it."""
        receipt = await self._ledger.get(request_id)
        return receipt is None or receipt.state in _OPEN

    async def _waits(self, request_id: str) -> bool:
        """Whether it waits for an approval, as far as that is known."""
        with contextlib.suppress(LedgerUnavailable):
            receipt = await self._ledger.get(request_id)
            return receipt is not None and receipt.state == State.WAITING
        return False

    async def _claims_under_way(self) -> list[Claim]:
        known = ((self._workflows.get(name), request) for name, request in await queries.pending())
        readable = ((entry[0], request) for entry, request in known if entry and entry[0].can_read(request))
        claims = (claim_of(request, workflow.held_name(request)) for workflow, request in readable)
        return [claim for claim in claims if claim]
