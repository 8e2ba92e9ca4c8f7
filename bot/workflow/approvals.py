"""A request waits for an approval: the approvers are asked in their channel, reminded once, and the first answer counts.

The answer is in the ledger (`ledger/decisions.py`). The steps here record that they were asked, the result of each wait, and
the change of their message, so that a request keeps waiting after any crash, and asks nobody twice.
"""

import logging
import time
from itertools import chain, repeat

from bot.domain.approval import ApprovalAnswer, Decision, Question
from bot.domain.outcomes import InDoubt, NotApplied, Refused
from bot.ledger.models import EventCode
from bot.ledger.notes import Happened
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.results import Posted, PostResult
from bot.workflow.answers import Answers
from bot.workflow.approval_doubt import Exists, nobody_knows, with_doubt
from bot.workflow.approval_posts import ApprovalPosts
from bot.workflow.delivery import Deliveries, Delivery
from bot.workflow.delivery_retry import DeliveryRetry, or_in_doubt
from bot.workflow.durable import Durable
from bot.workflow.routes import Routes
from bot.workflow.shown_answers import ShownAnswers, says
from bot.workflow.unasked import Unasked

NO_CHANNEL, NOT_ASKED = "no_channel", "not_asked"
_ROLE, _REMINDER = "approval", "approval reminder"
_DAY_SECONDS = 24 * 60 * 60.0
# The pauses before they are asked again, if posting to their channel fails; the last one is repeated.
_ASK_AGAIN_AFTER = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0)

logger = logging.getLogger(__name__)


class Approvals:
    """Asks the approvers in `channel` (None: it is no longer set)."""

    def __init__(
        self,
        *,
        answers: Answers,
        shown: ShownAnswers,
        deliveries: Deliveries,
        channel: str | None,
    ) -> None:
        self.answers = answers
        self.shown = shown
        self.deliveries = deliveries
        self.channel = channel
        self.unasked = Unasked()
        self.posts: ApprovalPosts | None = None

    def are(self, posts: ApprovalPosts) -> None:
        """Set the messages for the approvers; one feature does."""
        self.posts = posts

    def of(self, question: Question, durable: Durable, *, exists: Exists = nobody_knows) -> "Approval":
        """The question about one request, in one execution of it. `exists` looks for what it is about."""
        assert self.posts is not None  # noqa: S101  the feature that asks is there
        return Approval(question, durable, self, posts=self.posts, exists=exists)


