"""What people read of receipts, within Slack's limits for the longest that there can be."""

from dataclasses import replace

import pytest

from bot import wording as platform_wording
from bot.features import explained
from bot.features.catalogue import FEATURES
from bot.features.contract import all_explanations
from bot.features.explained import Words
from bot.features.receipts import messages, states, wording
from bot.features.receipts.messages import PAGE, ListPosition
from bot.ledger.models import Place, Receipt, State
from bot.playground.slack.blocks import problems_of_blocks, problems_of_view
from tests.features.receipts.samples import CREATED, LONGEST, REFUSED, UNDER_WAY, UNKNOWN

EXPLANATIONS = all_explanations(FEATURES)


def words_of(receipt: Receipt) -> Words:
    return explained.words_of(receipt, EXPLANATIONS)


def read(blocks: object) -> str:
    if isinstance(blocks, list | tuple):
        return "".join(map(read, blocks))
    if isinstance(blocks, dict):
        own = blocks.get("text")
        more = "".join(read(value) for key, value in blocks.items() if key not in {"text", "style"})
        return (own if isinstance(own, str) else read(own)) + more
    return ""


@pytest.mark.parametrize("receipt", [CREATED, REFUSED, UNDER_WAY, UNKNOWN, LONGEST], ids=lambda each: each.state)
def test_every_receipt_is_a_view_that_slack_takes(receipt: Receipt) -> None:
    shown = messages.view(receipt, words_of(receipt))
    assert problems_of_view(shown) == []
    assert words_of(receipt).status in read(shown["blocks"])


@pytest.mark.parametrize("receipt", [CREATED, LONGEST], ids=["usual", "longest"])
@pytest.mark.parametrize("mine", [False, True])
def test_a_page_of_them_is_a_message_that_slack_takes(receipt: Receipt, mine: bool) -> None:
    found = [replace(receipt, id=f"{receipt.id}{number}") for number in range(PAGE)]
    shown = messages.listing(found, words_of, page=ListPosition(mine=mine), more=True, command="/create-registry")
    assert problems_of_blocks(list(shown)) == []
    assert problems_of_blocks(list(messages.answer(found[:5], words_of))) == []
    assert problems_of_blocks(list(messages.answer(found[:1], words_of))) == []


def test_the_receipt_says_who_when_why_where_and_how_it_ended() -> None:
    shown = read(messages.view(CREATED, words_of(CREATED))["blocks"])
    for label in (
        "Status",
        "Address",
        "Requested by",
        "When",
        "What it is for",
        "Result goes to",
        "Announced",
        "Trace id",
    ):
        assert f"{label}: " in shown
    assert "Reason" not in shown
    assert "Images of the web shop" in shown


def test_a_refusal_says_why_in_the_words_of_its_feature() -> None:
    assert "Reason: CR.4102: no right" in read(messages.view(REFUSED, words_of(REFUSED))["blocks"])
    assert read(messages.answer([REFUSED], words_of)).count("CR.4102: no right") == 1


def test_what_nobody_knows_is_said_so() -> None:
    assert platform_wording.STATUS_UNKNOWN_REASON in read(messages.view(UNKNOWN, words_of(UNKNOWN))["blocks"])
    later = replace(CREATED, state="of_a_later_build")
    assert words_of(later).status == "of_a_later_build"


@pytest.mark.parametrize(
    ("changes", "announced"),
    [
        ({}, "in this message"),
        ({"told_at": None}, "not yet"),
        ({"message_channel": "D1", "permalink": None}, "in a direct message"),
        ({"message_ts": None, "permalink": None}, "there, through the form"),
    ],
)
def test_it_says_where_the_outcome_was_announced(changes: dict[str, object], announced: str) -> None:
    receipt = replace(CREATED, **changes)  # type: ignore[arg-type]
    assert f"Announced: {announced}" in read(messages.view(receipt, words_of(receipt))["blocks"])


def test_an_empty_list_says_what_to_do() -> None:
    for mine in (False, True):
        (block,) = messages.listing([], words_of, page=ListPosition(mine=mine), more=False, command="/create-registry")
        assert "/create-registry" in read(block)
    page = ListPosition(mine=False, after=Place(asked_at=1.0, id="x"))
    assert read(messages.listing([], words_of, page=page, more=False, command="/c")) == wording.LIST_END


def test_a_button_carries_where_the_list_continues_and_nothing_else_is_taken_for_it() -> None:
    page = ListPosition(mine=True, after=Place(asked_at=1764192000.123456, id="T1-V1"))
    assert ListPosition.read(page.value()) == page
    for wrong in (None, "", "x", "{}", "[]", '{"mine": true, "after": null}', '{"mine": true, "after": ["x", 1]}'):
        assert ListPosition.read(wrong) is None


def test_states_have_the_same_names_here_and_in_the_messages() -> None:
    said = {words_of(replace(CREATED, state=state, code="x")).status: state for state in State}
    assert said == states.NAMES
