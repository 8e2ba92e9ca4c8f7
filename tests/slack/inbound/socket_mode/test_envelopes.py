"""What a connection carries: frames that are read, and the acknowledgement that each envelope gets."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.errors import MalformedRequest
from bot.playground.slack import company, payloads
from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.answers import ShowErrors, Tell
from bot.slack.inbound.socket_mode.envelopes import Disconnect, Envelope, Hello, read_frame
from tests.slack.inbound.socket_mode.conftest import Connect, attempts
from tests.slack.lunch import COMMAND, DISH, Lunch, dish, giving, open_form, raising

SECRET = "what-stood-there"
ENVELOPE: dict[str, Any] = {"envelope_id": "e", "type": "slash_commands", "accepts_response_payload": True}

# ---- frames ----


@pytest.mark.parametrize(("number", "connections"), [(1, 1), (7, 7), (None, 1), ("7", 1)])
def test_a_hello_counts_the_connections(number: object, connections: int) -> None:
    frame = {"type": "hello", "num_connections": number, "debug_info": {"host": "h"}}
    assert read_frame(json.dumps(frame)) == Hello(connections=connections)


def test_a_hello_without_a_count_is_a_hello() -> None:
    assert read_frame('{"type": "hello"}') == Hello(connections=1)


@pytest.mark.parametrize(
    ("reason", "read"),
    [
        ("warning", "warning"),
        ("a_reason_of_next_year", "a_reason_of_next_year"),
        (None, "unknown"),
        ("x" * 99, "unknown"),
        ("Bearer xapp-1-A0-abc", "unknown"),
    ],
)
def test_a_disconnect_has_a_reason(reason: object, read: str) -> None:
    assert read_frame(json.dumps({"type": "disconnect", "reason": reason})) == Disconnect(reason=read)


def test_an_envelope_is_read() -> None:
    frame = {**ENVELOPE, "payload": {"command": COMMAND}}
    assert read_frame(json.dumps(frame)) == Envelope(
        envelope_id="e", type="slash_commands", payload={"command": COMMAND}, accepts_response_payload=True
    )


@pytest.mark.parametrize(("said", "accepts"), [(True, True), (False, False), (None, True), ("no", True)])
def test_an_envelope_takes_a_payload_unless_it_says_that_it_does_not(said: object, accepts: bool) -> None:
    frame = read_frame(json.dumps({**ENVELOPE, "payload": {}, "accepts_response_payload": said}))
    assert isinstance(frame, Envelope)
    assert frame.accepts_response_payload is accepts


MALFORMED = {
    "nothing": ("", "it is not JSON"),
    "not JSON": ("{" + SECRET, "it is not JSON"),
    "a list": (f'["{SECRET}"]', "it is not an object"),
    "null": ("null", "it is not an object"),
    "a number": ("7", "it is not an object"),
    "nested too deep": ("[" * 100_000, "it is not JSON"),
    "an object without type": (json.dumps({SECRET: SECRET}), "it has no envelope_id"),
    "a type that Slack does not know": (json.dumps({"type": SECRET}), "it has no envelope_id"),
    "no envelope_id": (json.dumps({**ENVELOPE, "envelope_id": None, "payload": {}}), "it has no envelope_id"),
    "an empty envelope_id": (json.dumps({**ENVELOPE, "envelope_id": "", "payload": {}}), "it has no envelope_id"),
    "an envelope_id that is a number": (json.dumps({**ENVELOPE, "envelope_id": 7, "payload": {}}), "no envelope_id"),
    "a type that is a list": (json.dumps({**ENVELOPE, "type": [SECRET], "payload": {}}), "its type is not a string"),
    "no payload": (json.dumps(ENVELOPE), "its payload is not an object"),
    "a payload that is a list": (json.dumps({**ENVELOPE, "payload": [SECRET]}), "its payload is not an object"),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_frame_that_slack_does_not_send_is_malformed_and_not_quoted(what: str) -> None:
    text, reason = MALFORMED[what]
    with pytest.raises(MalformedRequest, match=reason) as refused:
        read_frame(text)
    assert SECRET not in str(refused.value)


HARMLESS = {what: text for what, (text, _) in MALFORMED.items()} | {
    "an empty payload": json.dumps({**ENVELOPE, "payload": {}}),
    "an unknown type": json.dumps({**ENVELOPE, "type": "carrier_pigeon", "payload": {"type": "coo"}}),
    "a view that is a word": json.dumps({**ENVELOPE, "payload": {"type": "view_submission", "view": "v"}}),
    "a team that is a word": json.dumps({**ENVELOPE, "payload": {"type": "block_actions", "team": "T", "user": 7}}),
}


@pytest.mark.parametrize("what", HARMLESS)
async def test_a_frame_that_slack_does_not_send_disturbs_nothing(
    slack: LocalSlack, lunch: Lunch, connect: Connect, what: str
) -> None:
    await connect()
    await slack.sockets._open[0].stream.send_str(HARMLESS[what])
    await slack.sockets._open[0].stream.send_bytes(b"\x00\xff")
    assert (await slack.command(command=COMMAND)).error is None
    assert len(lunch.commands) == 1
    assert attempts(slack) == 1


# ---- acknowledgements ----


async def test_words_for_one_person_go_along_with_the_acknowledgement(
    slack: LocalSlack, lunch: Lunch, connect: Connect
) -> None:
    await connect()
    lunch.on_command = giving(Tell(text="Soup today."))
    answer = await slack.command(command=COMMAND)
    assert answer.json == {"text": "Soup today.", "response_type": "ephemeral"}


async def test_errors_in_a_form_go_along_with_the_acknowledgement(
    slack: LocalSlack, lunch: Lunch, connect: Connect
) -> None:
    await connect()
    lunch.on_form = giving(ShowErrors(errors={DISH: "There is no stew."}))
    view_id = await open_form(slack)
    await slack.submit(view_id, dish("stew"))
    assert slack.views[view_id].open
    assert slack.views[view_id].errors == {DISH: "There is no stew."}


async def test_an_answer_goes_along_unless_slack_says_that_it_takes_none(
    slack: LocalSlack, lunch: Lunch, connect: Connect
) -> None:
    await connect()
    lunch.on_command = giving(Tell(text="Soup today."))
    typed = payloads.command(slack.workspace, command=COMMAND, text="", user=company.ANA, channel=company.TEAM_SHOP)
    takes_none = await slack.sockets.send("events_api", typed, seconds=3)
    waiting = slack.sockets._acknowledgements["e"] = asyncio.get_running_loop().create_future()
    silent_about_it = {"envelope_id": "e", "type": "slash_commands", "payload": typed}
    await slack.sockets._open[0].stream.send_json(silent_about_it)
    assert takes_none.keys() == {"envelope_id"}
    assert (await waiting)["payload"]["response_type"] == "ephemeral"
    assert len(lunch.commands) == 2


async def test_an_envelope_delivered_again_is_acknowledged_again(
    slack: LocalSlack, lunch: Lunch, connect: Connect
) -> None:
    await connect()
    opened = slack.views[await open_form(slack)]
    payload = payloads.submission(slack.workspace, opened, dish(), user=company.ANA)
    at_once = await asyncio.gather(*(slack.sockets.send("interactive", payload, seconds=3) for _ in range(2)))
    later = await slack.sockets.send("interactive", payload, seconds=3)
    assert ["payload" in answer for answer in (*at_once, later)] == [False] * 3
    # That the same submission does its work once is up to its handler.
    assert [order.view.id for order in lunch.orders] == [opened.id] * 3


# ---- failures are told ----


async def test_a_command_that_nobody_listens_to_is_answered_in_words(slack: LocalSlack, connect: Connect) -> None:
    await connect()
    answer = await slack.command("x", command="/another-command")
    assert answer.json["response_type"] == "ephemeral"
    assert "something went wrong on our side" in answer.json["text"]
    assert "quote R-" in answer.json["text"]


async def test_a_handler_that_fails_is_told_over_the_socket_too(
    slack: LocalSlack, lunch: Lunch, connect: Connect
) -> None:
    await connect()
    lunch.on_form = lunch.on_command = raising(RuntimeError("the kitchen burns"))
    assert "quote R-" in (await slack.command(command=COMMAND)).json["text"]
    lunch.on_command = lunch.open_form
    view_id = await open_form(slack)
    await slack.submit(view_id, dish())
    assert "quote R-" in slack.views[view_id].errors[DISH]


@pytest.mark.parametrize(
    "spoilt",
    [{"user": 7}, {"response_urls": 7}, {"user": None}, {"team": "T0"}, {"user": {"id": ""}}],
    ids=str,
)
async def test_a_submission_that_cannot_be_handled_is_told_in_the_form(
    slack: LocalSlack, lunch: Lunch, connect: Connect, spoilt: dict[str, Any]
) -> None:
    await connect()
    opened = slack.views[await open_form(slack)]
    payload = payloads.submission(slack.workspace, opened, dish(), user=company.ANA)
    answer = await slack.sockets.send("interactive", {**payload, **spoilt}, seconds=3)
    assert answer["payload"]["response_action"] == "errors"
    assert "quote R-" in answer["payload"]["errors"][DISH]
    assert lunch.orders == []


NOBODY_READS: Mapping[str, Mapping[str, Any]] = {
    "a press that nobody handles": {
        "type": "block_actions",
        "actions": [{"action_id": "a", "block_id": "b", "type": "button"}],
    },
    "a submission without a view": {"type": "view_submission", "user": {"id": company.ANA}, "view": None},
    "a submission of a view without a field": {
        "type": "view_submission",
        "user": {"id": company.ANA},
        "view": {"state": {}, "callback_id": 7},
    },
}


@pytest.mark.parametrize("what", NOBODY_READS)
async def test_where_nobody_could_read_an_answer_slacks_own_warning_is_left_to_appear(
    slack: LocalSlack, lunch: Lunch, connect: Connect, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    await connect()
    waiting = asyncio.create_task(slack.sockets.send("interactive", NOBODY_READS[what], seconds=60))
    await slack.wait_for(lambda: "an envelope was not acknowledged" in caplog.messages)
    # An acknowledgement would have been sent by now, and read before that of this command.
    assert (await slack.command(command=COMMAND)).error is None
    assert not waiting.done()
    waiting.cancel()
    assert lunch.orders == []


async def test_an_event_that_nobody_handles_is_acknowledged_so_that_it_does_not_come_again(
    slack: LocalSlack, connect: Connect
) -> None:
    await connect()
    answer = await slack.send_event({"type": "app_home_opened", "user": company.ANA})
    assert (answer.error, answer.json) == (None, None)
