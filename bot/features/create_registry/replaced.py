"""(7) After a successful retry: removes the buttons of the requests that failed before."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.request import Request
from bot.errors import LedgerUnavailable
from bot.features.create_registry import messages
from bot.features.create_registry.buttons import ANOTHER_NAME, TRY_AGAIN, helping, only_receipt
from bot.features.create_registry.kept import from_receipt
from bot.features.create_registry.outcomes import outcome_of
from bot.ledger.ledger import Ledger
from bot.ledger.models import EventCode, Receipt, State
from bot.ledger.notes import Happened
from bot.slack.outbound.results import Posted
from bot.workflow.delivery import Deliveries
from bot.workflow.durable import Durable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """Failed requests that a later one has replaced successfully.

    This is best effort and not a step: a button that stays opens the form, which explains the rest.
    """

    ledger: Ledger
    deliveries: Deliveries
    region: str
    changed: Callable[[str], None]

    async def by(self, request: Request, durable: Durable) -> None:
        """Remove the buttons of the requests that this one, which has created its registry, replaces."""
        try:
            earlier = await self._earlier(request)
        except LedgerUnavailable as error:
            logger.info("earlier requests could not be read (%s)", error)
            return
        for receipt in earlier:
            details = {"request": request.id, "reference": request.reference}
            durable.note(Happened(code=EventCode.REPLACED, details=details, once=True, request_id=receipt.id))
            await self._change(receipt, request)
            self.changed(receipt.requester)

    async def _earlier(self, request: Request) -> list[Receipt]:
        """The request whose button led to this one, and failed requests for the same name."""
        again = request.payload.again
        pressed = await self.ledger.get(again) if again else None
        same = await self.ledger.of_name(request.payload.name, State.REFUSED)
        helps = [each for each in same if _button(each) == TRY_AGAIN]
        own = pressed is not None and pressed.requester == request.origin.requester
        if pressed and own and _button(pressed) in {TRY_AGAIN, ANOTHER_NAME}:
            helps.append(pressed)
        return list({each.id: each for each in helps}.values())

    async def _change(self, receipt: Receipt, request: Request) -> None:
        outcome = outcome_of(receipt)
        if outcome is None or not (receipt.message_channel and receipt.message_ts):
            return
        asked = from_receipt(receipt, outcome).request
        row = only_receipt(receipt.id, name=receipt.name)
        message = messages.replaced(asked, outcome, by=request, region=receipt.region or self.region, buttons=row)
        posted = Posted(route="channel", channel=receipt.message_channel, ts=receipt.message_ts)
        await self.deliveries.touch(asked, posted, message)


def _button(receipt: Receipt) -> str | None:
    outcome = outcome_of(receipt)
    return helping(outcome, can_look_up=False) if outcome else None
