"""Which button is under which outcome, and that it carries all that it needs."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.codearts.answers import MESSAGE_LIMIT, TOKEN_LIMIT
from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.features.create_registry.buttons import ANOTHER_NAME, CHECK_NOW, HOW_TO_PUSH, TRY_AGAIN, helping, row
from bot.features.create_registry.kept import VALUE_MAX, Kept, from_value, to_value
from bot.features.create_registry.models import RegistryRequest
from bot.playground.slack.blocks import problems_of_blocks
from bot.slack.receipts import SHOW_RECEIPT
from tests.features.create_registry.samples import request_of

HELPS: list[tuple[Outcome, str | None]] = [
    (Created(trace_id="1", address="https://a.example/r"), HOW_TO_PUSH),
    (Created(trace_id="1"), None),
    (Refused(code=Reason.ALREADY_EXISTS), ANOTHER_NAME),
    (Refused(code=Reason.TAKEN_MEANWHILE), ANOTHER_NAME),
    (Refused(code=Reason.THROTTLED), TRY_AGAIN),
    (Refused(code=Reason.CONNECTION_REFUSED), TRY_AGAIN),
    (Refused(code=Reason.PROXY_REFUSED), TRY_AGAIN),
    (Refused(code="DEV.CR.5000", status=500), TRY_AGAIN),
    (Refused(code="APIGW.0308", status=429), TRY_AGAIN),
    (Refused(code="X.1", status=503), TRY_AGAIN),
    (Refused(code="X.1", status=400), None),
    # Only those who run the bot can do something about these.
    (Refused(code="CR.4102", status=500), None),
    (Refused(code="APIGW.0301", status=401), TRY_AGAIN),
    (Refused(code=Reason.NOT_SENT), None),
    (InDoubt(code=Reason.NO_ANSWER), CHECK_NOW),
]


@pytest.mark.parametrize(("outcome", "action_id"), HELPS, ids=lambda value: getattr(value, "code", None))
def test_a_button_is_shown_only_where_it_helps(outcome: Outcome, action_id: str | None) -> None:
    assert helping(outcome, can_look_up=True) == action_id


def test_nothing_is_to_be_checked_where_nothing_can_be_looked_up() -> None:
    assert helping(InDoubt(code=Reason.NO_ANSWER), can_look_up=False) is None
    kept = Kept(request=request_of(), outcome=InDoubt(code=Reason.NO_ANSWER), looked_before=True)
    assert [each["action_id"] for each in row(kept, can_look_up=False)[0]["elements"]] == [SHOW_RECEIPT]


def as_carried(kept: Kept) -> Kept:
    value = to_value(kept)
    assert value is not None
    read = from_value(value)
    assert read is not None
    return read


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


@given(
    description=st.none() | TEXT.filter(bool),
    note=st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=100),
    message=st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=MESSAGE_LIMIT),
    code=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=TOKEN_LIMIT),
    public=st.booleans(),
    looked_before=st.booleans(),
)
def test_what_a_button_carries_fits_and_comes_back(
    description: str | None, note: str | None, message: str | None, code: str, public: bool, looked_before: bool
) -> None:
    request = request_of(name="x" * 20, public=public)
    payload = RegistryRequest(name="x" * 20, description=description, note=note, marked=note is not None)
    request = dataclasses.replace(request, payload=payload, accepted_at=1_764_192_000.0)
    kept = Kept(
        request=request,
        outcome=Refused(code=code, message=message, trace_id="t" * TOKEN_LIMIT, status=503),
        looked_before=looked_before,
    )
    value = to_value(kept)
    assert value is not None
    assert len(value) <= VALUE_MAX
    read = from_value(value)
    assert read is not None
    assert (read.request, read.looked_before, read.outcome.code) == (request, looked_before, code)  # type: ignore[union-attr]
    assert (message or "").startswith(read.outcome.message or "")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "outcome", [Created(trace_id="1", confirmed_by_lookup=True, trace_of_lookup=True, address="a"), InDoubt(code="x")]
)
def test_every_kind_of_outcome_comes_back(outcome: Outcome) -> None:
    assert as_carried(Kept(request=request_of(), outcome=outcome, looked_before=True)).outcome == outcome


@pytest.mark.parametrize("value", [None, "", "{", "7", "[]", "null", "{}", '{"id": "T-V"}', '{"kind": "created"}'])
def test_a_value_that_cannot_be_read_is_ignored(value: str | None) -> None:
    assert from_value(value) is None


def test_a_value_of_a_build_that_knew_less_is_read() -> None:
    old = {
        "id": "T-V",
        "ref": "R-7K2F9",
        "name": "shop",
        "user": "U1",
        "channel": "C1",
        "kind": "in_doubt",
        "code": "x",
    }
    kept = from_value(json.dumps(old))
    assert kept is not None
    assert (kept.request.payload.name, kept.looked_before) == ("shop", False)


def test_the_row_is_within_slacks_limits_for_the_longest_that_may_be_asked_for() -> None:
    request = request_of(name="x" * 20, description='"' * 200, requester="U" + "0" * 30)
    kept = Kept(request=request, outcome=Refused(code="THROTTLED", message="\\" * 500, status=503), looked_before=True)
    blocks = row(kept, can_look_up=True)
    assert problems_of_blocks(blocks) == []
    assert len(blocks[0]["elements"][0]["value"]) <= VALUE_MAX


def test_an_address_that_is_too_long_to_carry_has_no_button_of_its_own() -> None:
    kept = Kept(request=request_of(), outcome=Created(trace_id="1", address="a" * 2000), looked_before=True)
    assert [each["action_id"] for each in row(kept, can_look_up=True)[0]["elements"]] == [SHOW_RECEIPT]


@pytest.mark.parametrize("outcome", [outcome for outcome, _ in HELPS], ids=lambda value: getattr(value, "code", None))
def test_every_ended_request_has_its_receipt_behind_what_helps(outcome: Outcome) -> None:
    kept = Kept(request=request_of(), outcome=outcome, looked_before=True)
    receipt = row(kept, can_look_up=True)[0]["elements"][-1]
    assert (receipt["action_id"], receipt["value"]) == (SHOW_RECEIPT, "T0-V0")
