"""The button that shows a receipt. Any message or view may contain it; the feature `receipts` handles it."""

from bot import wording
from bot.slack.blocks import Block, button

# Messages keep their buttons for years, so it stays the same.
SHOW_RECEIPT = "receipt_show"


def receipt_button(request_id: str, *, name: str) -> Block:
    """The button for the receipt of this request."""
    described = wording.RECEIPT_DESCRIBED.format(name=name)
    return button(SHOW_RECEIPT, wording.RECEIPT_LABEL, request_id, described=described[:75])
