"""Every list, answer and view of this feature, as Block Kit that can be pasted into Slack's Block Kit Builder.

`pytest --snapshot-update` writes the files anew; the person who changes a word or a layout then reads the difference.
"""

from dataclasses import replace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.features import explained
from bot.features.catalogue import FEATURES
from bot.features.contract import all_explanations
from bot.features.explained import Words
from bot.features.receipts import messages
from bot.features.receipts.messages import ListPosition
from bot.ledger.models import Event, EventCode, Receipt, State
from tests.features.receipts.samples import CREATED, REFUSED, UNDER_WAY, UNKNOWN

EXPLANATIONS = all_explanations(FEATURES)

ANSWERED = Event(at=1.0, who=None, code=EventCode.ANSWERED, trace_id=CREATED.trace_id, details={})
ASKED_APPROVERS = Event(at=1.0, who=None, code=EventCode.WAITING, trace_id=None, details={"until": 1_764_800_000.0})
YES = Event(at=2.0, who="U0BENOKORO0", code=EventCode.APPROVED, trace_id=None, details={})
NO = Event(at=2.0, who="U0BENOKORO0", code=EventCode.DECLINED, trace_id=None, details={"why": "Use your team's."})
WAITING = replace(UNDER_WAY, state=State.WAITING)
APPROVED = replace(CREATED, decided_by="U0BENOKORO0", decided_at=1_764_192_000.0)
DECLINED = replace(UNDER_WAY, state=State.REFUSED, code="declined", decided_why="Use your team's.")
DECLINED = replace(DECLINED, decided_by="U0BENOKORO0", decided_at=1_764_192_000.0)

CANCELLED = replace(DECLINED, code="cancelled", decided_why=None, decided_by="root@host")
OPERATOR = Event(at=2.0, who="root@host", code=EventCode.CANCELLED, trace_id=None, details={})


def words_of(receipt: Receipt) -> Words:
    return explained.words_of(receipt, EXPLANATIONS)


def listing(*found: Receipt, mine: bool = False, more: bool = False) -> Any:
    return list(messages.listing(found, words_of, page=ListPosition(mine=mine), more=more, command="/create-registry"))


SHOWN: dict[str, Any] = {
    "list": listing(CREATED, replace(REFUSED, name="cart"), replace(UNDER_WAY, name="till"), more=True),
    "list_mine": listing(CREATED, mine=True),
    "list_empty": listing(),
    "status": list(messages.answer([CREATED], words_of)),
    "status_refused": list(messages.answer([REFUSED], words_of)),
    "status_several": list(messages.answer([CREATED, REFUSED], words_of)),
    "receipt": messages.view(CREATED, words_of(CREATED), events=[ANSWERED], contact="#platform-help"),
    "receipt_refused": messages.view(REFUSED, words_of(REFUSED)),
    "receipt_under_way": messages.view(UNDER_WAY, words_of(UNDER_WAY)),
    "status_waiting": list(messages.answer([WAITING], words_of)),
    "receipt_waiting": messages.view(WAITING, words_of(WAITING), events=[ASKED_APPROVERS]),
    "receipt_approved": messages.view(APPROVED, words_of(APPROVED), events=[ASKED_APPROVERS, YES, ANSWERED]),
    "receipt_declined": messages.view(DECLINED, words_of(DECLINED), events=[ASKED_APPROVERS, NO]),
    "receipt_cancelled": messages.view(CANCELLED, words_of(CANCELLED), events=[ASKED_APPROVERS, OPERATOR]),
    "receipt_unknown": messages.view(UNKNOWN, words_of(UNKNOWN)),
}


@pytest.mark.parametrize("what", SHOWN)
def test_it_is_shown_so(snapshot: SnapshotAssertion, what: str) -> None:
    assert SHOWN[what] == snapshot(extension_class=JSONSnapshotExtension)
