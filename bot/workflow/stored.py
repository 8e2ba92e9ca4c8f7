"""What the durable engine has stored of requests, asked of DBOS: which are on their way, and whose claim still counts."""

import time
from collections.abc import Iterable, Iterator

from dbos import DBOS, WorkflowStatus

from bot.registry.models import Submission
from bot.workflow.claims import Claim
from bot.workflow.delivery import TELLING

# A request is stored right after its claim; a claim this young counts although its request is not there yet.
CLAIM_COUNTS_SECONDS = 10.0
_UNDER_WAY = ["PENDING", "ENQUEUED", "DELAYED"]


async def pending() -> list[Submission]:
    """The requests that are on their way, oldest first."""
    return list(_submissions(await DBOS.list_workflows_async(status=_UNDER_WAY, load_output=False)))


async def earlier(submission: Submission) -> Submission:
    """What is stored under the id of this request, which was sent before; itself where that cannot be read."""
    status = await DBOS.get_workflow_status_async(submission.request_id)
    return next(_submissions([status] if status else []), submission)


async def counts(claim: Claim) -> bool:
    """Whether the request that made this claim is still being worked on, and its outcome open."""
    status = await DBOS.get_workflow_status_async(claim.request_id)
    if status is None:
        return abs(time.time() - claim.claimed_at) < CLAIM_COUNTS_SECONDS
    return status.status in _UNDER_WAY and not await _outcome_known(claim.request_id)


async def _outcome_known(request_id: str) -> bool:
    """Whether a pending request is only still being told to people, which may take a day."""
    steps = await DBOS.list_workflow_steps_async(request_id)
    return any(step["function_name"].startswith(TELLING) for step in steps)


def _submissions(workflows: Iterable[WorkflowStatus]) -> Iterator[Submission]:
    for each in workflows:
        # DBOS hands out as text what it cannot read; such a request must not stop the others.
        arguments = each.input["args"] if isinstance(each.input, dict) else []
        yield from (argument for argument in arguments[:1] if isinstance(argument, Submission))
