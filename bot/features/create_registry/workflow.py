"""(5) The runbook of a request: create the registry, find out the result, and tell people.

What may change here while requests of an older build are unfinished is written in `workflow/engine.py`.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from bot.codearts.client import CodeArts
from bot.codearts.view import ViewMemory
from bot.domain.approval import ApprovalAnswer, Question
from bot.domain.outcomes import Refused
from bot.domain.registry import Created, Outcome
from bot.domain.request import Request
from bot.features.create_registry import messages
from bot.features.create_registry.confirmed import learn, with_row
from bot.features.create_registry.creation import Creation, Creator
from bot.features.create_registry.evidence import CreateCall, another_creator
from bot.features.create_registry.follow_up import FollowUp
from bot.features.create_registry.look_up import LookedUp, LookUp
from bot.features.create_registry.models import RegistryToApprove
from bot.features.create_registry.name_index import NameIndex, note_outcome
from bot.features.create_registry.replaced import Replaced
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.ledger.ledger import Ledger
from bot.ledger.models import State
from bot.ledger.notes import Concluded
from bot.workflow.approvals import Approvals
from bot.workflow.delivery import Deliveries, Delivery
from bot.workflow.durable import Durable, Phase, recorded_only

logger = logging.getLogger(__name__)


def _not_replaced(asked: CreateCall, seen: LookedUp) -> bool:
    return not another_creator(asked, seen)


def _nobody(_user_id: str) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """The collaborators of every request. `region` and `contact` are shown to people.

    `approvals` asks the approvers if necessary. `changed` is told whose request has changed, `replaced` which one succeeded;
    `ledger` knows what has been found out meanwhile.
    """

    codearts: CodeArts
    views: ViewMemory
    names: NameIndex
    deliveries: Deliveries
    approvals: Approvals
    region: str
    contact: str | None = None
    ledger: Ledger | None = None
    replaced: Replaced | None = None
    changed: Callable[[str], None] = _nobody
    policy: RetryPolicy = field(default_factory=RetryPolicy)

    async def run(self, request: Request, durable: Durable) -> Outcome:
        """One request from its acceptance to its outcome. A message that fails does not stop it."""
        delivery = self.deliveries.of(request, durable)
        durable.enter(Phase.WORKING)
        if not isinstance(request.payload, RegistryToApprove):
            return await self._create(request, durable, delivery)
        exists = partial(self._exists, request.payload.name)
        approval = self.approvals.of(self._question(request, request.payload), durable, exists=exists)
        decision = await approval.answer(delivery)
        self.changed(request.origin.requester)
        if decision.answer == ApprovalAnswer.APPROVED:
            approved = replace(request, payload=replace(request.payload, decision=decision))
            outcome = await self._create(approved, durable, delivery, more_follows=approval.unfinished)
        else:
            outcome = Refused(code=decision.answer, message=decision.why)
            durable.note(Concluded(result=outcome, who=decision.by))
            durable.enter(Phase.TELLING)
            await approval.tell_end(delivery, decision)
            self.changed(request.origin.requester)
        await approval.finish()
        return outcome

    async def _exists(self, name: str) -> bool | None:
        seen = await LookUp(codearts=self.codearts, views=self.views).once(name)
        return None if seen.failed else bool(seen.rows)

    def _question(self, request: Request, asked: RegistryToApprove) -> Question:
        return Question(
            request=request, name=asked.name, description=asked.description, region=self.region, need=asked.need
        )

    async def _create(
        self, request: Request, durable: Durable, delivery: Delivery, *, more_follows: bool = False
    ) -> Outcome:
        look_up = LookUp(codearts=self.codearts, views=self.views)
        creation = await self._creation(request, durable, delivery, look_up)
        note_outcome(self.names, request.payload.name, creation.outcome)
        durable.note(Concluded(result=creation.outcome))
        follow_up = FollowUp(
            request=request,
            creation=creation,
            look_up=look_up,
            policy=self.policy,
            durable=durable,
            delivery=delivery,
            region=self.region,
            contact=self.contact,
            told=partial(self._told_meanwhile, request.id),
        )
        if not follow_up.undecided:
            # Before, the name stays held: another call for it could be applied beside ours, or be taken for ours.
            durable.enter(Phase.TELLING)
        await delivery.tell(
            follow_up.message(creation.outcome, rechecked=follow_up.undecided),
            messages.news(request, creation.outcome, failed=not isinstance(creation.outcome, Created)),
            more_follows=follow_up.needed or more_follows,
        )
        self.changed(request.origin.requester)
        needed = follow_up.needed
        if more_follows:
            # An address that only the first execution looked for would let a later one take other steps than are recorded.
            needed = await durable.step("follow up", recorded_only, needed)
        if not needed:
            await self._tidy(request, creation.outcome, durable)
            return creation.outcome
        fields = {"outcome": creation.outcome.kind, "code": getattr(creation.outcome, "code", None)}
        logger.info("outcome told, to be looked up again", extra=fields)
        outcome = await follow_up.run()
        self.changed(request.origin.requester)
        note_outcome(self.names, request.payload.name, outcome)
        await self._tidy(request, outcome, durable)
        return outcome

    async def _creation(self, request: Request, durable: Durable, delivery: Delivery, look_up: LookUp) -> Creation:
        """Create the registry while the channel is kept informed."""
        creating = partial(messages.creating, request, region=self.region)
        async with delivery.in_progress(
            creating,
            for_requester=partial(creating, for_requester=True),
            long=partial(messages.taking_long, request, region=self.region),
        ) as progress:

            def checking(until: float) -> None:
                progress.say(partial(messages.checking, request, region=self.region, until=until))

            def busy(reason: str, until: float) -> None:
                progress.say(partial(messages.busy, request, region=self.region, reason=reason, until=until))

            creation = await Creator(codearts=self.codearts, look_up=look_up, policy=self.policy).create(
                name=request.payload.name,
                description=request.payload.sent_description,
                marked=request.payload.marked,
                durable=durable,
                checking=checking,
                busy=busy,
            )
            return creation if durable.resumed else await self._with_address(request, creation, look_up)

    async def _tidy(self, request: Request, outcome: Outcome, durable: Durable) -> None:
        if self.replaced and isinstance(outcome, Created):
            await self.replaced.by(request, durable)

    async def _told_meanwhile(self, request_id: str) -> bool:
        receipt = await self.ledger.get(request_id) if self.ledger else None
        return receipt is not None and receipt.state in {State.CREATED, State.REFUSED}

    async def _with_address(self, request: Request, creation: Creation, look_up: LookUp) -> Creation:
        """One look right after a success, which also proves what the list shows. The message waits for it, but not for long.

        A quick success is still told before people would read that it takes a while. Where they read that already, a moment
        more spares them another edit or, where only a response_url reaches them, another message.

        Not recorded: it only reads, and what it does not find is looked up later. Not made in a later execution, or the
        message that the first one posted without an address would keep none.
        """
        outcome = creation.outcome
        # The clock may have been set back since.
        after = self.deliveries.policy.progress_after
        seconds = min(after, request.accepted_at + after - time.time())
        seconds = seconds if seconds > 0 else self.policy.address_wait
        if not isinstance(outcome, Created) or outcome.address is not None or not look_up.possible:
            return creation
        if creation.repeated:  # it is looked up again anyway, and each execution has to take the same steps
            return creation
        try:
            async with asyncio.timeout(seconds):
                # Look further only if somebody else's registry is in the place of ours.
                enough = partial(_not_replaced, creation.asked)
                seen = await look_up.once(request.payload.name, enough=enough)
                if row := await learn(self.views, creation.asked, seen, may_lag=True):
                    return replace(creation, outcome=with_row(outcome, row))
        except Exception as error:  # noqa: BLE001  the registry is created; its address may come later
            logger.info("no address yet (%s)", type(error).__name__)
        return creation
