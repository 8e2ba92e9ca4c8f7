"""(6) What is looked up after the outcome was told: an address that was not there yet, and what was not certain."""

import logging
from dataclasses import dataclass, replace

from bot.domain.outcomes import InDoubt, Refused
from bot.domain.registry import Created, Outcome
from bot.domain.request import Request
from bot.errors import StepCrashed
from bot.features.create_registry import messages
from bot.features.create_registry.creation import Creation
from bot.features.create_registry.evidence import confirmed_row, ours, settle
from bot.features.create_registry.look_up import LookedUp, LookUp, Row
from bot.features.create_registry.retry_policy import RetryPolicy, pauses
from bot.workflow.delivery import Delivery
from bot.workflow.durable import Durable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """The look-ups of one request after its outcome was told. Whatever they find changes the message."""

    request: Request
    creation: Creation
    look_up: LookUp
    policy: RetryPolicy
    durable: Durable
    delivery: Delivery
    region: str

    @property
    def needed(self) -> bool:
        """Whether anything is open."""
        return self.look_up.possible and (self._address_missing or self._uncertain)

    @property
    def _address_missing(self) -> bool:
        outcome = self.creation.outcome
        return isinstance(outcome, Created) and outcome.address is None

    @property
    def _uncertain(self) -> bool:
        return isinstance(self.creation.outcome, InDoubt) or self.creation.repeated

    async def run(self) -> Outcome:
        """Look until nothing is open any more, or the policy ends; what is known then. Never raises `StepCrashed`."""
        outcome = self.creation.outcome
        try:
            if isinstance(outcome, Created) and outcome.address is None:
                outcome = await self._find_address(outcome)
            if self._uncertain:
                outcome = await self._recheck(outcome)
        except StepCrashed:
            logger.warning("a registry could not be looked up again")
        return outcome

    async def _find_address(self, created: Created) -> Created:
        for pause in pauses(self.policy.address_at):
            await self.durable.pause(pause)
            seen = await self._look()
            if row := confirmed_row(self.creation.asked, seen):
                await self.look_up.views.prove(row.creator)
                created = replace(created, address=row.address)
                await self._change(created)
                return created
        logger.warning(
            "a registry that CodeArts confirmed does not show in its list: "
            "CODEARTS_PROJECT_ID is probably the id of another project than the one registries are created in"
        )
        return created

    async def _recheck(self, outcome: Outcome) -> Outcome:
        for pause in pauses(self.policy.recheck_at):
            await self.durable.pause(pause)
            seen = await self._look()
            if seen.failed:
                continue
            if self.creation.repeated and len(doubled := ours(self.creation.asked, seen)) > 1:
                await self._tell_doubled(outcome, doubled)
                return outcome
            if not isinstance(outcome, InDoubt):
                return outcome
            known = settle(self.creation.asked, seen, doubtful=outcome)
            if isinstance(known, Created | Refused):
                await self._change(known)
                return known
        if isinstance(outcome, InDoubt):
            await self._change(outcome)  # it is not looked up any more
        return outcome

    async def _tell_doubled(self, outcome: Outcome, rows: list[Row]) -> None:
        fields = {"registries": [row.id for row in rows]}
        logger.error("CodeArts applied one request twice: remove one of the registries", extra=fields)
        message = messages.doubled(self.request, outcome, region=self.region, count=len(rows))
        await self.delivery.change(message)
        await self.delivery.alert(message)

    async def _look(self) -> LookedUp:
        return await self.look_up.again(self.durable, self.creation.asked.name)

    async def _change(self, outcome: Outcome) -> None:
        await self.delivery.change(messages.outcome(self.request, outcome, region=self.region))
