"""What a failed Slack call means: every code that Slack documents, every HTTP status, and real trouble on real sockets."""

import ast
import asyncio
import contextlib
import inspect
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.announce import slack_failures
from bot.announce.results import Doubtful, Later, Refused
from bot.announce.slack_failures import judge, judge_status, retry_after
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.running import BOT_TOKEN

# facts/slack.md section 5, in its order.
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
    "org_login_required",
    "team_access_not_granted",
    "cant_update_message",
    "edit_window_closed",
    "message_not_found",
    "is_inactive",
    "block_mismatch",
    "user_not_in_channel",
    "something_that_slack_invents_tomorrow",
]
LATER = ["ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable"]
DOUBTFUL = ["fatal_error", "internal_error", "request_timeout"]


@pytest.fixture
async def web(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1.5)) as session:
        yield AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])


async def failure_of(call: Awaitable[object]) -> Exception:
    try:
        await call
    except Exception as error:  # noqa: BLE001  any kind is what is looked for
        return error
    raise AssertionError("the call went well")


async def judged(web: AsyncWebClient, slack: LocalSlack, fault: Fault) -> Refused | Later | Doubtful:
    slack.faults.add("chat.postMessage", fault)
    return judge(await failure_of(web.chat_postMessage(channel=company.TEAM_SHOP, text="hello")))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((code, Refused) for code in REFUSED),
        *((code, Later) for code in LATER),
        *((code, Doubtful) for code in DOUBTFUL),
    ],
)
async def test_each_code_of_slack_has_its_meaning(
    web: AsyncWebClient, slack: LocalSlack, code: str, kind: type[Refused | Later | Doubtful]
) -> None:
    assert await judged(web, slack, Fault.answer(200, {"ok": False, "error": code})) == kind(code=code)


@pytest.mark.parametrize("body", ['{"ok": false, "error": "ratelimited"}', "slow down", ""])
async def test_429_is_later_with_the_seconds_that_slack_asks_for(
    web: AsyncWebClient, slack: LocalSlack, body: str
) -> None:
    headers = {"Retry-After": "17", "Content-Type": "application/json"}
    assert await judged(web, slack, Fault.answer(429, body, headers)) == Later(code="ratelimited", retry_after=17)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", ["", "<html>", '{"ok": false, "error": "internal_error"}'])
async def test_a_server_error_is_doubtful(web: AsyncWebClient, slack: LocalSlack, status: int, body: str) -> None:
    result = await judged(web, slack, Fault.answer(status, body, {"Content-Type": "application/json"}))
    assert isinstance(result, Doubtful)


@pytest.mark.parametrize("status", [301, 400, 403, 404])
async def test_any_other_status_is_refused(web: AsyncWebClient, slack: LocalSlack, status: int) -> None:
    assert isinstance(await judged(web, slack, Fault.answer(status, "<html>")), Refused)


@pytest.mark.parametrize(
    "body", ["", "garbage", "<html>", "[]", "null", '"ok"', "{}", '{"ok": false}', '{"ok": false, "error": 7}']
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/html"])
async def test_a_200_that_is_not_slacks_answer_is_doubtful(
    web: AsyncWebClient, slack: LocalSlack, body: str, content_type: str
) -> None:
    result = await judged(web, slack, Fault.answer(200, body, {"Content-Type": content_type}))
    assert isinstance(result, Doubtful)


@pytest.mark.parametrize(
    "fault",
    [Fault.drop(), Fault.drop(reset=False), Fault.garbage(), Fault.truncate(), Fault.hang()],
    ids=["reset", "closed", "junk", "truncated", "silence"],
)
@pytest.mark.parametrize("connection", ["new", "kept alive"])
async def test_what_breaks_after_the_request_was_sent_is_doubtful(
    web: AsyncWebClient, slack: LocalSlack, fault: Fault, connection: str
) -> None:
    if connection == "kept alive":
        await web.auth_test()
    assert isinstance(await judged(web, slack, fault), Doubtful)


async def refused_port() -> str:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as closed:
        return f"http://127.0.0.1:{closed.getsockname()[1]}/"


async def no_such_host() -> str:
    return "http://no-such-host.invalid/"


@pytest.mark.parametrize("nowhere", [refused_port, no_such_host])
async def test_what_was_certainly_not_sent_may_be_repeated(nowhere: Callable[[], Awaitable[str]]) -> None:
    async with aiohttp.ClientSession() as session:
        web = AsyncWebClient(BOT_TOKEN, base_url=await nowhere(), session=session, retry_handlers=[])
        assert judge(await failure_of(web.auth_test())) == Later(code="unreachable")


async def test_a_server_that_does_not_speak_tls_was_certainly_not_asked() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"not TLS at all\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server, aiohttp.ClientSession() as session:
        port = server.sockets[0].getsockname()[1]
        web = AsyncWebClient(BOT_TOKEN, base_url=f"https://127.0.0.1:{port}/", session=session, retry_handlers=[])
        assert judge(await failure_of(web.auth_test())) == Later(code="unreachable")


@pytest.mark.parametrize("error", [TimeoutError(), ValueError("x"), aiohttp.ClientOSError(), ConnectionResetError()])
def test_whatever_is_not_known_to_be_harmless_counts_as_sent(error: Exception) -> None:
    assert judge(error) == Doubtful(code=type(error).__name__)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("17", 17.0), ("0", 0.0), ("", None), ("-1", None), ("soon", None), ("1.5", None), ("Wed, 21 Oct 2026", None)],
)
def test_retry_after_is_seconds_or_nothing(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-AFTER": value}) == seconds


def test_no_retry_after_is_none() -> None:
    assert retry_after({}) is None


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (429, Later(code="ratelimited", retry_after=3)),
        (404, Refused(code="x")),
        (410, Refused(code="x")),
        (500, Doubtful(code="x")),
        (599, Doubtful(code="x")),
    ],
)
def test_a_status_alone_has_a_meaning(status: int, meaning: Refused | Later | Doubtful) -> None:
    assert judge_status(status, {"Retry-After": "3"}, "x") == meaning


def test_the_judge_reads_no_message_of_an_exception() -> None:
    calls = [
        node.func.id
        for node in ast.walk(ast.parse(inspect.getsource(slack_failures)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert calls
    assert not {"str", "repr"} & set(calls)
