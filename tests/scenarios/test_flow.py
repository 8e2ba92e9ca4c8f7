"""The whole way of a request, through the front door: signed HTTP in, CodeArts and Slack calls out, words in the channel."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import aiohttp
import pytest
import pytest_asyncio

from bot.app import Service
from bot.config import Settings
from bot.features.create_registry import wording
from bot.playground.codearts.records import CloudCall
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import WebCall
from bot.playground.slack.server import LocalSlack
from tests.support.bad_signatures import BAD_SIGNATURES
from tests.support.database import read_only
from tests.support.people import about, ask_for, filled_in, open_form, outcome_of, words
from tests.support.running import BOT_TOKEN, HURRY, SIGNING_SECRET, all_finished, running_bot, settings_for

# One bot for the whole file: every test asks for a name of its own and leaves no fault behind.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cloud() -> AsyncIterator[LocalCodeArts]:
    async with LocalCodeArts() as server:
        yield server


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("flow") / "bot.sqlite3"


@pytest.fixture(scope="module")
def settings(slack: LocalSlack, cloud: LocalCodeArts, file: Path) -> Settings:
    return settings_for(slack, cloud, file, NOTIFY_CHANNELS=company.PLATFORM)


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def bot(settings: Settings, slack: LocalSlack) -> AsyncIterator[Service]:
    # What Bolt would take from the environment by itself: it turns on OAuth and drops the token.
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SLACK_CLIENT_ID", "1.2")
        environment.setenv("SLACK_CLIENT_SECRET", "client-secret")
        async with running_bot(settings, slack) as service:
            await bot_still_works(slack, "first-of-all")  # from then on its view is proven and its creator known
            yield service


@pytest.fixture(autouse=True)
def no_fault_left(slack: LocalSlack, cloud: LocalCodeArts) -> Any:
    yield
    slack.faults.clear()
    cloud.faults.clear()


def creates(cloud: LocalCodeArts, name: str) -> list[CloudCall]:
    """The create calls for a name, as they arrived."""
    return [
        call for call in cloud.calls if call.operation == "create" and json.loads(call.body)["display_name"] == name
    ]


def registries(cloud: LocalCodeArts, name: str) -> int:
    return sum(registry.display_name == name for registry in cloud.registries)


async def bot_still_works(slack: LocalSlack, name: str) -> None:
    assert (await ask_for(slack, name)).body == ""
    assert "success" in words(await outcome_of(slack, name))


# ---- success ----


async def test_the_channel_reads_status_and_trace_id_of_the_registry_that_was_asked_for(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    answer = await ask_for(slack, "shop", description="Images of the web shop")
    message = await outcome_of(slack, "shop")

    assert (answer.status, answer.body) == (200, "")
    (call,) = creates(cloud, "shop")
    read = words(message)
    assert read.startswith("shop is ready")
    assert "Status: success" in read
    assert f"Trace id: {call.trace_id}" in read
    assert f" for <@{company.ANA}> · Images of the web shop" in read
    assert " · ap-southeast-3 · " in read
    told = f"Registry `shop`: success, trace id {call.trace_id}, requested by <@{company.ANA}>. "
    assert message.text == f"{told}Address: {cloud.registries[-1].url}. {wording.CREATED_NEXT}"


async def test_the_create_call_carries_what_was_typed(slack: LocalSlack, cloud: LocalCodeArts) -> None:
    await ask_for(slack, " padded ", description="  two\r\nlines  ")
    await outcome_of(slack, "padded")
    (call,) = creates(cloud, "padded")
    assert json.loads(call.body) == {
        "format": "docker",
        "display_name": "padded",
        "description": "two\nlines",
        "type": "Hosted",
    }


async def test_each_notify_channel_reads_one_line_with_status_and_trace_id(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    await ask_for(slack, "noticed")
    notice = await outcome_of(slack, "noticed", channel=company.PLATFORM)
    (call,) = creates(cloud, "noticed")
    assert words(notice) == f"Registry noticed: success · Trace id {call.trace_id} · Requested by <@{company.ANA}>"
    assert about(slack, "noticed", channel=company.PLATFORM) == [notice]


async def test_a_chosen_channel_that_is_also_a_notify_channel_is_told_once(slack: LocalSlack) -> None:
    await ask_for(slack, "told-once", channel=company.PLATFORM)
    message = await outcome_of(slack, "told-once", channel=company.PLATFORM)
    await all_finished()
    assert about(slack, "told-once", channel=company.PLATFORM) == [message]


def json_of(call: WebCall) -> dict[str, Any]:
    assert isinstance(call.answer, dict), call.answer
    return call.answer


async def test_the_bots_own_token_is_used_though_oauth_variables_are_set(slack: LocalSlack) -> None:
    before = len(slack.calls)
    await open_form(slack)
    assert [(call.method, call.status, json_of(call)["ok"]) for call in slack.calls[before:]] == [
        ("views.open", 200, True)
    ]


# ---- the command ----


@pytest.mark.parametrize("text", ["help", "  HELP ", "--help", "-h", "?"])
async def test_help_is_answered_in_words_and_opens_nothing(slack: LocalSlack, text: str) -> None:
    opened = _opened(slack)
    delivery = await slack.command(text)
    assert delivery.json["response_type"] == "ephemeral"
    assert "opens a form" in delivery.json["text"]
    await open_form(slack)  # what the bot does in the background it does in turn
    assert _opened(slack) == opened + 1


async def test_a_legal_name_after_the_command_is_filled_in(slack: LocalSlack) -> None:
    view_id = await open_form(slack, "team-shop")
    assert _prefilled(slack, view_id) == "team-shop"
    assert "suggest" not in json.dumps(slack.views[view_id].view["blocks"])


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("make me a registry", "make-me-a-registry"),
        ("Team Shop!", "Team-Shop"),
        ("Ünïcode", "Unicode"),
        ("<!channel>", "channel"),
        ("x" * 3000, "x" * 20),
        ("\u202eevil\u202c", "evil"),
        ("a\nb", "a-b"),
    ],
)
async def test_other_text_after_the_command_becomes_a_suggestion_and_the_form_says_so(
    slack: LocalSlack, typed: str, suggested: str
) -> None:
    view_id = await open_form(slack, typed)
    assert _prefilled(slack, view_id) == suggested
    assert f"so I suggest {suggested}." in slack.views[view_id].view["blocks"][1]["text"]["text"]


async def test_text_that_gives_no_name_leaves_the_field_empty_and_the_form_says_why(slack: LocalSlack) -> None:
    view_id = await open_form(slack, "🚀🚀🚀")
    assert _prefilled(slack, view_id) is None
    assert "a name needs at least one letter (a-z, A-Z) or digit." in json.dumps(slack.views[view_id].view["blocks"][1])


def _opened(slack: LocalSlack) -> int:
    return sum(call.method == "views.open" for call in slack.calls)


def _prefilled(slack: LocalSlack, view_id: str) -> str | None:
    blocks = {block["block_id"]: block for block in slack.views[view_id].view["blocks"]}
    value: str | None = blocks["registry_name"]["element"].get("initial_value")
    return value


async def test_the_command_is_acknowledged_without_text(slack: LocalSlack) -> None:
    await open_form(slack)
    assert (slack.deliveries[-1].status, slack.deliveries[-1].body) == (200, "")


@pytest.mark.parametrize("code", ["expired_trigger_id", "invalid_trigger_id"])
async def test_a_dead_trigger_is_answered_with_type_the_command_again(slack: LocalSlack, code: str) -> None:
    slack.faults.add("views.open", Fault.answer(200, {"ok": False, "error": code}))
    said = await _ephemeral_after_command(slack)
    assert "could not be opened in time. Nothing was created. Please try again: type /create-registry." in said


async def test_nothing_is_said_where_the_trigger_has_opened_the_form_already(slack: LocalSlack) -> None:
    said = len(slack.messages(company.GENERAL))
    slack.faults.add("views.open", Fault.answer(200, {"ok": False, "error": "exchanged_trigger_id"}))
    await slack.command(channel=company.GENERAL)
    await slack.wait_for(lambda: not slack.faults.waiting("views.open"))
    await open_form(slack, channel=company.GENERAL)  # what the bot does in the background it does in turn
    assert len(slack.messages(company.GENERAL)) == said


@pytest.mark.parametrize(
    "trouble",
    [
        Fault.answer(500, "<html>oops</html>"),
        Fault.answer(503, {"ok": False, "error": "service_unavailable"}),
        Fault.answer(200, {"ok": False, "error": "internal_error"}),
        Fault.answer(200, "garbage"),
        Fault.answer(200, "<html>a proxy's page</html>", {"Content-Type": "text/html"}),
        Fault.answer(200, "[]", {"Content-Type": "application/json"}),
        Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"}),
        Fault.drop(),
        Fault.drop(reset=False),
        Fault.garbage(),
        Fault.truncate(),
    ],
    ids=["500", "503", "refused", "no JSON", "HTML", "a list", "429", "reset", "closed", "junk", "truncated"],
)
async def test_a_form_that_slack_does_not_open_is_told_with_a_next_step_and_a_reference(
    slack: LocalSlack, trouble: Fault
) -> None:
    slack.faults.add("views.open", trouble)
    said = await _ephemeral_after_command(slack)
    assert (
        "Slack did not open the form, so nothing was created. Please try again in a minute (type /create-registry)"
        in said
    )
    assert "quote R-" in said


async def _ephemeral_after_command(slack: LocalSlack) -> str:
    before = len(slack.messages(company.GENERAL))
    await slack.command(channel=company.GENERAL)
    await slack.wait_for(lambda: len(slack.messages(company.GENERAL)) > before, timeout=3)
    message = slack.messages(company.GENERAL)[-1]
    assert message.ephemeral_to == company.ANA
    assert message.via == "response_url"
    return message.text


async def test_the_bot_keeps_working_when_neither_form_nor_ephemeral_can_be_delivered(slack: LocalSlack) -> None:
    slack.faults.add("views.open", Fault.drop())
    slack.faults.add("response_url", Fault.drop())
    await slack.command()
    await slack.wait_for(lambda: not slack.faults.waiting("response_url"))
    await bot_still_works(slack, "deaf-slack")


# ---- the form ----


async def test_every_violation_is_shown_at_its_field_at_once_and_the_form_stays_open(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    view_id = await open_form(slack)
    await slack.submit(view_id, filled_in(name="Team Shop!", description="d" * 201))
    opened = slack.views[view_id]
    assert opened.open
    assert opened.trouble is None
    assert opened.errors["registry_name"] == "“Team Shop!” has a space and a “!”. Try “Team-Shop”."
    assert "201 characters (the limit is 200)" in opened.errors["registry_description"]
    assert not creates(cloud, "Team Shop!")


async def test_a_form_corrected_after_an_error_is_accepted(slack: LocalSlack, cloud: LocalCodeArts) -> None:
    view_id = await open_form(slack)
    await slack.submit(view_id, filled_in(name="not legal"))
    await slack.submit(view_id, filled_in(name="corrected"))
    assert not slack.views[view_id].open
    await outcome_of(slack, "corrected")
    assert len(creates(cloud, "corrected")) == 1


async def test_a_form_without_a_channel_is_told_so_at_that_field(slack: LocalSlack) -> None:
    view_id = await open_form(slack)
    state: dict[str, Any] = {**filled_in(name="nowhere"), "result_channel": {"channel": None}}
    answer = await slack.deliver_raw(slack.submission_body(view_id, state))
    assert answer.json == {
        "response_action": "errors",
        "errors": {"result_channel": "Choose where the result should be posted."},
    }


async def test_a_lone_surrogate_is_a_typing_mistake_like_any_other(slack: LocalSlack) -> None:
    view_id = await open_form(slack)
    await slack.submit(view_id, filled_in(name="half\ud83d", description="\udc00half"))
    assert slack.views[view_id].errors == {
        "registry_name": "“half\N{REPLACEMENT CHARACTER}” has a hidden character (U+D83D). Try “half”.",
        "registry_description": "The description has a hidden character (U+DC00). Try: half",
    }


async def test_a_submission_delivered_twice_at_once_makes_one_create_call_and_one_message(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    view_id = await open_form(slack)
    await slack.submit(view_id, filled_in(name="twice"), times=2)
    await outcome_of(slack, "twice")
    again = await slack.deliver_raw(slack.submission_body(view_id, filled_in(name="twice")))

    assert [delivery.body for delivery in slack.deliveries[-3:]] == ["", "", ""]
    assert again.status == 200
    assert len(creates(cloud, "twice")) == 1
    assert len(about(slack, "twice")) == 1


async def test_a_second_press_with_other_words_is_told_what_the_first_one_started(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    view_id = await open_form(slack)
    first, second = (slack.submission_body(view_id, filled_in(name=name)) for name in ("first-press", "second-press"))
    await slack.deliver_raw(first)
    answer = await slack.deliver_raw(second)
    assert "the registry “first-press” is being created" in answer.json["errors"]["registry_name"]
    await outcome_of(slack, "first-press")
    assert not creates(cloud, "second-press")


async def test_a_database_that_cannot_be_written_is_told_in_the_form_and_nothing_is_created(
    slack: LocalSlack, cloud: LocalCodeArts, file: Path
) -> None:
    view_id = await open_form(slack)
    await all_finished()
    calls = len(slack.calls)
    with read_only(file):
        await slack.submit(view_id, filled_in(name="unsaved"))
    opened = slack.views[view_id]
    assert opened.open
    assert opened.errors["registry_name"].startswith("Your request was not accepted and nothing was created")
    assert "quote R-" in opened.errors["registry_name"]
    await all_finished()
    assert not creates(cloud, "unsaved")
    assert slack.calls[calls:] == []

    await slack.submit(view_id, filled_in(name="unsaved"))
    assert not opened.open
    assert "success" in words(await outcome_of(slack, "unsaved"))
    assert len(creates(cloud, "unsaved")) == 1


# ---- what CodeArts may answer ----

REFUSALS: Mapping[str, tuple[Fault, str, str]] = {
    "a: code, message, status, trace id": (
        Fault.answer(
            401, {"error_code": "CR.4102", "error_msg": "no right", "status": "error", "trace_id": "{trace_id}"}
        ),
        "CR.4102: no right",
        "Ask the administrator of the CodeArts project.",
    ),
    "b: code and message, id in a header": (
        Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}, {"X-Request-Id": "from-the-header"}),
        "CR.4102: no right",
        "Ask the administrator of the CodeArts project.",
    ),
    "c: status error under 200": (
        Fault.answer(200, {"status": "error", "message": "the name is taken", "trace_id": "{trace_id}"}),
        "the name is taken",
        "Correct what Huawei Cloud complains about",
    ),
    "d: nested code and reason": (
        Fault.answer(
            400,
            {"status": "error", "error": {"code": "DEV.CR.4102", "reason": "not yours"}, "request_id": "{trace_id}"},
        ),
        "DEV.CR.4102: not yours",
        "Ask the administrator of the CodeArts project.",
    ),
    "e: nested code and message": (
        Fault.answer(
            400, {"status": "error", "error": {"code": "CH.1", "message": "no such thing"}, "trace_id": "{trace_id}"}
        ),
        "CH.1: no such thing",
        "Correct what Huawei Cloud complains about",
    ),
    "f: error as text": (
        Fault.answer(200, {"status": "fail", "error": "it did not build", "trace_id": "{trace_id}"}),
        "it did not build",
        "Correct what Huawei Cloud complains about",
    ),
    "g: the gateway with its other prefix": (
        Fault.answer(403, {"error_msg": "denied", "error_code": "APIG.0306", "request_id": "{trace_id}"}),
        "APIG.0306: denied",
        "check its rights",
    ),
    "i: IAM with a code": (
        Fault.answer(403, {"error_code": "IAM.0004", "error_msg": "wrong", "trace_id": "{trace_id}"}),
        "IAM.0004: wrong",
        "Correct what Huawei Cloud complains about",
    ),
    "j: an encoded authorization message": (
        Fault.answer(
            403,
            {
                "error_code": "PAP5.0001",
                "error_msg": "not authorized",
                "encoded_authorization_message": "XXXXXXXX",
                "trace_id": "{trace_id}",
            },
        ),
        "PAP5.0001: not authorized",
        "Correct what Huawei Cloud complains about",
    ),
    "k: camel case": (
        Fault.answer(400, {"errorCode": "APM.1", "errorMessage": "bad", "trace_id": "{trace_id}"}),
        "APM.1: bad",
        "Correct what Huawei Cloud complains about",
    ),
    "the code inside the message, full-width colon": (
        Fault.answer(
            400, {"status": "error", "error_msg": "DEV.CR.4102：当前用户没有该项目权限", "trace_id": "{trace_id}"}
        ),
        "DEV.CR.4102: 当前用户没有该项目权限",
        "Ask the administrator of the CodeArts project.",
    ),
    "JSON under a wrong content type": (
        Fault.answer(
            403,
            '{"error_code": "CR.4102", "error_msg": "no right", "trace_id": "{trace_id}"}',
            {"Content-Type": "text/html"},
        ),
        "CR.4102: no right",
        "Ask the administrator of the CodeArts project.",
    ),
    "HTML under 404": (
        Fault.answer(404, "<html>nothing here</html>", {"X-Request-Id": "from-the-header"}),
        "HTTP 404",
        "Correct what Huawei Cloud complains about",
    ),
}


@pytest.mark.parametrize("shape", REFUSALS)
async def test_a_refusal_is_told_with_its_words_its_trace_id_and_a_next_step(
    slack: LocalSlack, cloud: LocalCodeArts, shape: str
) -> None:
    fault, said, step = REFUSALS[shape]
    name = f"refused-{list(REFUSALS).index(shape)}"
    cloud.faults.add("create", fault)
    await ask_for(slack, name)
    message = await outcome_of(slack, name)

    (call,) = creates(cloud, name)
    read = words(message)
    assert read.startswith(f"{name} was not created")
    assert "Status: error" in read
    assert said in read
    assert step in read
    trace_id = call.trace_id if b"{trace_id}" in fault.body else "from-the-header"
    assert f"Trace id: {trace_id}" in read
    assert trace_id in message.text
    assert registries(cloud, name) == 0


KEY_REFUSALS: Mapping[str, tuple[Fault, str, str]] = {
    "g: the gateway": (
        Fault.answer(
            401,
            {"error_msg": "verify aksk signature fail", "error_code": "APIGW.0301", "request_id": "{trace_id}"},
        ),
        "APIGW.0301: verify aksk signature fail",
        "must check the access key",
    ),
    "h: IAM with a number": (
        Fault.answer(
            401,
            {"error": {"code": 401, "message": "The request is not authenticated.", "title": "Unauthorized"}},
            {"X-IAM-Trace-Id": "from-the-header"},
        ),
        "401: The request is not authenticated.",
        "must check the access key",
    ),
}


@pytest.mark.parametrize("shape", KEY_REFUSALS)
async def test_a_refusal_of_the_key_is_told_as_one_once_waiting_for_the_key_has_not_helped(
    slack: LocalSlack, cloud: LocalCodeArts, shape: str
) -> None:
    fault, said, step = KEY_REFUSALS[shape]
    name = f"no-key-{list(KEY_REFUSALS).index(shape)}"
    cloud.faults.add("create", fault, times=1 + len(HURRY.key_repeats))
    await ask_for(slack, name)
    read = words(await outcome_of(slack, name))
    assert said in read
    assert step in read
    assert (len(creates(cloud, name)), registries(cloud, name)) == (1 + len(HURRY.key_repeats), 0)


LOST_ANSWERS: Mapping[str, Fault] = {
    "a reset": Fault.drop(apply=True),
    "an end without a byte": Fault.drop(apply=True, reset=False),
    "junk": Fault.garbage(apply=True),
    "a truncated answer": Fault.truncate(apply=True),
    "silence": Fault.hang(apply=True),
    "500 with CR.5000": Fault.answer(500, {"error_code": "CR.5000", "error_msg": "unknown"}, apply=True),
    "a proxy's 502": Fault.answer(502, "<html>bad gateway</html>", apply=True),
    "HTML under 200": Fault.answer(200, "<html>welcome</html>", {"Content-Type": "text/html"}, apply=True),
    "nothing under 200": Fault.answer(200, "", apply=True),
    "a list under 200": Fault.answer(200, "[]", {"Content-Type": "application/json"}, apply=True),
    "a redirect": Fault.answer(302, "", {"Location": "/login"}, apply=True),
    "success without a trace id": Fault.answer(200, {"status": "success", "result": None}, apply=True),
}


@pytest.mark.parametrize("trouble", LOST_ANSWERS)
async def test_a_registry_whose_answer_was_lost_is_found_by_look_up_and_not_made_twice(
    slack: LocalSlack, cloud: LocalCodeArts, trouble: str
) -> None:
    name = f"lost-{list(LOST_ANSWERS).index(trouble)}"
    cloud.faults.add("create", LOST_ANSWERS[trouble])
    await ask_for(slack, name)
    read = words(await outcome_of(slack, name))
    assert "Status: success" in read
    assert "Confirmed by look-up" in read
    assert "Trace id: none was given" not in read
    assert len(creates(cloud, name)) == 1
    assert registries(cloud, name) == 1


@pytest.mark.parametrize("trouble", [Fault.drop(), Fault.answer(500, "{}"), Fault.answer(200, "<html>")])
async def test_a_create_call_that_surely_did_not_apply_is_made_once_more(
    slack: LocalSlack, cloud: LocalCodeArts, trouble: Fault
) -> None:
    name = f"again-{len(cloud.calls)}"
    cloud.faults.add("create", trouble)
    await ask_for(slack, name)
    read = words(await outcome_of(slack, name))
    first, second = creates(cloud, name)
    assert (first.applied, second.applied) == (False, True)
    assert f"Trace id: {second.trace_id}" in read
    assert registries(cloud, name) == 1


async def test_a_creation_that_stays_in_doubt_is_told_as_unconfirmed_with_what_to_do(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add(
        "create", Fault.answer(500, {"error_code": "CR.5000", "error_msg": "oh", "trace_id": "{trace_id}"}), times=None
    )
    await ask_for(slack, "in-doubt")
    read = words(await outcome_of(slack, "in-doubt"))
    assert read.startswith("in-doubt is not confirmed yet")
    assert "Status: unconfirmed" in read
    assert "CR.5000: oh" in read
    assert "Look in the CodeArts Artifact console before you ask for it again." in read
    calls = creates(cloud, "in-doubt")
    assert len(calls) == 2
    assert f"Trace id: {calls[-1].trace_id}" in read


async def test_a_throttled_call_is_repeated_until_it_is_let_through(slack: LocalSlack, cloud: LocalCodeArts) -> None:
    cloud.faults.add("create", Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "over ratelimit"}), times=2)
    await ask_for(slack, "throttled")
    read = words(await outcome_of(slack, "throttled"))
    assert "Status: success" in read
    assert len(creates(cloud, "throttled")) == 3


async def test_a_call_that_is_always_throttled_ends_as_not_created_with_try_again_later(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add(
        "create", Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "over ratelimit"}), times=None
    )
    await ask_for(slack, "too-busy")
    read = words(await outcome_of(slack, "too-busy"))
    assert "Status: error" in read
    assert "APIGW.0308: over ratelimit" in read
    assert "Try again in a few minutes." in read
    assert registries(cloud, "too-busy") == 0


async def test_a_name_that_stood_there_before_is_never_claimed_as_created(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("list_all", Fault.answer(503), times=None)  # so the form does not know that it is taken
    cloud.add_registry("stood-before")
    await ask_for(slack, "stood-before")
    read = words(await outcome_of(slack, "stood-before"))
    assert "Status: error" in read
    assert "A registry with this name already exists." in read
    assert "Choose another name" in read
    assert not creates(cloud, "stood-before")


# ---- who may knock ----


@pytest.mark.parametrize("bent", BAD_SIGNATURES, ids=str)
async def test_a_request_without_a_right_signature_is_turned_away_and_opens_nothing(
    slack: LocalSlack, bent: dict[str, Any]
) -> None:
    opened = _opened(slack)
    delivery = await slack.deliver_raw(slack.command_body(), **bent)
    assert delivery.status == 401
    _in_plain_words(delivery.body)
    await open_form(slack)
    assert _opened(slack) == opened + 1


@pytest.mark.parametrize("age", [301, 100_000, -301])
async def test_a_request_more_than_five_minutes_off_is_turned_away_though_well_signed(
    slack: LocalSlack, age: int
) -> None:
    body = slack.command_body()
    stamp = str(int(slack.workspace.clock()) - age)
    opened = _opened(slack)
    delivery = await slack.deliver_raw(body, timestamp=stamp)
    assert delivery.status == 401
    await open_form(slack)
    assert _opened(slack) == opened + 1


async def test_a_request_of_four_minutes_ago_is_served(slack: LocalSlack) -> None:
    stamp = str(int(slack.workspace.clock()) - 240)
    delivery = await slack.deliver_raw(slack.command_body("help"), timestamp=stamp)
    assert delivery.status == 200


async def test_a_submission_signed_by_somebody_else_creates_nothing(slack: LocalSlack, cloud: LocalCodeArts) -> None:
    view_id = await open_form(slack)
    stranger = LocalSlack(signing_secret="another secret", bot_token=BOT_TOKEN)
    body, stamp = slack.submission_body(view_id, filled_in(name="forged")), str(int(slack.workspace.clock()))
    delivery = await slack.deliver_raw(body, timestamp=stamp, signature=stranger.sign(body, stamp))
    assert delivery.status == 401
    await bot_still_works(slack, "after-forged")
    assert not creates(cloud, "forged")


# ---- well signed, and yet not what Slack sends ----


def _payload(value: object) -> bytes:
    return urlencode({"payload": value if isinstance(value, str) else json.dumps(value)}).encode()


_DEEP = "[" * 30_000
MALFORMED_BODIES: Mapping[str, bytes] = {
    "payload is not JSON": _payload("{not json"),
    "payload is a list": _payload([]),
    "payload is a list with something in it": _payload([{"type": "view_submission"}]),
    "payload is null": _payload("null"),
    "payload is a text": _payload('"view_submission"'),
    "payload is a number": _payload("7"),
    "payload is empty": b"payload=",
    "payload is an empty object": _payload("{}"),
    "payload is nested without end": _payload(_DEEP),
    "payload has types as numbers": _payload({"type": 1}),
    "payload has a type as a list": _payload({"type": ["view_submission"]}),
    "payload has a view as a list": _payload({"type": "view_submission", "view": []}),
    "payload has a user as a text": _payload({"type": "view_submission", "user": "U1"}),
    "payload has a team as a text": _payload({"type": "view_submission", "team": "T1"}),
    "not UTF-8": b"\xff\xfe\x00",
    "half of an escaped character": b"command=%2Fcreate-registry&text=%ff%fe",
    "empty": b"",
    "no form at all": b"\x00\x01\x02",
}


@pytest.mark.parametrize("kind", MALFORMED_BODIES)
async def test_a_malformed_body_is_refused_in_words_and_the_bot_keeps_working(
    slack: LocalSlack, bot: Service, kind: str
) -> None:
    delivery = await slack.deliver_raw(MALFORMED_BODIES[kind])
    assert delivery.status in range(400, 500), delivery
    _in_plain_words(delivery.body)
    assert (await slack.command("help")).status == 200


@pytest.mark.parametrize("body", [b"{not json", b"[]", b"null", b"7", b'"text"', b"{}", _DEEP.encode()])
async def test_a_malformed_json_body_is_refused_in_words_too(slack: LocalSlack, body: bytes) -> None:
    delivery = await slack.deliver_raw(body, content_type="application/json")
    assert delivery.status in range(400, 500), delivery
    _in_plain_words(delivery.body)


async def test_a_body_larger_than_anything_slack_sends_is_refused(slack: LocalSlack) -> None:
    delivery = await slack.deliver_raw(slack.command_body("x" * 200_000))
    assert (delivery.status, delivery.body) == (413, "This request is larger than anything Slack sends.")


@pytest.mark.parametrize("field", ["user_id", "channel_id", "trigger_id", "response_url"])
@pytest.mark.parametrize("how", ["missing", "empty"])
async def test_a_command_without_a_field_is_refused_and_the_log_names_the_field(
    slack: LocalSlack, field: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    fields = [part for part in slack.command_body().decode().split("&") if not part.startswith(f"{field}=")]
    opened = _opened(slack)
    body = "&".join([*fields, f"{field}="] if how == "empty" else fields)
    delivery = await slack.deliver_raw(body.encode())
    assert (delivery.status, delivery.body) == (400, "This is not a request that Slack sends.")
    assert f"malformed request: missing or wrong: {field}" in caplog.text
    await open_form(slack)
    assert _opened(slack) == opened + 1


@pytest.mark.parametrize(
    "path",
    ["user", "user.id", "view", "view.id", "view.type", "view.callback_id", "view.state", "view.state.values"],
)
@pytest.mark.parametrize("instead", ["missing", None, 7, [], {"x": 1}], ids=str)
async def test_a_submission_with_a_missing_or_wrong_field_is_refused_and_creates_nothing(
    slack: LocalSlack, cloud: LocalCodeArts, path: str, instead: object, caplog: pytest.LogCaptureFixture
) -> None:
    payload = await _submission(slack, "malformed")
    parent, key = _parent(payload, path)
    if instead == "missing":
        del parent[key]
    else:
        parent[key] = instead
    delivery = await slack.deliver_raw(_payload(payload))
    assert (delivery.status, delivery.body) == (400, "This is not a request that Slack sends."), delivery
    if path not in ("user", "view"):  # a body that Bolt itself cannot read is logged ten times a minute at most
        assert "malformed request: " in caplog.text
    assert not creates(cloud, "malformed")


async def _submission(slack: LocalSlack, name: str) -> dict[str, Any]:
    if not slack.views:
        await open_form(slack)
    body = slack.submission_body(next(iter(slack.views)), filled_in(name=name))
    payload: dict[str, Any] = json.loads(parse_qs(body.decode())["payload"][0])
    return payload


def _parent(payload: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    *way, key = path.split(".")
    for step in way:
        payload = payload[step]
    return payload, key


def _in_plain_words(body: str) -> None:
    for mark in ("Traceback", "Error:", ".py", "pydantic", "input_value", "aiohttp"):
        assert mark not in body


async def test_what_is_not_posted_to_slacks_address_is_not_found(bot: Service) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{bot.address}/slack/events") as answer:
            assert answer.status == 405
        async with session.post(f"{bot.address}/elsewhere", data=b"x") as answer:
            assert answer.status == 404


async def test_slacks_certificate_check_is_answered(slack: LocalSlack) -> None:
    assert (await slack.deliver_raw(b"ssl_check=1&token=x")).status == 200


# ---- where the outcome goes ----


async def test_a_private_channel_without_the_bot_is_reached_through_the_form_and_the_person_is_told_how_to_fix_it(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    await ask_for(slack, "secret", channel=company.SECRET_PROJECT)
    message = await outcome_of(slack, "secret", channel=company.SECRET_PROJECT)
    (call,) = creates(cloud, "secret")
    assert (message.via, message.ephemeral_to) == ("response_url", None)
    assert call.trace_id in words(message)

    def explained() -> list[str]:
        return [each.text for each in slack.messages(company.SECRET_PROJECT) if "/invite" in each.text]

    await slack.wait_for(lambda: bool(explained()))
    assert explained() == [
        (
            f"The result in <#{company.SECRET_PROJECT}> was posted through your form, because I could not post it myself. "
            f"I am not a member there. To let me post there myself next time, type /invite <@{company.BOT_USER}> "
            "in that channel."
        )
    ]


async def test_an_archived_channel_ends_in_a_direct_message(slack: LocalSlack, cloud: LocalCodeArts) -> None:
    await ask_for(slack, "archived", channel=company.OLD_LAUNCH)
    direct = "D" + company.ANA[1:]
    message = await outcome_of(slack, "archived", channel=direct)
    (call,) = creates(cloud, "archived")
    assert call.trace_id in words(message)
    await slack.wait_for(lambda: "choose another one next time" in slack.messages(direct)[-1].text)


async def test_a_private_channel_with_the_bot_is_posted_to_like_any_other(slack: LocalSlack) -> None:
    slack.invite_bot(company.SECRET_PROJECT)
    await ask_for(slack, "invited", channel=company.SECRET_PROJECT)
    message = await outcome_of(slack, "invited", channel=company.SECRET_PROJECT)
    slack.channels[company.SECRET_PROJECT].members.discard(company.BOT_USER)
    assert message.via == "chat.postMessage"


NASTY = "<!channel> @here <http://x|y> `code` *bold* :tada: \u202eback\u202c & &lt;"


async def test_what_people_type_is_in_the_channel_as_literal_text_only(slack: LocalSlack) -> None:
    await ask_for(slack, "literal", description=NASTY)
    message = await outcome_of(slack, "literal")
    assert NASTY in words(message)
    for text, blocks in [*message.history, (message.text, message.blocks)]:
        assert NASTY in _literal_leaves(blocks)
        assert "<!channel>" not in text
        assert "mrkdwn" not in json.dumps(blocks)
        assert "broadcast" not in json.dumps(blocks)
    calls = [call for call in slack.calls if call.method == "chat.postMessage" and "literal" in str(call.args["text"])]
    assert calls
    assert {call.args["parse"] for call in calls} == {"none"}


async def test_what_the_vendor_says_is_in_the_channel_as_literal_text_only(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.answer(400, {"error_code": "X.1", "error_msg": NASTY, "trace_id": "<!here>&"}))
    await ask_for(slack, "vendor")
    message = await outcome_of(slack, "vendor")
    assert f"X.1: {NASTY}" in _literal_leaves(message.blocks)
    # What does not look like a trace id is not shown as one.
    assert "<!here>&" not in _literal_leaves(message.blocks)
    assert "<!here>" not in message.text


def _literal_leaves(blocks: list[dict[str, Any]]) -> list[str]:
    leaves = [
        leaf
        for block in blocks
        if block["type"] == "rich_text"
        for part in block["elements"]
        for leaf in part["elements"]
    ]
    return [leaf["text"] for leaf in leaves if leaf["type"] == "text"]


async def test_many_at_once_are_each_created_and_told_once(slack: LocalSlack, cloud: LocalCodeArts) -> None:
    names = [f"many-{number:02}" for number in range(20)]
    forms = [await open_form(slack) for _ in names]
    await asyncio.gather(*(slack.submit(form, filled_in(name=name)) for form, name in zip(forms, names, strict=True)))
    for name in names:
        assert "success" in words(await outcome_of(slack, name))
        assert len(creates(cloud, name)) == 1
        assert len(about(slack, name)) == 1
