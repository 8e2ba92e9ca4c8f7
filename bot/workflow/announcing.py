"""The message of a waiting request: posted before anything else, and recorded, because it may stay for days."""

from itertools import islice

from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.errors import StepCrashed
from bot.slack.blocks import Message
from bot.slack.outbound.results import Posted, PostResult, Route
from bot.workflow.delivery_policy import DeliveryPolicy
from bot.workflow.durable import Durable
from bot.workflow.progress import Progress
from bot.workflow.routes import Routes

# The rest of the work waits for these attempts, too.
_ATTEMPTS = 3


async def announced(message: Message, durable: Durable, routes: Routes, policy: DeliveryPolicy) -> Progress:
    """Post it and return where it is. If the channel does not accept it, the requester gets it as a direct message."""
    doubtful, result = False, await _tried(message, durable, routes, "channel", doubtful=False)
    for pause in islice(policy, _ATTEMPTS - 1):
        if isinstance(result, Posted | Refused):
            break
        doubtful = doubtful or isinstance(result, InDoubt)
        await durable.pause((result.retry_after if isinstance(result, NotApplied) else None) or pause)
        result = await _tried(message, durable, routes, "channel", doubtful=doubtful)
    match result:
        case Posted():
            return Progress(posted=result)
        case Refused(code=code):
            await _tried(message, durable, routes, "direct_message", doubtful=False)
            return Progress(refused=code)
    return Progress(doubtful=doubtful or isinstance(result, InDoubt))


async def _tried(message: Message, durable: Durable, routes: Routes, route: Route, *, doubtful: bool) -> PostResult:
    try:
        return await durable.step_once(f"announce: {route}", routes.by, message, route, doubtful)
    except StepCrashed:
        return InDoubt(code=Reason.STEP_CRASHED)
