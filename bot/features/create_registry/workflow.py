"""(5) The runbook of a request: create the registry and know what came of it, and tell the people.

What may change here while requests of an older build are under way is written in `workflow/engine.py`.
"""

import asyncio
import logging
import time
from dataclasses import dataclass, field, replace
from functools import partial

from bot.codearts.client import CodeArts
from bot.codearts.view import ViewMemory
from bot.domain.registry import Created, Outcome
from bot.domain.request import Request
from bot.features.create_registry import messages
from bot.features.create_registry.creation import Creation, Creator
from bot.features.create_registry.evidence import confirmed_row
from bot.features.create_registry.follow_up import FollowUp
from bot.features.create_registry.look_up import LookUp
from bot.features.create_registry.name_index import NameIndex
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.workflow.delivery import Deliveries
from bot.workflow.durable import Durable, Phase

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """The collaborators of every request. `region` is shown to people."""

    codearts: CodeArts
    views: ViewMemory
    names: NameIndex
    deliveries: Deliveries
    region: str
    policy: RetryPolicy = field(default_factory=RetryPolicy)

    async def run(self, request: Request, durable: Durable) -> Outcome:
        """One request from its acceptance to its outcome. A message that fails does not stop it."""
        delivery = self.deliveries.of(request, durable)
        creating = partial(messages.creating, request, region=self.region)
        look_up = LookUp(codearts=self.codearts, views=self.views)
        durable.enter(Phase.WORKING)
        async with delivery.in_progress(creating, for_requester=partial(creating, for_requester=True)) as progress:

            def checking(until: float) -> None:
                progress.say(partial(messages.checking, request, region=self.region, until=until))

            creation = await Creator(codearts=self.codearts, look_up=look_up, policy=self.policy).create(
                name=request.payload.name,
                description=request.payload.sent_description,
                marked=request.payload.marked,
                durable=durable,
                checking=checking,
            )
            creation = await self._with_address(request, creation, look_up)
        durable.enter(Phase.TELLING)
        if isinstance(creation.outcome, Created):
            self.names.add(request.payload.name)
        follow_up = FollowUp(
            request=request,
            creation=creation,
            look_up=look_up,
            policy=self.policy,
            durable=durable,
            delivery=delivery,
            region=self.region,
        )
        told = messages.outcome(request, creation.outcome, region=self.region, rechecked=follow_up.needed)
        notice = messages.notice(request, creation.outcome)
        await delivery.tell(told, notice=notice, more_follows=follow_up.needed)
        return await follow_up.run() if follow_up.needed else creation.outcome

    async def _with_address(self, request: Request, creation: Creation, look_up: LookUp) -> Creation:
        """One look right after a success, which also proves what the list shows. The message waits for it, but not for long.

        Not recorded: it only reads, and what it does not find is looked up later.
        """
        outcome = creation.outcome
        seconds = request.accepted_at + self.deliveries.policy.progress_after - time.time()
        if not isinstance(outcome, Created) or outcome.address is not None or not look_up.possible or seconds <= 0:
            return creation
        try:
            async with asyncio.timeout(seconds):
                seen = await look_up.once(request.payload.name, with_recycle_bin=False)
                if row := confirmed_row(creation.asked, seen):
                    await self.views.prove(row.creator)
                    return replace(creation, outcome=replace(outcome, address=row.address))
        except Exception as error:  # noqa: BLE001  the registry is created; its address may come later
            logger.info("no address yet (%s)", type(error).__name__)
        return creation
