"""What Slack sends is read once and checked while it is read; what is wrong is named without quoting it."""

import json
import traceback
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bot.errors import MalformedRequest
from bot.playground.slack import company, payloads
from bot.playground.slack.modals import checked_view, show
from bot.playground.slack.workspace import Workspace
from bot.slack.inbound.payload_parts import Element
from bot.slack.inbound.payloads import Command, ViewSubmission, read_payload
from tests.slack.lunch import CALLBACK_ID, COMMAND, DISH, GUESTS, PLACE, VIEW

SECRET = "what stood there"


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(clock=lambda: 0.0, changed=lambda: None, base_url=lambda: "http://slack", channel_rate=None)


@pytest.fixture
def command(workspace: Workspace) -> dict[str, Any]:
    """As Bolt hands it over: a form, so that every value is text."""
    sent = payloads.command(workspace, command=COMMAND, text="soup", user=company.ANA, channel=company.TEAM_SHOP)
    return dict(parse_qsl(payloads.encoded("slash_commands", sent).decode(), keep_blank_values=True))


@pytest.fixture
def submission(workspace: Workspace) -> dict[str, Any]:
    opened = show(workspace, checked_view(workspace, VIEW), user=company.ANA, channel=company.TEAM_SHOP)
    values = {DISH: {"dish": "soup"}, PLACE: {"place": company.PLATFORM}}
    sent = payloads.submission(workspace, opened, values, user=company.ANA)
    body: dict[str, Any] = json.loads(json.dumps(sent))
    return body


def read_submission(body: dict[str, Any]) -> ViewSubmission:
    payload = read_payload(body)
    assert isinstance(payload, ViewSubmission)
    return payload


