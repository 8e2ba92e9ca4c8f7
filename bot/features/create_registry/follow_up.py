"""(6) The look-ups after the outcome was posted: for a missing address, and for an uncertain outcome."""

import logging
from dataclasses import dataclass
from functools import partial

from bot.domain.outcomes import InDoubt, Refused
from bot.domain.registry import Created, Outcome
from bot.domain.request import Request
from bot.features.create_registry import buttons, messages
from bot.features.create_registry.confirmed import learn, with_row
from bot.features.create_registry.creation import Creation
from bot.features.create_registry.evidence import decided, doubled, may_be_in_use
from bot.features.create_registry.kept import Kept
from bot.features.create_registry.look_up import LookedUp, LookUp, Row, ToldMeanwhile, not_told
from bot.features.create_registry.retry_policy import RetryPolicy, pauses
from bot.ledger.models import EventCode
from bot.ledger.notes import Concluded, Happened
from bot.slack.blocks import Message
from bot.workflow.delivery import Delivery
from bot.workflow.durable import Durable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """The look-ups of one request after its outcome was posted. Whatever they find changes the message.

    `told` returns whether the uncertain outcome has been settled and posted by somebody else meanwhile.
    """

    request: Request
    creation: Creation
    look_up: LookUp
    policy: RetryPolicy
    durable: Durable
    delivery: Delivery
    region: str
    contact: str | None = None
    told: ToldMeanwhile = not_told

    @property
    def needed(self) -> bool:
        """Whether a look-up is needed."""
        return self.undecided or self._address_missing or self._perhaps_doubled

    @property
    def undecided(self) -> bool:
        """Whether the outcome itself is uncertain, and will be looked up again."""
        return self._rechecked and isinstance(self.creation.outcome, InDoubt)

    @property
    def _perhaps_doubled(self) -> bool:
        return self._rechecked and self.creation.repeated and isinstance(self.creation.outcome, Created)

    @property
    def _address_missing(self) -> bool:
        outcome = self.creation.outcome
        looked_for = self.creation.asked.looked_up and bool(self.policy.address_at)
        return looked_for and isinstance(outcome, Created) and outcome.address is None

    @property
    def _rechecked(self) -> bool:
        return self.creation.asked.looked_up and bool(self.policy.recheck_at)

    def message(self, outcome: Outcome, *, rechecked: bool = False) -> Message:
        """The message for the channel, with its button. `rechecked`: it will be looked up again automatically."""
        return messages.outcome(self.request, outcome, rechecked=rechecked, **self._frame(outcome))

    async def run(self) -> Outcome:
        """Look until everything is known or the policy ends, and return the outcome."""
        outcome = self.creation.outcome
        if self._address_missing and isinstance(outcome, Created):
            outcome = await self._find_address(outcome)
        if self.undecided or self._perhaps_doubled:
            outcome = await self._recheck(outcome)
        return outcome

    async def _find_address(self, created: Created) -> Created:
        visible = False
        looks = pauses(self.policy.address_at)
        for number, pause in enumerate(looks, start=1):
            await self.durable.pause(pause)
            seen = await self._look()
            if row := await learn(self.look_up.views, self.creation.asked, seen, may_lag=number < len(looks)):
                created = with_row(created, row)
                await self._change(created)
                return created
            visible = visible or seen.failed or seen.view.proven or bool(self.creation.asked.appeared(seen))
        if not visible:
            self.look_up.views.warn()
            await self.delivery.change(messages.unseen(self.request, created, **self._frame(created)))
        return created

    async def _recheck(self, outcome: Outcome) -> Outcome:
        asked = self.creation.asked
        for pause in pauses(self.policy.recheck_at):
            await self.durable.pause(pause)
            seen = await self._look(self.told if isinstance(outcome, InDoubt) else not_told)
            if seen.told:
                return outcome
            if seen.failed:
                continue
            known = self._decided(outcome, seen)
            if self.creation.repeated and (rows := doubled(asked, seen)):
                await self._tell_doubled(known or outcome, rows)
                return known or outcome
            if known is not None:
                await self._change(known, was=outcome)
                return known
            if isinstance(outcome, Created):
                return outcome
        if isinstance(outcome, InDoubt):
            await self._change(outcome)  # it is not looked up any more
        return outcome

    def _decided(self, outcome: Outcome, seen: LookedUp) -> Created | Refused | None:
        """What was in doubt and is not any more."""
        if not isinstance(outcome, InDoubt):
            return None
        return decided(self.creation.asked, seen, trace_id=self.creation.trace_id)

    async def _tell_doubled(self, outcome: Outcome, rows: list[Row]) -> None:
        fields = {"registries": [row.id for row in rows]}
        self.durable.note(Concluded(result=outcome))
        self.durable.note(Happened(code=EventCode.DOUBLED, details=fields, once=True))
        logger.error("CodeArts seems to have applied one request twice: remove one of the registries", extra=fields)
        message = messages.doubled(self.request, outcome, count=len(rows), **self._frame(outcome))
        await self.delivery.change(message)
        await self.delivery.alert(message)

    def _frame(self, outcome: Outcome) -> messages.Frame:
        kept = Kept(request=self.request, outcome=outcome, looked_before=self.creation.asked.older is not None)
        row = buttons.row(kept, can_look_up=self.look_up.possible)
        return {"region": self.region, "contact": self.contact, "buttons": row}

    async def _look(self, told: ToldMeanwhile = not_told) -> LookedUp:
        asked = self.creation.asked
        return await self.look_up.again(self.durable, asked.name, enough=partial(may_be_in_use, asked), told=told)

    async def _change(self, outcome: Outcome, *, was: Outcome | None = None) -> None:
        """Change the message. The further channels, which received the outcome `was`, also receive the new one."""
        self.durable.note(Concluded(result=outcome))
        news = messages.news(self.request, outcome, failed=True) if was else None
        await self.delivery.change(self.message(outcome), news)
