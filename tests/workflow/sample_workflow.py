"""A workflow of the tests' own, to try the engine without a feature."""

import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from bot.domain.outcomes import Result
from bot.domain.request import Origin, Request
from bot.ledger.ledger import Ledger
from bot.ledger.models import Subject
from bot.playground.slack import company
from bot.workflow.claims import Claim, claim_of
from bot.workflow.database import open_database
from bot.workflow.definition import Workflow
from bot.workflow.durable import Durable
from bot.workflow.engine import WorkflowEngine
from bot.workflow.ownership import take_ownership
from bot.workflow.tables import prepare
from tests.support.running import kill_tasks, unfinished_tasks

SAMPLE = "sample"
Run = Callable[[Request, Durable], Awaitable[Result]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is requested. Without a name, it holds none."""

    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The outcome."""

    trace_id: str | None = None
    kind: Literal["done"] = "done"


DONE = Done(trace_id="143-1-82")


def asked(
    name: str | None = "shop",
    *,
    request_id: str | None = None,
    requester: str = company.ANA,
    channel: str = company.TEAM_SHOP,
    response_url: str | None = None,
) -> Request:
    """A request that has just been accepted."""
    origin = Origin(
        door="command",
        requester=requester,
        requester_name="ana" if requester == company.ANA else "ben",
        team=company.TEAM_ID,
        channel=channel,
        response_url=response_url,
    )
    return Request(
        id=request_id or f"T1-{name}",
        reference="R-7K2F9",
        origin=origin,
        payload=Sample(name=name),
        accepted_at=time.time(),
    )


def claim(request: Request, name: str) -> Claim:
    """The claim that a request makes on a name."""
    made = claim_of(request, name)
    assert made is not None
    return made


async def at_once(_request: Request, _durable: Durable) -> Result:
    """A run without a step."""
    return DONE


def sample_workflow(run: Run = at_once, *, with_receipt: bool = False) -> Workflow:
    """The workflow that does `run`."""
    return Workflow(
        name=SAMPLE,
        run=run,
        recorded=(Sample, Done),
        held_name=lambda request: request.payload.name,
        subject=(lambda request: Subject(name=request.payload.name)) if with_receipt else None,
    )


@contextlib.asynccontextmanager
async def running_engine(
    url: str,
    run: Run = at_once,
    *,
    executor_id: str | None = None,
    keep_days: int = 30,
    with_receipt: bool = False,
) -> AsyncIterator[WorkflowEngine]:
    """The engine alone, with one workflow. Ends like a process, whatever is unfinished."""
    database = open_database(url)
    prepare(database)
    ownership = take_ownership(database, executor_id=executor_id, host="here")
    engine = WorkflowEngine(database=database, ownership=ownership, keep_days=keep_days, ledger=Ledger(database))
    engine.register([sample_workflow(run, with_receipt=with_receipt)])
    await engine.launch()
    unfinished = set()
    try:
        yield engine
        unfinished = unfinished_tasks()
    finally:
        await engine.close()
        await kill_tasks(unfinished)
