"""The form in which an approver says why not: its ids, how it is built, and how a submission is read."""

import json
from typing import Any

from bot.domain.text import printable
from bot.features.approvals import wording
from bot.ledger.models import Receipt
from bot.slack.blocks import input_block, mrkdwn_line, plain
from bot.slack.inbound.payload_parts import ViewState

CALLBACK_ID = "approval_decline"
REASON_BLOCK, REASON_ACTION = "decline_reason", "reason"
REASON_MAX = 500


def build(receipt: Receipt) -> dict[str, Any]:
    """The form for the request of this receipt."""
    element = {
        "type": "plain_text_input",
        "action_id": REASON_ACTION,
        "multiline": True,
        "focus_on_load": True,
        "max_length": REASON_MAX,
        "placeholder": plain(wording.DECLINE_PLACEHOLDER),
    }
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain(wording.DECLINE_TITLE),
        "submit": plain(wording.DECLINE_SUBMIT),
        "close": plain(wording.DECLINE_CLOSE),
        "private_metadata": json.dumps({"request": receipt.id}),
        "blocks": [
            mrkdwn_line(wording.DECLINE_INTRO.format(requester=receipt.requester, name=receipt.name)),
            input_block(REASON_BLOCK, wording.DECLINE_LABEL, element, hint=wording.DECLINE_HINT),
        ],
    }


def reason(state: ViewState) -> str:
    """The reason that was entered; an empty string if nothing of it can be seen."""
    entered = (state.element(REASON_BLOCK, REASON_ACTION).value or "").strip()[:REASON_MAX]
    return entered if printable(entered) else ""


def request_id(private_metadata: str) -> str:
    """The id of the request that the form is about; an empty string if it cannot be read."""
    try:
        kept = json.loads(private_metadata)
    except (ValueError, RecursionError):
        return ""
    found = kept.get("request") if isinstance(kept, dict) else None
    return found if isinstance(found, str) else ""
