"""The button that shows a receipt: any message or view may carry it; the feature `receipts` hears it."""

from bot import wording
from bot.slack.blocks import Block, button

# Messages keep their buttons for years, so it stays the same.
SHOW_RECEIPT = "receipt_show"


def receipt_button(request_id: str, *, name: str) -> Block:
    """For the receipt of this request."""
    described = wording.RECEIPT_DESCRIBED.format(name=name)
    return button(SHOW_RECEIPT, wording.RECEIPT_LABEL, request_id, described=described[:75])
