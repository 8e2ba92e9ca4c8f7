"""(7) The message of a request that an operator has ended: its outcome, like any other."""

from dataclasses import dataclass

from bot.features.create_registry import buttons, messages
from bot.features.create_registry.kept import from_receipt
from bot.features.create_registry.outcomes import outcome_of
from bot.ledger.models import Receipt
from bot.slack.blocks import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """`region` and `contact` are shown to people."""

    region: str
    contact: str | None
    can_look_up: bool

    def message_of(self, receipt: Receipt) -> Message | None:
        """Its message according to the ledger; None while it has no outcome."""
        outcome = outcome_of(receipt)
        if outcome is None:
            return None
        kept = from_receipt(receipt, outcome)
        # The note sent with the description is not known here, and a check needs it.
        row = buttons.row(kept, can_look_up=self.can_look_up, by_id=True)
        region = receipt.region or self.region
        return messages.outcome(kept.request, outcome, region=region, contact=self.contact, buttons=row)
