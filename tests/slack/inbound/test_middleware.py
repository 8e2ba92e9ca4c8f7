"""A body is read before any handler sees it; what Slack does not send is refused, and the log says why without quoting it."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import wording
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.identity import Identity
from bot.slack.inbound.router import build_bolt
from bot.slack.inbound.telling import Teller
from tests.slack.lunch import COMMAND, DISH, Lunch, dish, open_form
from tests.support.running import SIGNING_SECRET

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
async def test_a_malformed_body_is_refused_in_words_and_the_bot_keeps_working(
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


async def test_bodies_that_cannot_be_read_fill_no_log(slack: LocalSlack, caplog: pytest.LogCaptureFixture) -> None:
    """They are read before their signature is checked, so anybody can send them."""
    for _ in range(15):
        await slack.deliver_raw(b"{not json", content_type="application/json")
    lines = [each for each in caplog.messages if each == "malformed request: its body cannot be read"]
    assert len(lines) == 10


# ---- whose app it is for ----


@pytest.fixture
def ours() -> list[str | None]:
    """What is known of our app's id; a test may change it."""
    return [company.APP_ID]


@pytest.fixture
def new_bolt(
    slack: LocalSlack,
    session: aiohttp.ClientSession,
    web_client: AsyncWebClient,
    teller: Teller,
    lunch: Lunch,
    ours: list[str | None],
) -> Callable[[], AsyncApp]:
    return lambda: build_bolt(
        signing_secret=SIGNING_SECRET,
        client=AsyncWebClient(base_url=slack.api_url, session=session, retry_handlers=[]),
        authorize=Identity(web_client).authorize,
        app_id=lambda: ours[0],
        teller=teller,
        listeners=lunch.listeners,
    )


async def test_a_command_for_another_app_is_refused(
    slack: LocalSlack, lunch: Lunch, caplog: pytest.LogCaptureFixture
) -> None:
    body = slack.command_body("soup", command=COMMAND).replace(company.APP_ID.encode(), b"A0ANOTHER00")
    delivery = await slack.deliver_raw(body)
    assert (delivery.status, delivery.body) == (400, wording.MALFORMED)
    assert [record.getMessage() for record in caplog.records] == ["malformed request: it is for another Slack app"]
    assert lunch.commands == []


@pytest.mark.parametrize("place", ["api_app_id", "view.app_id"])
async def test_a_form_of_another_app_is_refused(slack: LocalSlack, lunch: Lunch, place: str) -> None:
    payload = await submission(slack)
    if place == "api_app_id":
        payload["api_app_id"] = "A0ANOTHER00"
    else:
        payload["view"]["app_id"] = "A0ANOTHER00"
    delivery = await slack.deliver_raw(payload_body(payload))
    assert (delivery.status, delivery.body) == (400, wording.MALFORMED)
    assert lunch.orders == []


@pytest.mark.parametrize("known", [None, company.APP_ID])
async def test_what_names_no_app_or_comes_before_ours_is_known_is_taken(
    slack: LocalSlack, lunch: Lunch, ours: list[str | None], known: str | None
) -> None:
    ours[0] = known
    body = slack.command_body("soup", command=COMMAND)
    named = body if known is None else body.replace(b"api_app_id=" + company.APP_ID.encode(), b"api_app_id=")
    if known is None:
        named = body.replace(company.APP_ID.encode(), b"A0ANOTHER00")
    assert (await slack.deliver_raw(named)).status == 200
    assert len(lunch.commands) == 1