def changed(body: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """The body with another value at a path; `...` removes it."""
    copy: dict[str, Any] = json.loads(json.dumps(body))
    *way, key = path.split(".")
    place = copy
    for step in way:
        place = place[step]
    if value is ...:
        del place[key]
    else:
        place[key] = value
    return copy


NO_IDS: list[Any] = [
    ...,
    None,
    7,
    [],
    ["U1"],
    {},
    "",
    "x" * 300,
    "U1\u202e",
    "U1\x1b[31m",
    "U\x00",
    "\ud800",
    "U1\n",
    "<!here>",
    "U 1",
]


# ---- commands ----


def test_a_command_is_read(command: dict[str, Any]) -> None:
    assert read_payload(command) == Command(
        command=COMMAND,
        text="soup",
        user_id=company.ANA,
        user_name="ana",
        channel_id=company.TEAM_SHOP,
        channel_name="team-shop",
        trigger_id=command["trigger_id"],
        response_url=command["response_url"],
    )


@pytest.mark.parametrize(
    ("channel_id", "channel_name", "public"),
    [
        ("C0TEAMSHOP0", "team-shop", True),
        ("C0TEAMSHOP0", "privategroup", False),
        ("G0TEAMSHOP0", "team-shop", False),
        ("D0ANALIND00", "directmessage", False),
        ("C0TEAMSHOP0", "mpdm-ana--ben--chiara-1", False),
        ("C0TEAMSHOP0", "", False),
    ],
)
def test_a_channel_counts_as_public_where_that_is_certain(
    command: dict[str, Any], channel_id: str, channel_name: str, public: bool
) -> None:
    payload = read_payload({**command, "channel_id": channel_id, "channel_name": channel_name})
    assert isinstance(payload, Command)
    assert payload.public_channel == (channel_id if public else None)


def test_a_command_may_come_without_text(command: dict[str, Any]) -> None:
    payload = read_payload(changed(command, "text", ...))
    assert isinstance(payload, Command)
    assert payload.text == ""


@pytest.mark.parametrize("field", ["user_id", "channel_id", "trigger_id", "response_url"])
@pytest.mark.parametrize("value", [..., "", None, 7, [SECRET]], ids=["missing", "empty", "null", "number", "list"])
def test_a_command_without_a_field_is_malformed(command: dict[str, Any], field: str, value: object) -> None:
    with pytest.raises(MalformedRequest, match=f"^missing or wrong: {field}$"):
        read_payload(changed(command, field, value))


@pytest.mark.parametrize("value", ["lunch", "", None, 7])
def test_an_invalid_command_is_malformed(command: dict[str, Any], value: object) -> None:
    with pytest.raises(MalformedRequest, match=r"^missing or wrong: command$"):
        read_payload(changed(command, "command", value))


# ---- forms ----


def test_a_submission_is_read(submission: dict[str, Any]) -> None:
    payload = read_submission(submission)
    assert (payload.user.id, payload.user_name, payload.team_id) == (company.ANA, "ana", company.TEAM_ID)
    assert (payload.view.id, payload.view.callback_id) == (submission["view"]["id"], CALLBACK_ID)
    assert payload.view.state.element(DISH, "dish").value == "soup"
    assert payload.view.state.element(PLACE, "place").selected_conversation == company.PLATFORM


@pytest.mark.parametrize(
    "values",
    [
        {},
        {GUESTS: {}},
        {GUESTS: {"guests": {"type": "plain_text_input", "value": None}}},
        {GUESTS: {"guests": {"type": "plain_text_input"}}},
        {GUESTS: {"guests": {"type": "checkboxes", "selected_options": []}}},
        {"another_block": {"guests": {"type": "plain_text_input", "value": "ben"}}},
        {GUESTS: {"another_action": {"type": "plain_text_input", "value": "ben"}}},
    ],
    ids=str,
)
def test_a_field_that_is_empty_null_or_left_out_is_empty(submission: dict[str, Any], values: dict[str, Any]) -> None:
    payload = read_submission(changed(submission, "view.state.values", values))
    assert payload.view.state.element(GUESTS, "guests") == Element(value=None, selected_conversation=None)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("user", [..., None, 7, [], {"x": 1}, SECRET]),
        ("user.id", [..., None, 7, [], ""]),
        ("team", [7, SECRET, {"x": 1}]),
        ("view", [..., None, 7, [], {"x": 1}, SECRET]),
        ("view.id", [..., None, 7, [], ""]),
        ("view.type", [..., None, 7, []]),
        ("view.callback_id", [..., None, 7, []]),
        ("view.state", [..., None, 7, [], {"x": 1}]),
        ("view.state.values", [..., None, 7, [], SECRET, {"x": 1}, {"x": {"y": SECRET}}, {"x": {"y": {"value": 7}}}]),
        ("response_urls", [7, SECRET, [SECRET], [{"block_id": PLACE}]]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_submission_with_a_missing_or_wrong_field_is_malformed(
    submission: dict[str, Any], path: str, wrong: list[object]
) -> None:
    for value in wrong:
        with pytest.raises(MalformedRequest) as refused:
            read_payload(changed(submission, path, value))
        assert str(refused.value).startswith(f"missing or wrong: {path}")
        assert SECRET not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "path",
    [
        "response_urls",
        "trigger_id",
        "enterprise",
        "user.name",
        "view.private_metadata",
        "view.state.values.other_block",
        "view.state.values.other_block.action",
    ],
)
def test_what_slack_leaves_out_may_be_null(submission: dict[str, Any], path: str) -> None:
    if path.endswith(".action"):
        submission = changed(submission, "view.state.values.other_block", {})
    sent = read_submission(changed(submission, path, None))
    assert (sent.user_id, sent.view.id) == (submission["user"]["id"], submission["view"]["id"])


def test_many_wrong_fields_are_named_up_to_five(submission: dict[str, Any]) -> None:
    values = {f"block_{number}": SECRET for number in range(20)}
    with pytest.raises(MalformedRequest) as refused:
        read_payload(changed(submission, "view.state.values", values))
    assert str(refused.value).count("block_") == 5


def test_an_org_wide_installation_has_the_team_in_the_view(submission: dict[str, Any]) -> None:
    no_team = changed(submission, "team", None)
    only_installed = changed(changed(no_team, "view.team_id", None), "view.app_installed_team_id", "T2")
    nowhere = changed(only_installed, "view.app_installed_team_id", None)
    assert read_submission(changed(no_team, "view.team_id", "T1")).team_id == "T1"
    assert read_submission(only_installed).team_id == "T2"
    assert read_submission(nowhere).team_id == "no-team"
    assert read_submission(changed(submission, "team", {"id": "T3"})).team_id == "T3"


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"id": "U1", "username": "ana", "name": "lind"}, "ana"),
        ({"id": "U1", "name": "lind"}, "lind"),
        ({"id": "U1"}, ""),
    ],
)
def test_the_persons_name_is_whichever_slack_sends(submission: dict[str, Any], user: dict[str, str], name: str) -> None:
    assert read_submission(changed(submission, "user", user)).user_name == name