class Approval:
    """See `Approvals.of`. `unfinished`: the answer is known, but the approvers' message does not show it yet."""

    def __init__(
        self,
        question: Question,
        durable: Durable,
        tools: Approvals,
        *,
        posts: ApprovalPosts,
        exists: Exists,
    ) -> None:
        self._question = question
        self._request = question.request
        self._durable = durable
        self._tools = tools
        self._channel = tools.channel
        self._posts = posts
        self._exists = exists
        self._unseen = False
        self._poster = tools.deliveries.poster
        self._routes = Routes(request=question.request, poster=self._poster)
        self._asked: PostResult | None = None
        self._decision: Decision | None = None
        self.unfinished = False

    async def answer(self, delivery: Delivery) -> Decision:
        """Ask, and wait for the answer; `delivery` shows meanwhile that the request is waiting."""
        await delivery.announce(self._posts.waiting(self._question))
        try:
            decision = await self._answered(delivery)
        finally:
            self._tools.unasked.discard(self._request.id)
        self._decision = await with_doubt(decision, self._exists) if self._unseen else decision
        self.unfinished = isinstance(await self._closed(), NotApplied | InDoubt)
        return self._decision

    async def _answered(self, delivery: Delivery) -> Decision:
        pauses, reminded = chain(_ASK_AGAIN_AFTER, repeat(_ASK_AGAIN_AFTER[-1])), False
        await self._ask(delivery)
        looked = not self._durable.resumed
        while True:
            asked = isinstance(self._asked, Posted)
            if isinstance(self._asked, Posted) and not looked:
                looked = True
                await self._durable.attend(self._look_at(self._asked))
            due = (self._until if reminded else self._remind_at) if asked else self._ask_again_at(next(pauses))
            await self._durable.attend(self._tools.answers.given_or(due, self._request.id))
            decision = await self._durable.step("answer", self._held)
            if decision is not None:
                return decision
            if not asked:
                await self._ask(delivery)
            elif not reminded:
                reminded = True
                await self._remind()

    async def _look_at(self, asked: Posted) -> None:
        self._unseen = not await self._tools.shown.take_over(asked, self._mark())

    async def tell_end(self, delivery: Delivery, decision: Decision) -> None:
        """Post where the request was made that it was not approved."""
        message, news = self._posts.ended(self._question, decision), self._posts.news(self._question, decision)
        await delivery.tell(message, news, more_follows=self.unfinished)

    async def finish(self) -> None:
        """Change the approvers' message to the answer, if that was not possible at once."""
        if self.unfinished:
            retry = DeliveryRetry(
                request_id=self._request.id,
                durable=self._durable,
                policy=self._tools.deliveries.policy,
                undelivered=self._tools.deliveries.undelivered,
            )
            await retry.run(lambda _doubtful: self._closed(), nobody_waits=True)

    @property
    def _until(self) -> float:
        return self._question.need.until

    @property
    def _remind_at(self) -> float:
        asked_at = self._request.accepted_at
        return asked_at + min(_DAY_SECONDS, (self._until - asked_at) / 2)

    def _ask_again_at(self, pause: float) -> float:
        # An execution that still replays recorded steps does not wait again.
        return min(time.time() + pause, self._until) if self._durable.ahead else time.time()

    async def _ask(self, delivery: Delivery) -> None:
        before = self._asked
        asked = await or_in_doubt(self._durable.step_once("ask approvers", self._post, isinstance(before, InDoubt)))
        self._asked = asked
        if isinstance(asked, Posted):
            self._tools.unasked.discard(self._request.id)
        else:
            self._tools.unasked.failed(self._request.id, refused=isinstance(asked, Refused))
            logger.warning("the approvers cannot be asked yet", extra={"channel": self._channel, "code": asked.code})
        if self._durable.ahead and isinstance(asked, Posted) is (before is not None):
            await self._say_whether_asked(delivery, unasked=before is None)

    async def _say_whether_asked(self, delivery: Delivery, *, unasked: bool) -> None:
        """Tell the requester if the approvers cannot be asked at once, and again when they have been asked."""
        if delivery.standing and delivery.standing.posted:
            message = self._posts.waiting(self._question, unasked=unasked)
            await self._tools.deliveries.touch(self._request, delivery.standing.posted, message)

    async def _post(self, may_have_run: bool, doubtful: bool) -> PostResult:
        if self._channel is None:
            return Refused(code=NO_CHANNEL)
        if time.time() >= self._until and not (may_have_run or doubtful):  # nobody was there to ask in time
            return Refused(code=NOT_ASKED)
        message = self._posts.asking(self._question)
        asked = await self._routes.notify(may_have_run, message, self._channel, doubtful, _ROLE)
        if isinstance(asked, Posted):
            need = self._question.need
            details = {"channel": asked.channel, "ts": asked.ts, "until": need.until, "rule": need.rule}
            details |= {"reason": need.reason} if need.reason else {}
            self._durable.note(Happened(code=EventCode.WAITING, details=details, once=True))
        return asked

    async def _held(self) -> Decision | None:
        nobody = Decision(answer=ApprovalAnswer.EXPIRED, at=self._until)
        return await self._tools.answers.held_at(self._until, self._request.id, else_=nobody)

    async def _remind(self) -> None:
        await or_in_doubt(self._durable.step_once("remind approvers", self._post_reminder))

    async def _post_reminder(self, may_have_run: bool) -> PostResult:
        assert isinstance(self._asked, Posted)  # noqa: S101  only then it is time
        message = self._posts.reminding(self._question)
        posted = await self._routes.reply(may_have_run, message, self._asked, False, _REMINDER)
        if isinstance(posted, Posted):
            self._durable.note(Happened(code=EventCode.REMINDED, once=True))
        return posted

    async def _closed(self) -> PostResult:
        return await or_in_doubt(self._durable.step("close question", self._close))

    async def _close(self) -> PostResult:
        assert self._decision is not None  # noqa: S101  only then it is time
        mark = self._mark(self._decision)
        asked = self._asked
        if isinstance(asked, InDoubt) and self._channel is not None:
            asked = await self._poster.find(self._channel, mark)
        if not isinstance(asked, Posted):
            return Refused(code=NOT_ASKED) if asked is None or isinstance(asked, NotApplied) else asked
        return await self._poster.update(asked, self._posts.answered(self._question, self._decision), mark=mark)

    def _mark(self, decision: Decision | None = None) -> Mark:
        said = says(decision) if decision else {}
        return Mark(request_id=self._request.id, role=_ROLE, since=self._request.accepted_at, says=said)
