"""A person who waits when a handler fails gets a sentence and a reference, and the log has the cause under it."""

import json
import logging
import re
from typing import Any

import pytest
from slack_bolt.response import BoltResponse

from bot import wording
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.answers import Accept
from bot.slack.inbound.failures import answer_failure
from tests.slack.lunch import COMMAND, DISH, Lunch, dish, giving, open_form, raising

REFERENCE = re.compile(r"R-[2-9B-Z]{5}")
FIRE = RuntimeError("the kitchen burns")


def apology_in(words: str) -> str:
    """The reference of an apology, which has nothing else of ours in it."""
    found: list[str] = REFERENCE.findall(words)
    assert len(found) == 1, words
    assert words == wording.APOLOGY.format(reference=found[0])
    return found[0]


def logged_under(caplog: pytest.LogCaptureFixture, reference: str) -> logging.LogRecord:
    (record,) = [record for record in caplog.records if getattr(record, "reference", None) == reference]
    return record


# ---- through the front door ----


@pytest.mark.usefixtures("http")
async def test_a_command_whose_handler_fails_gets_an_ephemeral_apology_with_a_reference(
    slack: LocalSlack, lunch: Lunch, caplog: pytest.LogCaptureFixture
) -> None:
    lunch.on_command = raising(FIRE)
    delivery = await slack.command("for two", command=COMMAND, user=company.BEN)
    assert (delivery.status, delivery.json["response_type"]) == (200, "ephemeral")
    (message,) = slack.messages(company.TEAM_SHOP)
    assert message.ephemeral_to == company.BEN
    record = logged_under(caplog, apology_in(message.text))
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.exc_info[1] is FIRE


@pytest.mark.usefixtures("http")
async def test_a_form_whose_handler_fails_gets_the_apology_at_its_own_first_field_and_stays_open(
    slack: LocalSlack, lunch: Lunch, caplog: pytest.LogCaptureFixture
) -> None:
    lunch.on_form = raising(FIRE)
    view_id = await open_form(slack)
    await slack.submit(view_id, dish("stew"))
    opened = slack.views[view_id]
    assert (opened.open, opened.trouble, list(opened.errors)) == (True, None, [DISH])
    record = logged_under(caplog, apology_in(opened.errors[DISH]))
    assert record.exc_info is not None
    assert record.exc_info[1] is FIRE

    lunch.on_form = giving(Accept())
    await slack.submit(view_id, dish("stew"))
    assert not opened.open


@pytest.mark.usefixtures("http")
async def test_each_failure_has_a_reference_of_its_own(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_command = raising(FIRE)
    answers = [await slack.command(command=COMMAND) for _ in range(20)]
    assert len({apology_in(answer.json["text"]) for answer in answers}) == 20


@pytest.mark.usefixtures("http")
async def test_the_bot_keeps_working_after_a_failure(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_command = raising(FIRE)
    await slack.command(command=COMMAND)
    lunch.on_command = giving(Accept())
    delivery = await slack.command(command=COMMAND)
    assert (delivery.status, delivery.body) == (200, "")


# ---- which field ----

INPUT = {"type": "input", "block_id": "third"}
FIELDS: dict[str, tuple[Any, str | None]] = {
    "the first input, not the first block": (
        {"blocks": [{"type": "section", "block_id": "first"}, INPUT, {"type": "input", "block_id": "fourth"}]},
        "third",
    ),
    "an input without an id is passed over": (
        {"blocks": [{"type": "input"}, {"type": "input", "block_id": 7}, INPUT]},
        "third",
    ),
    "blocks that are not objects are passed over": ({"blocks": [7, None, "input", INPUT]}, "third"),
    "no blocks, but a state": ({"state": {"values": {"one": {}, "two": {}}}}, "one"),
    "no input, but a state": ({"blocks": [{"type": "section"}], "state": {"values": {"one": {}}}}, "one"),
    "blocks that are no list, but a state": ({"blocks": 7, "state": {"values": {"one": {}}}}, "one"),
    "neither": ({"blocks": [{"type": "section", "block_id": "first"}]}, None),
    "an empty state": ({"state": {"values": {}}}, None),
    "a state that is not an object": ({"state": 7}, None),
    "values that are not an object": ({"state": {"values": ["one"]}}, None),
    "an empty view": ({}, None),
    "no view": (None, None),
    "a view that is not an object": ("V1", None),
}


@pytest.mark.parametrize("what", FIELDS)
async def test_the_apology_to_a_form_goes_to_a_field_that_the_form_has(what: str) -> None:
    view, field = FIELDS[what]
    response = await answer_failure(FIRE, {"type": "view_submission", "view": view})
    if field is None:
        # Any words would break the form; Slack's own warning is the better answer.
        assert (response.status, response.body) == (500, "")
    else:
        assert response.status == 200
        answer = answer_in(response)
        assert (answer["response_action"], list(answer["errors"])) == ("errors", [field])
        apology_in(answer["errors"][field])


async def test_a_view_without_any_field_changes_into_the_apology() -> None:
    view = {"id": "V1", "blocks": [{"type": "section"}], "state": {"values": {}}}
    answer = answer_in(await answer_failure(FIRE, {"type": "view_submission", "view": view}))
    assert answer["response_action"] == "update"
    apology_in(answer["view"]["blocks"][0]["text"]["text"])


@pytest.mark.parametrize("body", [{}, {"type": "block_actions"}, {"type": "event_callback"}, None, [], 7, "x"], ids=str)
async def test_where_nobody_could_read_an_apology_the_answer_is_a_bare_500(body: object) -> None:
    response = await answer_failure(FIRE, body)
    assert (response.status, response.body) == (500, "")


async def test_an_apology_to_a_command_is_json_for_one_person() -> None:
    response = await answer_failure(FIRE, {"command": COMMAND})
    answer = answer_in(response)
    assert response.status == 200
    assert answer["response_type"] == "ephemeral"
    apology_in(answer["text"])


def answer_in(response: BoltResponse) -> Any:
    assert response.first_headers()["content-type"] == "application/json"
    return json.loads(response.body)
