"""A body is read before any handler sees it; what Slack does not send is refused, and the log says why without quoting it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from bot import wording
from bot.playground.slack.server import LocalSlack
from tests.slack.lunch import COMMAND, DISH, Lunch, dish, open_form

pytestmark = pytest.mark.usefixtures("http")

SECRET = "what stood there"


def in_plain_words(body: str) -> None:
    assert body
    for mark in ("Traceback", "Error:", ".py", "pydantic", "input_value", "aiohttp", SECRET):
        assert mark not in body


def payload_body(value: object) -> bytes:
    return urlencode({"payload": value if isinstance(value, str) else json.dumps(value)}).encode()


async def submission(slack: LocalSlack) -> dict[str, Any]:
    body = slack.submission_body(await open_form(slack), dish())
    payload: dict[str, Any] = json.loads(parse_qs(body.decode())["payload"][0])
    return payload


async def test_a_body_is_handed_over_read(slack: LocalSlack, lunch: Lunch) -> None:
    await slack.submit(await open_form(slack), dish("stew"))
    assert [command.command for command in lunch.commands] == [COMMAND]
    assert [order.view.state.element(DISH, "dish").value for order in lunch.orders] == ["stew"]


@pytest.mark.parametrize("field", ["user_id", "channel_id", "trigger_id", "response_url"])
@pytest.mark.parametrize("how", ["missing", "empty"])
async def test_a_command_without_a_field_is_refused_and_the_log_names_the_field(
    slack: LocalSlack, lunch: Lunch, caplog: pytest.LogCaptureFixture, field: str, how: str
) -> None:
    sent = slack.command_body(SECRET, command=COMMAND).decode().split("&")
    fields = [part for part in sent if not part.startswith(f"{field}=")]
    body = "&".join([*fields, f"{field}="] if how == "empty" else fields)
    delivery = await slack.deliver_raw(body.encode())
    assert (delivery.status, delivery.body) == (400, wording.MALFORMED)
    in_plain_words(delivery.body)
    assert [record.getMessage() for record in caplog.records] == [f"malformed request: missing or wrong: {field}"]
    assert lunch.commands == []


@pytest.mark.parametrize(
    "path",
    ["user", "user.id", "view", "view.id", "view.type", "view.callback_id", "view.state", "view.state.values"],
)
@pytest.mark.parametrize(
    "instead", [..., None, 7, [], {"x": SECRET}], ids=["missing", "null", "number", "list", "other"]
)
async def test_a_submission_with_a_missing_or_wrong_field_is_refused_and_the_log_names_the_field(
    slack: LocalSlack, lunch: Lunch, caplog: pytest.LogCaptureFixture, path: str, instead: object
) -> None:
    payload = await submission(slack)
    *way, key = path.split(".")
    parent = payload
    for step in way:
        parent = parent[step]
    if instead is ...:
        del parent[key]
    else:
        parent[key] = instead
    delivery = await slack.deliver_raw(payload_body(payload))
    assert (delivery.status, delivery.body) == (400, wording.MALFORMED)
    (line,) = [record.getMessage() for record in caplog.records]
    # Bolt itself fails on a user that is not an object, before the middleware sees it.
    bolt_fails = path == "user" and instead == 7
    reason = "its body cannot be read" if bolt_fails else f"missing or wrong: {path}"
    assert line.startswith(f"malformed request: {reason}")
    assert SECRET not in line
    assert lunch.orders == []


_DEEP = "[" * 30_000
MALFORMED_BODIES: Mapping[str, bytes] = {
    "payload is not JSON": payload_body("{not json"),
    "payload is a list": payload_body([]),
    "payload is a list with something in it": payload_body([{"type": "view_submission"}]),
    "payload is null": payload_body("null"),
    "payload is a text": payload_body('"view_submission"'),
    "payload is a number": payload_body("7"),
    "payload is empty": b"payload=",
    "payload is an empty object": payload_body("{}"),
    "payload is nested too deep": payload_body(_DEEP),
    "payload has types as numbers": payload_body({"type": 1}),
    "payload has a type as a list": payload_body({"type": ["view_submission"]}),
    "payload has a view as a list": payload_body({"type": "view_submission", "view": []}),
    "payload has a user as a text": payload_body({"type": "view_submission", "user": "U1"}),
    "payload has a team as a text": payload_body({"type": "view_submission", "team": "T1"}),
    "not UTF-8": b"\xff\xfe\x00",
    "half of an escaped character": b"command=%2Flunch&text=%ff%fe",
    "empty": b"",
}


@pytest.mark.parametrize("what", MALFORMED_BODIES)
async def test_a_malformed_body_is_refused_in_words_and_the_bot_goes_on(
    slack: LocalSlack, lunch: Lunch, what: str
) -> None:
    delivery = await slack.deliver_raw(MALFORMED_BODIES[what])
    assert (delivery.status, delivery.body) == (400, wording.MALFORMED)
    in_plain_words(delivery.body)
    assert (await slack.command(command=COMMAND)).status == 200
    assert len(lunch.commands) == 1


async def test_a_body_that_is_no_form_at_all_is_for_nobody(slack: LocalSlack) -> None:
    delivery = await slack.deliver_raw(b"\x00\x01\x02")
    assert delivery.status == 404
    in_plain_words(delivery.body)


@pytest.mark.parametrize("body", [b"{not json", b"[]", b"null", b"7", b'"text"', b"{}", _DEEP.encode()], ids=ascii)
async def test_a_malformed_json_body_is_refused_in_words_too(slack: LocalSlack, body: bytes) -> None:
    delivery = await slack.deliver_raw(body, content_type="application/json")
    assert (delivery.status, delivery.body) == (400, wording.MALFORMED)
    in_plain_words(delivery.body)
