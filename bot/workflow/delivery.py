"""(7) Delivers the outcome: one message in the chosen channel, which replaces the progress message, and notices about it.

A failed message never stops the work. Where the channel does not take it, `fallbacks.py` tries the other routes.
"""

import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from functools import partial

from bot.domain.news import NewsChannel
from bot.domain.request import Request
from bot.errors import StepCrashed
from bot.slack.blocks import Message
from bot.slack.news import News
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted, PostResult
from bot.workflow.announcing import announced
from bot.workflow.delivery_policy import DeliveryPolicy
from bot.workflow.delivery_retry import DeliveryRetry
from bot.workflow.durable import Durable, Phase, recorded_only
from bot.workflow.fallbacks import Fallbacks
from bot.workflow.first_attempt import CRASHED, FirstAttempt
from bot.workflow.message_notes import MessageNotes, Permalink, Update
from bot.workflow.notices import Notices
from bot.workflow.progress import Progress, ProgressMessage
from bot.workflow.routes import Routes
from bot.workflow.undelivered import Undelivered


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """What every delivery uses. `notify`: further channels that receive outcomes; `bot_mention`: the bot's name in mrkdwn."""

    poster: Poster
    undelivered: Undelivered
    bot_mention: Callable[[], str]
    permalink: Permalink
    notify: tuple[NewsChannel, ...] = ()
    policy: DeliveryPolicy = field(default_factory=DeliveryPolicy)

    def of(self, request: Request, durable: Durable) -> "Delivery":
        """The messages of one execution of a request."""
        return Delivery(request, durable, self)

    async def touch(self, request: Request, posted: Posted, message: Message) -> None:
        """Change the message of an earlier request: best effort, not recorded, at most three attempts."""
        await Routes(request=request, poster=self.poster).touch(posted, message)


class Delivery:
    """The one message of a request, and the notices about it."""

    def __init__(self, request: Request, durable: Durable, tools: Deliveries) -> None:
        self._request = request
        self._durable = durable
        self._tools = tools
        self._routes = Routes(request=request, poster=tools.poster)
        self._notes = MessageNotes(durable=durable, permalink=tools.permalink)
        self._retry = DeliveryRetry(
            request_id=request.id, durable=durable, policy=tools.policy, undelivered=tools.undelivered
        )
        self._notices = Notices(
            origin=request.origin,
            durable=durable,
            routes=self._routes,
            retry=self._retry,
            channels=tools.notify,
        )
        self._fallbacks = Fallbacks(
            request=request,
            durable=durable,
            routes=self._routes,
            retry=self._retry,
            policy=tools.policy,
            undelivered=tools.undelivered,
            notes=self._notes,
            bot_mention=tools.bot_mention,
        )
        self._progress = Progress()
        self.standing: Progress | None = None
        self._told: Posted | None = None

    async def announce(self, message: Message) -> None:
        """Post the message until there is an outcome or the work begins: recorded, because it may stay for days."""
        self.standing = self._progress = await announced(message, self._durable, self._routes, self._tools.policy)

    @contextlib.asynccontextmanager
    async def in_progress(
        self,
        message: Callable[[], Message],
        *,
        for_requester: Callable[[], Message],
        long: Callable[[], Message] | None = None,
    ) -> AsyncIterator[ProgressMessage]:
        """While the block runs for longer than the policy says, show `message` in the channel, and later `long`.

        `for_requester` is shown to the requester only, if the channel refuses the message.
        """
        progress = ProgressMessage(
            poster=self._tools.poster,
            request=self._request,
            mark=self._routes.mark,
            message=message,
            for_requester=for_requester,
            long=long or message,
            after=self._tools.policy.progress_after,
            long_after=self._tools.policy.long_after,
            resumed=self._durable.resumed,
            ahead=lambda: self._durable.ahead,
            standing=self.standing,
        )
        try:
            yield progress
        finally:
            self._progress = await progress.settle()

    async def tell(self, outcome: Message, news: News, *, more_follows: bool = False) -> None:
        """Post the outcome, or change the progress message into it; then notify the other channels.

        `more_follows`: the workflow has further steps after this one.
        """
        long = time.time() - self._request.accepted_at > self._tools.policy.long_after
        mention = news.reply is not None and (news.failed or long)
        # A later execution has to know the result of the first one's attempt, and may not make another one.
        last = not (self._notices.any_for(news) or self._durable.resumed or more_follows or mention)
        first = await (self._last_attempt(outcome) if last else self._recorded_attempt(outcome, mention))
        self._told = first.result if isinstance(first.result, Posted) else None
        if self._told is None and (posted := first.progress.posted) is not None:
            self._told = posted if await self._updated(outcome, posted) else None
        if self._told is None:
            self._told = await self._fallbacks.deliver(outcome, first)
        self._notes.told(self._told)
        self._durable.enter(Phase.TOLD)
        await self._notices.spread(news, self._told, mention=first.mention)

    def stands(self, posted: Posted) -> None:
        """Note that an earlier workflow posted the outcome in this message."""
        self._told = posted
        self._notes = replace(self._notes, request_id=self._request.id)

    async def change(self, message: Message, news: News | None = None) -> None:
        """Change the message to a new outcome, or tell the requester if it cannot be changed.

        `news` goes to the other channels, which have received the earlier outcome.
        """
        told, update = self._told, partial(self._notes.changed, self._routes.update)
        if told is None or told.ts is None or not await self._updated(message, told, by=update):
            await self.alert(message)
        if news is not None:
            await self._notices.spread(news, told, mention=True, role="changed ")

    async def refresh(self, message: Message) -> None:
        """Change the message if possible; otherwise tell nobody."""
        if self._told is not None:
            await self._updated(message, self._told)

    async def alert(self, message: Message) -> None:
        """Send a direct message to the requester."""
        await self._retry.run(partial(self._fallbacks.by, message, "direct_message"), nobody_waits=True)

    async def _last_attempt(self, outcome: Message) -> FirstAttempt:
        # No record, which costs a sixth of a request: if the process dies before its end is stored, the message is looked for.
        try:
            first = await self._durable.last("outcome", self._attempt, outcome)
        except StepCrashed:
            first = CRASHED
        if isinstance(first.result, Posted):
            return first
        # Steps follow after all. Which ones depends on this, so a later execution has to go by the same.
        return await self._durable.step("first attempt", recorded_only, first)

    async def _recorded_attempt(self, outcome: Message, mention: bool) -> FirstAttempt:
        try:
            return await self._durable.step_once("first attempt", self._attempt, outcome, mention=mention)
        except StepCrashed:
            return CRASHED

    async def _attempt(self, may_have_run: bool, outcome: Message, *, mention: bool = False) -> FirstAttempt:
        if self._progress.refused is not None:
            return FirstAttempt(progress=self._progress)
        result = await self._routes.to_channel(may_have_run, outcome, self._progress)
        return FirstAttempt(progress=self._progress, result=result, mention=mention)

    async def _updated(self, outcome: Message, posted: Posted, *, by: Update | None = None) -> bool:
        """False if the message can no longer be changed, because somebody deleted it or archived the channel."""

        async def update(_doubtful: bool) -> PostResult:
            return await self._durable.step("update", by or self._routes.update, posted, outcome)

        return isinstance(await self._retry.run(update), Posted)
