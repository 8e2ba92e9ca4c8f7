"""What a failed Slack call means: every code that Slack documents, every HTTP status, and real failures on real sockets."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Awaitable, Callable, Mapping

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.outcomes import Failure, InDoubt, NotApplied, Refused
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.codes import (
    APP_RESTRICTED,
    APP_TOKEN_WRONG,
    ARCHIVED,
    KEPT_OUT,
    LAYOUT_REFUSED,
    NOT_A_MEMBER,
    RESTRICTED_PREFIX,
    RETRY_AFTER_MAX_SECONDS,
    RIGHT_MISSING,
    TOKEN_WRONG,
    TRIGGER_GONE,
    TRIGGER_USED,
    as_id,
    as_message_ts,
    classify,
    classify_response,
    code_of,
)
from tests.support.running import BOT_TOKEN

# docs/facts/slack.md section 5, in its order.
REFUSED = [
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "team_not_found",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked",
    "ekm_access_denied",
    "app_access_restricted",
    "messages_tab_disabled",
    "cannot_reply_to_message",
    "no_text",
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "too_many_attachments",
    "attachment_payload_limit_exceeded",
    "metadata_too_large",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "markdown_text_conflict",
    "msg_too_long",
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "not_allowed_token_type",
    "no_permission",
    "team_access_not_granted",
    "cant_update_message",
    "edit_window_closed",
    "message_not_found",
    "is_inactive",
    "block_mismatch",
    "user_not_in_channel",
    "something_that_slack_invents_tomorrow",
]
NOT_APPLIED = [
    *("ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable"),
    *("team_added_to_org", "org_login_required"),
]
IN_DOUBT = ["fatal_error", "internal_error", "request_timeout"]
JSON = {"Content-Type": "application/json"}


async def failure_of(call: Awaitable[object]) -> Exception:
    try:
        await call
    except Exception as error:  # noqa: BLE001  any kind is what is looked for
        return error
    raise AssertionError("the call succeeded")


async def failure_after(web_client: AsyncWebClient, slack: LocalSlack, fault: Fault) -> Exception:
    slack.faults.add("chat.postMessage", fault)
    return await failure_of(web_client.chat_postMessage(channel=company.TEAM_SHOP, text="hello"))


# ---- Slack's answers ----


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((code, Refused) for code in REFUSED),
        *((code, NotApplied) for code in NOT_APPLIED),
        *((code, InDoubt) for code in IN_DOUBT),
    ],
)
async def test_each_code_of_slack_has_its_meaning(
    web_client: AsyncWebClient, slack: LocalSlack, code: str, kind: Callable[..., Failure]
) -> None:
    error = await failure_after(web_client, slack, Fault.answer(200, {"ok": False, "error": code}))
    assert classify(error) == kind(code=code)
    assert code_of(error) == code


@pytest.mark.parametrize("body", ['{"ok": false, "error": "ratelimited"}', "slow down", ""])
async def test_a_429_was_not_applied_and_has_the_seconds_that_slack_asks_for(
    web_client: AsyncWebClient, slack: LocalSlack, body: str
) -> None:
    error = await failure_after(web_client, slack, Fault.answer(429, body, {**JSON, "Retry-After": "17"}))
    assert classify(error) == NotApplied(code="ratelimited", retry_after=17)


async def test_a_busy_slack_that_answers_200_may_ask_for_seconds_too(
    web_client: AsyncWebClient, slack: LocalSlack
) -> None:
    busy = Fault.answer(200, {"ok": False, "error": "rate_limited"}, {**JSON, "Retry-After": "17"})
    assert classify(await failure_after(web_client, slack, busy)) == NotApplied(code="rate_limited", retry_after=17)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", ["", "<html>", '{"ok": false, "error": "internal_error"}'])
async def test_a_server_error_is_in_doubt(
    web_client: AsyncWebClient, slack: LocalSlack, status: int, body: str
) -> None:
    error = await failure_after(web_client, slack, Fault.answer(status, body, JSON))
    assert classify(error) == InDoubt(code=f"http_{status}")


NOT_SLACKS = ["", "<html>", "Not Found", "[]", '{"error": "not_found"}', '{"ok": false}', '{"message": "no route"}']


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 418])
@pytest.mark.parametrize("body", NOT_SLACKS)
@pytest.mark.parametrize("content_type", ["application/json", "text/html"])
async def test_a_status_without_slacks_own_refusal_comes_from_something_between_and_is_in_doubt(
    web_client: AsyncWebClient, slack: LocalSlack, status: int, body: str, content_type: str
) -> None:
    error = await failure_after(web_client, slack, Fault.answer(status, body, {"Content-Type": content_type}))
    assert classify(error) == InDoubt(code=f"http_{status}")
    assert code_of(error) == f"http_{status}"


async def test_a_refusal_of_slacks_under_another_status_is_one_and_keeps_the_status(
    web_client: AsyncWebClient, slack: LocalSlack
) -> None:
    error = await failure_after(web_client, slack, Fault.answer(403, {"ok": False, "error": "ekm_access_denied"}))
    assert classify(error) == Refused(code="ekm_access_denied", status=403)


@pytest.mark.parametrize(
    "body", ["", "garbage", "<html>", "[]", "null", '"ok"', "{}", '{"ok": false}', '{"ok": false, "error": 7}']
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/html"])
async def test_a_200_that_is_not_slacks_answer_is_in_doubt(
    web_client: AsyncWebClient, slack: LocalSlack, body: str, content_type: str
) -> None:
    error = await failure_after(web_client, slack, Fault.answer(200, body, {"Content-Type": content_type}))
    assert isinstance(classify(error), InDoubt)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [("1", 1), ("300", 300), ("301", 300), ("86400", 300), ("9999999", 300), ("soon", None), (None, None)],
)
async def test_a_wait_that_slack_asks_for_is_kept_for_five_minutes_at_most(
    web_client: AsyncWebClient, slack: LocalSlack, asked: str | None, kept: float | None
) -> None:
    headers = {**JSON, **({"Retry-After": asked} if asked else {})}
    for status in (429, 200):
        fault = Fault.answer(status, '{"ok": false, "error": "ratelimited"}', headers)
        error = await failure_after(web_client, slack, fault)
        assert classify(error) == NotApplied(code="ratelimited", retry_after=kept)
    assert classify_response(429, headers, "") == NotApplied(code="ratelimited", retry_after=kept)
    assert RETRY_AFTER_MAX_SECONDS == 300


# ---- no answer ----


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.drop(), "connection_broke"),
        (Fault.drop(reset=False), "connection_broke"),
        (Fault.garbage(), "answer_not_http"),
        (Fault.truncate(), "answer_cut_off"),
        (Fault.hang(), "no_answer"),
    ],
    ids=["reset", "closed", "junk", "truncated", "silence"],
)
@pytest.mark.parametrize("connection", ["new", "kept alive"])
async def test_what_breaks_after_the_request_was_sent_is_in_doubt(
    web_client: AsyncWebClient, slack: LocalSlack, fault: Fault, code: str, connection: str
) -> None:
    if connection == "kept alive":
        await web_client.auth_test()
    error = await failure_after(web_client, slack, fault)
    assert classify(error) == InDoubt(code=code)
    assert code_of(error) == code


async def refused_port() -> str:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as closed:
        return f"http://127.0.0.1:{closed.getsockname()[1]}/"


async def no_such_host() -> str:
    return "http://no-such-host.invalid/"


@pytest.mark.parametrize(("nowhere", "code"), [(refused_port, "connection_refused"), (no_such_host, "name_not_found")])
async def test_what_was_certainly_not_sent_was_not_applied(nowhere: Callable[[], Awaitable[str]], code: str) -> None:
    async with aiohttp.ClientSession() as session:
        web_client = AsyncWebClient(BOT_TOKEN, base_url=await nowhere(), session=session, retry_handlers=[])
        error = await failure_of(web_client.auth_test())
    assert classify(error) == NotApplied(code=code)
    assert code_of(error) == code


async def test_a_server_that_does_not_speak_tls_was_certainly_not_asked() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"not TLS at all\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server, aiohttp.ClientSession() as session:
        port = server.sockets[0].getsockname()[1]
        url = f"https://127.0.0.1:{port}/"
        web_client = AsyncWebClient(BOT_TOKEN, base_url=url, session=session, retry_handlers=[])
        assert classify(await failure_of(web_client.auth_test())) == NotApplied(code="tls_failed")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TimeoutError(), "no_answer"),
        (ValueError("x"), "call_failed"),
        (aiohttp.ClientOSError(), "connection_broke"),
        (ConnectionResetError(), "call_failed"),
    ],
)
def test_whatever_is_not_known_to_be_harmless_counts_as_sent(error: Exception, code: str) -> None:
    assert classify(error) == InDoubt(code=code)


async def test_the_text_of_an_error_plays_no_part(web_client: AsyncWebClient, slack: LocalSlack) -> None:
    error = await failure_after(web_client, slack, Fault.answer(200, {"ok": False, "error": "is_archived"}))
    assert isinstance(error, SlackApiError)
    reworded = SlackApiError("ratelimited, Retry-After: 5", error.response)  # type: ignore[no-untyped-call]
    assert classify(reworded) == Refused(code="is_archived")
    assert classify(ValueError("ratelimited")) == InDoubt(code="call_failed")
    assert classify(ValueError("Cannot connect to host")) == InDoubt(code="call_failed")


# ---- response_urls ----

RESPONSES: Mapping[str, tuple[int, str | None, Failure | None]] = {
    "ok": (200, "ok", None),
    "ok with a line break": (200, "ok\n", None),
    "ok as JSON": (200, '{"ok": true}', None),
    "a refusal under 200": (200, '{"ok": false, "error": "expired_url"}', Refused(code="expired_url")),
    "busy under 200": (200, '{"ok": false, "error": "rate_limited"}', NotApplied(code="rate_limited", retry_after=3)),
    "half done under 200": (200, '{"ok": false, "error": "internal_error"}', InDoubt(code="internal_error")),
    "nothing": (200, "", InDoubt(code="response_url_unclear")),
    "no body": (200, None, InDoubt(code="response_url_unclear")),
    "a proxy's page": (200, "<html>ok</html>", InDoubt(code="response_url_unclear")),
    "JSON that is not an object": (200, "[]", InDoubt(code="response_url_unclear")),
    "an object that says nothing": (200, "{}", InDoubt(code="response_url_unclear")),
    "nested too deep": (200, "[" * 100_000, InDoubt(code="response_url_unclear")),
    "404": (404, "ok", Refused(code="response_url_404")),
    "410": (410, "", Refused(code="response_url_410")),
    "400 with Slack's refusal": (400, '{"ok": false, "error": "is_archived"}', Refused(code="is_archived")),
    "403 of something between": (403, "<html>forbidden</html>", InDoubt(code="response_url_403")),
    "302": (302, "", InDoubt(code="response_url_302")),
    "JSON that is not Slack's": (200, '{"error": "is_archived"}', InDoubt(code="response_url_unclear")),
    "500": (500, "ok", InDoubt(code="response_url_500")),
    "429": (429, "", NotApplied(code="ratelimited", retry_after=3)),
}


@pytest.mark.parametrize("what", RESPONSES)
def test_only_ok_means_that_a_response_url_has_posted(what: str) -> None:
    status, body, meaning = RESPONSES[what]
    assert classify_response(status, {"Retry-After": "3"}, body) == meaning


# ---- groups of codes ----


@pytest.mark.parametrize(
    "code",
    sorted(
        APP_TOKEN_WRONG
        | TRIGGER_GONE
        | NOT_A_MEMBER
        | LAYOUT_REFUSED
        | RIGHT_MISSING
        | (KEPT_OUT - {"org_login_required", "team_added_to_org"})
        | {APP_RESTRICTED, ARCHIVED, RESTRICTED_PREFIX, TRIGGER_USED}
    ),
)
def test_a_code_that_is_asked_for_by_name_is_a_refusal(code: str) -> None:
    assert classify_response(200, {}, json.dumps({"ok": False, "error": code})) == Refused(code=code)


def test_a_token_without_the_scope_is_wrong_for_socket_mode_only() -> None:
    only_here = APP_TOKEN_WRONG - TOKEN_WRONG
    assert only_here == {"missing_scope"}


# ---- what only looks like Slack's ----


@pytest.mark.parametrize(
    "code", ["xoxb-the-token", "Bearer xoxb-abc", "no\nsuch", "Nothing", "x" * 65, "", "<b>", 7, None]
)
async def test_an_error_that_has_not_the_shape_of_a_code_is_not_slacks_and_is_not_quoted(
    slack: LocalSlack, web_client: AsyncWebClient, code: object
) -> None:
    error = await failure_after(web_client, slack, Fault.answer(200, {"ok": False, "error": code}))
    assert (classify(error), code_of(error)) == (InDoubt(code="http_200"), "http_200")
    answer = classify_response(200, {}, json.dumps({"ok": False, "error": code}))
    assert answer == InDoubt(code="response_url_unclear")


@pytest.mark.parametrize(
    ("value", "an_id", "a_ts"),
    [
        ("C0123ABCD", True, False),
        ("1700000000.000100", False, True),
        ("xoxb-abc", False, False),
        ("C0 123", False, False),
        ("1700000000", False, False),
        (None, False, False),
        (17.5, False, False),
    ],
)
def test_ids_and_timestamps_are_known_by_their_shape(value: object, an_id: bool, a_ts: bool) -> None:
    assert as_id(value) == (value if an_id else None)
    assert as_message_ts(value) == (value if a_ts else None)
