"""Queries to DBOS about stored requests."""

import time
from collections.abc import Container, Iterable, Iterator

from dbos import DBOS, WorkflowStatus

from bot.domain.request import Request
from bot.workflow.claims import Claim

# A request is stored right after its claim; a claim this young counts although its request is not there yet.
CLAIM_COUNTS_SECONDS = 10.0
UNDER_WAY = ["PENDING", "ENQUEUED", "DELAYED"]


async def pending() -> list[tuple[str, Request]]:
    """(workflow name, request) of every unfinished request, oldest first."""
    return list(_requests(await DBOS.list_workflows_async(status=UNDER_WAY, load_output=False)))


async def unreadable(request_ids: Iterable[str], *, kinds: Container[str]) -> dict[str, str]:
    """The pending requests that this process cannot handle, each with the reason: an unknown kind, or unreadable."""
    found = await DBOS.list_workflows_async(workflow_ids=list(request_ids), load_output=False)
    readable = {request.id for _name, request in _requests(found)}
    return {
        each.workflow_id: "input not readable" if each.name in kinds else "of a kind that it does not know"
        for each in found
        if each.name not in kinds or each.workflow_id not in readable
    }


async def stored(request: Request) -> Request:
    """The stored request with the id of this one, which was sent before; this one if the stored one cannot be read."""
    return await find(request.id) or request


async def find(request_id: str) -> Request | None:
    """The stored request with this id; None if there is none or it cannot be read."""
    status = await DBOS.get_workflow_status_async(request_id)
    return next((request for _name, request in _requests([status] if status else [])), None)


async def is_under_way(claim: Claim) -> bool:
    """Whether the request that made this claim is in progress or about to be stored."""
    status = await DBOS.get_workflow_status_async(claim.request_id)
    if status is None:
        return abs(time.time() - claim.claimed_at) < CLAIM_COUNTS_SECONDS
    return status.status in UNDER_WAY


def _requests(workflows: Iterable[WorkflowStatus]) -> Iterator[tuple[str, Request]]:
    for each in workflows:
        # DBOS hands out as text what it cannot read; such a request must not stop the others.
        arguments = each.input["args"] if isinstance(each.input, dict) else []
        yield from ((each.name, argument) for argument in arguments[:1] if isinstance(argument, Request))
