"""Repeats an attempt to tell people until it succeeds, is refused, or a day has passed."""

from collections.abc import Awaitable, Callable

from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.errors import StepCrashed
from bot.slack.outbound.results import Posted, PostResult
from bot.workflow.delivery_policy import DeliveryPolicy
from bot.workflow.durable import Durable
from bot.workflow.undelivered import Undelivered

PostAttempt = Callable[[bool], Awaitable[PostResult]]


async def or_in_doubt(step: Awaitable[PostResult]) -> PostResult:
    """The result of a step; in doubt if it crashed."""
    try:
        return await step
    except StepCrashed:
        # Recorded, so letting it out would crash every resumption in the same place, and nobody would hear.
        return InDoubt(code=Reason.STEP_CRASHED)


class DeliveryRetry:
    """The retries for one execution of a request."""

    def __init__(self, *, request_id: str, durable: Durable, policy: DeliveryPolicy, undelivered: Undelivered) -> None:
        self._request_id = request_id
        self._durable = durable
        self._policy = policy
        self._undelivered = undelivered

    async def run(
        self, attempt: PostAttempt, *, doubtful: bool = False, once: bool = False, nobody_waits: bool = False
    ) -> Posted | Refused:
        """Repeat the attempt while it may still succeed; its argument says whether an earlier one may have posted.

        `nobody_waits`: the requester has already been told. `once`: a message that may have been posted cannot be searched
        for, so it is not posted again and counts as refused.
        """
        for pause in self._policy:
            result = await or_in_doubt(attempt(doubtful))
            if once and isinstance(result, InDoubt):
                return Refused(code=result.code)
            if isinstance(result, Posted) and not nobody_waits:
                self._undelivered.discard(self._request_id)
            if isinstance(result, Posted | Refused):
                return result
            asked = result.retry_after if isinstance(result, NotApplied) else None
            if not nobody_waits and not asked:  # a queue that moves is not a fault
                self._undelivered.add(self._request_id, result.code)
            doubtful = doubtful or isinstance(result, InDoubt)
            await self._durable.pause(asked or pause)
        return Refused(code=Reason.GAVE_UP)
