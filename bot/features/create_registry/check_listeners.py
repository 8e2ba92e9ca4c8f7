"""(7) Answers Check now: in a message, whose button carries everything needed, or in the Home tab, where it carries an id."""

import itertools
import logging
import time
from dataclasses import dataclass

from bot.domain.command import COMMAND
from bot.domain.outcomes import InDoubt
from bot.domain.request import Origin, Request
from bot.errors import AlreadyUnderWay, LedgerUnavailable, NotSaved
from bot.features.create_registry import wording
from bot.features.create_registry.kept import Kept, from_value, to_value
from bot.features.create_registry.models import CHECK_WORKFLOW, Check, RegistryRequest
from bot.features.create_registry.outcomes import outcome_of
from bot.ledger.ledger import Ledger
from bot.ledger.models import Event, EventCode
from bot.references import new_reference
from bot.slack.inbound.answers import Accept, Answer, Tell
from bot.slack.inbound.home_tabs import HomeTabs
from bot.slack.inbound.presses import Press
from bot.workflow.definition import AcceptRequest, FindRequest

logger = logging.getLogger(__name__)


class CheckNow:
    """Answers Check now: anybody may have the outcome looked up once more."""

    def __init__(
        self,
        *,
        accept: AcceptRequest,
        find: FindRequest,
        ledger: Ledger,
        homes: HomeTabs,
        command: str = COMMAND,
    ) -> None:
        self._command = command
        self._accept = accept
        self._find = find
        self._ledger = ledger
        self._homes = homes

    async def __call__(self, press: Press) -> Answer:
        """Answer when the check is on disk. Simultaneous presses lead to one check."""
        kept = from_value(press.action.value)
        if kept is not None and press.message is not None and press.channel is not None:
            there = _There(channel=press.channel.id, ts=press.message.ts)
            return await self._check(press, kept, there, wording.PRESS_CHECKING)
        try:
            return await self._from_home(press)
        except LedgerUnavailable as failure:
            logger.warning("the ledger is unavailable (%s)", failure)
            return Tell(text=wording.PRESS_NOT_NOW)
        except NotSaved as failure:
            return _not_saved(failure)

    async def _from_home(self, press: Press) -> Answer:
        receipt = await self._ledger.get(press.action.value or "")
        if receipt is None or receipt.requester != press.user_id:
            return Tell(text=wording.PRESS_UNREADABLE.format(command=self._command))
        outcome = outcome_of(receipt)
        if not isinstance(outcome, InDoubt):
            self._homes.changed(press.user_id)  # it is known by now, and the message shows it
            return Accept()
        request = await self._find(receipt.id)
        if request is None or not isinstance(request.payload, RegistryRequest):
            # Too old for the engine's records, or from a build that recorded it differently.
            return Tell(text=wording.PRESS_CHECK_THERE.format(name=receipt.name))
        looked = _looked_before(await self._ledger.events(receipt.id))
        kept = Kept(request=request, outcome=outcome, looked_before=looked)
        there = _There(channel=receipt.message_channel or "", ts=receipt.message_ts or "")
        return await self._check(press, kept, there, wording.PRESS_CHECKING_FROM_HOME)

    async def _check(self, press: Press, kept: Kept, there: "_There", words: str) -> Answer:
        name = kept.request.payload.name
        try:
            await self._accept(CHECK_WORKFLOW, _request(press, kept, there))
        except AlreadyUnderWay:
            return Tell(text=wording.PRESS_CHECKING_ALREADY.format(name=name))
        except NotSaved as failure:
            return _not_saved(failure)
        return Tell(text=words.format(name=name))


@dataclass(frozen=True, slots=True, kw_only=True)
class _There:
    """The message that will change; empty if there is none."""

    channel: str
    ts: str


def _looked_before(events: list[Event]) -> bool:
    """Whether what existed before the call is known."""
    before = itertools.takewhile(lambda event: event.code != EventCode.SENT, events)
    looks = [event for event in before if event.code == EventCode.LOOKED_UP]
    return bool(looks) and "registries" in looks[-1].details


def _not_saved(failure: NotSaved) -> Tell:
    reference = new_reference()
    logger.error("a check was not saved: %s", failure, extra={"reference": reference})
    return Tell(text=wording.PRESS_NOT_SAVED.format(reference=reference))


def _request(press: Press, kept: Kept, there: _There) -> Request:
    origin = Origin(
        door="button",
        requester=press.user_id,
        requester_name=press.user_name,
        team=press.team_id,
        channel=there.channel,
    )
    return Request(
        id=f"{kept.request.id}-check-{press.action.action_ts}",
        reference=kept.request.reference,
        origin=origin,
        payload=Check(kept=to_value(kept) or "", name=kept.request.payload.name, about=there.channel, ts=there.ts),
        accepted_at=time.time(),
    )
