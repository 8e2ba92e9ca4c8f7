"""POST /slack/events: who is let in, and what is turned away before Bolt sees it."""

import json
from typing import Any
from urllib.parse import parse_qs, urlencode

import aiohttp
import pytest

from bot import wording
from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.answers import Accept
from tests.slack.lunch import COMMAND, DISH, Lunch, dish, giving, open_form
from tests.support.bad_signatures import BAD_SIGNATURES
from tests.support.running import BOT_TOKEN


@pytest.fixture(autouse=True)
def command_is_accepted(lunch: Lunch, http: str) -> None:
    lunch.on_command = giving(Accept())


async def test_a_signed_request_is_served(slack: LocalSlack, lunch: Lunch) -> None:
    delivery = await slack.deliver_raw(slack.command_body("for two", command=COMMAND))
    assert (delivery.status, delivery.body) == (200, "")
    assert [command.text for command in lunch.commands] == ["for two"]


@pytest.mark.parametrize("bent", BAD_SIGNATURES, ids=str)
async def test_a_request_without_a_right_signature_is_turned_away(
    slack: LocalSlack, lunch: Lunch, bent: dict[str, Any]
) -> None:
    delivery = await slack.deliver_raw(slack.command_body(command=COMMAND), **bent)
    assert delivery.status == 401
    for mark in ("Traceback", "Error:", ".py", "aiohttp"):
        assert mark not in delivery.body
    assert lunch.commands == []


async def test_what_cannot_even_be_checked_is_told_so(slack: LocalSlack) -> None:
    delivery = await slack.deliver_raw(slack.command_body(command=COMMAND), timestamp="yesterday")
    assert (delivery.status, delivery.body) == (401, wording.NOT_SIGNED)


@pytest.mark.parametrize("age", [301, 100_000, -301])
async def test_a_request_more_than_five_minutes_off_is_turned_away_though_well_signed(
    slack: LocalSlack, lunch: Lunch, age: int
) -> None:
    stamp = str(int(slack.workspace.clock()) - age)
    delivery = await slack.deliver_raw(slack.command_body(command=COMMAND), timestamp=stamp)
    assert delivery.status == 401
    assert lunch.commands == []


async def test_a_request_of_four_minutes_ago_is_served(slack: LocalSlack, lunch: Lunch) -> None:
    stamp = str(int(slack.workspace.clock()) - 240)
    delivery = await slack.deliver_raw(slack.command_body(command=COMMAND), timestamp=stamp)
    assert delivery.status == 200
    assert len(lunch.commands) == 1


async def test_a_form_signed_by_somebody_else_is_turned_away(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_command = lunch.open_form
    view_id = await open_form(slack)
    stranger = LocalSlack(signing_secret="another secret", bot_token=BOT_TOKEN)
    body, stamp = slack.submission_body(view_id, dish()), str(int(slack.workspace.clock()))
    delivery = await slack.deliver_raw(body, timestamp=stamp, signature=stranger.sign(body, stamp))
    assert delivery.status == 401
    assert lunch.orders == []
    assert (await slack.deliver_raw(body, timestamp=stamp)).status == 200
    assert len(lunch.orders) == 1


async def test_a_body_larger_than_anything_slack_sends_is_refused(slack: LocalSlack, lunch: Lunch) -> None:
    delivery = await slack.deliver_raw(slack.command_body("x" * 200_000, command=COMMAND))
    assert (delivery.status, delivery.body) == (413, wording.TOO_LARGE)
    assert lunch.commands == []


async def test_a_form_with_every_field_full_is_not_too_large(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_command = lunch.open_form
    view_id = await open_form(slack)
    await slack.submit(view_id, dish("🚀" * 1500))
    assert not slack.views[view_id].open
    assert len(lunch.orders) == 1


async def test_what_is_not_posted_to_slacks_address_is_not_found(http: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{http}/slack/events") as answer:
            assert answer.status == 405
        async with session.post(f"{http}/elsewhere", data=b"x") as answer:
            assert answer.status == 404


NOT_FROM_SLACK: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown type with an event that is null": ({"type": "x", "event": None}, "x"),
    # On this one Bolt fails, and again while it reports that it has failed.
    "an old kind of press without actions": (
        {"type": "interactive_message", "callback_id": "x"},
        "interactive_message",
    ),
    "an unknown type with a view that is a number": ({"type": "view_opened", "view": 7}, "view_opened"),
    "a type that is no word": ({"type": "x\x1b[31m\nlevel=error " + "x" * 9000}, "of no known kind"),
    "a form that nobody registered": (
        {
            "type": "view_submission",
            "user": {"id": "U1"},
            "view": {"id": "V1", "type": "modal", "callback_id": "y" * 9000, "state": {"values": {}}},
        },
        "view_submission",
    ),
}


@pytest.mark.parametrize("what", NOT_FROM_SLACK)
async def test_a_signed_body_that_nothing_here_handles_is_one_short_line_and_the_bot_keeps_working(
    slack: LocalSlack, lunch: Lunch, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    sent, kind = NOT_FROM_SLACK[what]
    delivery = await slack.deliver_raw(urlencode({"payload": json.dumps(sent)}).encode())
    assert delivery.status == 404
    (record,) = [record for record in caplog.records if record.name.startswith("bot.")]
    assert record.getMessage() == f"nothing in this bot handles what Slack sent ({kind})"
    assert (await slack.command(command=COMMAND)).status == 200
    assert len(lunch.commands) == 1


MISSHAPEN: dict[str, dict[str, Any]] = {
    "a press with a view that is a number": {"type": "block_actions", "view": 7},
    "a press with actions that are a text": {"type": "block_actions", "actions": "press"},
    "a shortcut without a trigger": {"type": "shortcut", "callback_id": "x", "user": {"id": "U1"}},
    "a message shortcut without a message": {"type": "message_action", "callback_id": "x", "trigger_id": "1"},
    "an event that is a list": {"type": "event_callback", "event": [7]},
    "an event that is a number": {"type": "event_callback", "event": 7},
}


@pytest.mark.parametrize("what", MISSHAPEN)
async def test_a_signed_body_of_a_known_kind_and_another_shape_is_refused_before_any_handler(
    slack: LocalSlack, lunch: Lunch, what: str
) -> None:
    delivery = await slack.deliver_raw(urlencode({"payload": json.dumps(MISSHAPEN[what])}).encode())
    assert (delivery.status, delivery.body) == (400, wording.MALFORMED)
    assert (await slack.command(command=COMMAND)).status == 200
    assert len(lunch.commands) == 1


async def test_a_form_that_bolt_fails_on_is_answered_at_its_own_first_field(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_command = lunch.open_form
    body = slack.submission_body(await open_form(slack), dish())
    payload = {**json.loads(parse_qs(body.decode())["payload"][0]), "event": 7}
    delivery = await slack.deliver_raw(urlencode({"payload": json.dumps(payload)}).encode())
    assert delivery.json["response_action"] == "errors"
    assert list(delivery.json["errors"]) == [DISH]
    assert lunch.orders == []