def test_the_response_url_is_that_of_the_block(submission: dict[str, Any]) -> None:
    urls = [
        {"block_id": block, "action_id": "a", "channel_id": "C1", "response_url": f"https://{block}.example"}
        for block in (DISH, PLACE)
    ]
    payload = read_submission(changed(submission, "response_urls", urls))
    assert payload.response_url(PLACE) == f"https://{PLACE}.example"
    assert payload.response_url("another_block") is None
    assert read_submission(changed(submission, "response_urls", ...)).response_url(PLACE) is None


# ---- everything else ----


@pytest.mark.parametrize("body", [None, [], {}, "", "text", 7, [{"command": "/lunch"}]], ids=ascii)
def test_a_body_that_is_empty_or_not_an_object_is_malformed(body: object) -> None:
    with pytest.raises(MalformedRequest, match=r"^it is empty or not an object$"):
        read_payload(body)


@pytest.mark.parametrize("kind", [1, None, ["view_submission"], {}], ids=str)
def test_a_type_that_is_not_a_string_is_malformed(kind: object) -> None:
    with pytest.raises(MalformedRequest, match=r"^its type is not a string$"):
        read_payload({"type": kind})


@pytest.mark.parametrize(
    "body",
    [{"ssl_check": "1"}, {"type": "view_closed"}, {"type": "event_callback", "event": {"type": "message"}}],
    ids=str,
)
def test_a_kind_that_no_handler_reads_is_ignored(body: dict[str, Any]) -> None:
    assert read_payload(body) is None


# ---- ids ----


@pytest.mark.parametrize("path", ["user.id", "view.id", "team.id", "view.team_id"])
@pytest.mark.parametrize("value", NO_IDS, ids=ascii)
def test_what_is_no_id_is_refused_by_its_place_alone(submission: dict[str, Any], path: str, value: object) -> None:
    if path == "view.team_id" and value in (..., None):
        return  # with an org-wide installation
    with pytest.raises(MalformedRequest) as refused:
        read_payload(changed(submission, path, value))
    assert str(refused.value) == f"missing or wrong: {path}"


@pytest.mark.parametrize("path", ["user_id", "channel_id", "trigger_id"])
@pytest.mark.parametrize("value", NO_IDS, ids=ascii)
def test_neither_is_it_taken_in_a_command(command: dict[str, Any], path: str, value: object) -> None:
    with pytest.raises(MalformedRequest) as refused:
        read_payload(changed(command, path, value))
    assert str(refused.value) == f"missing or wrong: {path}"


def test_a_name_is_one_line_that_can_be_seen(submission: dict[str, Any], command: dict[str, Any]) -> None:
    name = "an\x00a\n\u202e"
    assert read_submission(changed(submission, "user.username", name)).user_name.isprintable()
    payload = read_payload(changed(command, "user_name", name))
    assert isinstance(payload, Command)
    assert payload.user_name.isprintable()
