"""(7) Delivers an outcome by another route, and tells the requester why, when the chosen channel does not take it.

The routes, in this order: the channel chosen in the form; the form's response_url, which also works where the bot is not a
member; a direct message to the requester. All of them are tried again for a day.
"""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.domain.outcomes import Reason
from bot.domain.request import Request
from bot.errors import StepCrashed
from bot.slack.blocks import Message
from bot.slack.outbound.results import Posted, PostResult, Route
from bot.workflow.delivery_policy import DeliveryPolicy
from bot.workflow.delivery_retry import DeliveryRetry
from bot.workflow.durable import Durable
from bot.workflow.first_attempt import FirstAttempt
from bot.workflow.message_notes import MessageNotes
from bot.workflow.routes import Routes
from bot.workflow.undelivered import Undelivered

logger = logging.getLogger(__name__)

ROUTES: tuple[Route, ...] = ("channel", "response_url", "direct_message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallbacks:
    """The routes for the outcome of one request."""

    request: Request
    durable: Durable
    routes: Routes
    retry: DeliveryRetry
    policy: DeliveryPolicy
    undelivered: Undelivered
    notes: MessageNotes
    bot_mention: Callable[[], str]

    async def deliver(self, outcome: Message, first: FirstAttempt) -> Posted | None:
        """Try every route in turn until one takes the outcome. None if none does within the time of the policy."""
        why = first.refused
        routes = ROUTES if why is None else ROUTES[1:]
        for pause in self.policy:
            for route in routes:
                # In doubt about a response_url, the next route is taken: the channel is not told twice, and the
                # requester is told for sure.
                attempt = partial(self.by, outcome, route)
                result = await self.retry.run(attempt, doubtful=first.doubtful, once=route == "response_url")
                if isinstance(result, Posted):
                    await self._explain(why, result)
                    return result
                why = why or result.code
            self.undelivered.add(self.request.id, why or Reason.GAVE_UP)
            await self.durable.pause(pause)
            routes = ROUTES
        logger.error("gave up: the outcome could not be delivered to anybody", extra={"code": why})
        self.notes.gave_up(why)
        self.undelivered.discard(self.request.id)
        return None

    async def by(self, outcome: Message, route: Route, doubtful: bool) -> PostResult:
        """Try one route, as a recorded step. `doubtful`: an earlier attempt may have posted the outcome."""
        return await self.durable.step_once(f"outcome: {route}", self.routes.by, outcome, route, doubtful)

    async def _explain(self, why: str | None, posted: Posted) -> None:
        if why is None or posted.route == "channel":
            return
        fields = {"channel": self.request.origin.channel, "code": why, "route": posted.route}
        logger.warning("the chosen channel refused the outcome", extra=fields)
        with contextlib.suppress(StepCrashed):  # the outcome itself has been told
            await self.durable.step("explain", self.routes.explain, why, self.bot_mention(), posted)
