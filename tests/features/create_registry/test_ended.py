"""The message of a request that an operator has ended is an outcome as any other."""

import dataclasses
import json

import pytest

from bot.domain.outcomes import Reason
from bot.features.create_registry.buttons import CHECK_NOW
from bot.features.create_registry.ended import Ended
from bot.ledger.models import State
from bot.playground.slack.blocks import problems_of_blocks
from bot.slack.receipts import SHOW_RECEIPT
from tests.features.receipts.samples import CREATED

ENDED = Ended(region="r1", contact="#help", can_look_up=True)


@pytest.mark.parametrize(
    ("state", "status", "following", "check"),
    [
        (State.REFUSED, "error", "Nothing was created.", False),
        (State.IN_DOUBT, "unconfirmed", "Look in the CodeArts Artifact console", True),
    ],
)
def test_it_has_status_reason_next_step_and_its_receipt(state: State, status: str, following: str, check: bool) -> None:
    receipt = dataclasses.replace(CREATED, state=state, code=Reason.CANCELLED, trace_id=None, address=None)
    message = ENDED.message_of(receipt)
    assert message is not None
    assert f"<@{receipt.requester}>" in message["text"]
    assert all(part in message["text"] for part in (status, "cancelled the request", following)), message["text"]
    shown = json.dumps(message["blocks"])
    assert (SHOW_RECEIPT in shown, CHECK_NOW in shown) == (True, check)
    assert problems_of_blocks(message["blocks"]) == []


def test_while_there_is_no_outcome_nothing_is_said() -> None:
    assert ENDED.message_of(dataclasses.replace(CREATED, state=State.UNDER_WAY)) is None
