"""`registry-bot check`: each finding, asked of real clients against local servers."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bot.clients import build_codearts, slack_client, slack_session
from bot.config import Settings
from bot.observability.check import Finding, examine
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack.server import LocalSlack
from tests.support.running import BOT_TOKEN, SIGNING_SECRET

SCOPES = frozenset({"commands", "chat:write"})
SHOULD_BE_FIXED = "FIX      the bell\n         Press harder."


async def findings(settings: Settings, *, codearts: Settings | None = None) -> list[Finding]:
    """`codearts`: settings for that client, where they differ."""
    async with slack_session() as session, build_codearts(codearts or settings) as client:
        return await examine(settings, slack=slack_client(settings, session), codearts=client, scopes=SCOPES)


def about(found: list[Finding], what: str) -> Finding:
    """The one finding that begins so; the first where several do."""
    return next(each for each in found if each.what.startswith(what))


@pytest.mark.parametrize(
    ("finding", "line"),
    [
        (Finding(good=True, what="the bell"), "ok       the bell"),
        (Finding(good=False, what="the bell", fix="Press harder."), SHOULD_BE_FIXED),
    ],
    ids=["ok", "to be fixed"],
)
def test_a_finding_is_a_line_and_what_to_fix_a_second_one(finding: Finding, line: str) -> None:
    assert str(finding) == line


async def test_where_all_is_well_everything_is_found_good_and_nothing_was_created(
    settings: Callable[..., Settings], cloud: LocalCodeArts
) -> None:
    found = await findings(settings())
    assert [each for each in found if not each.good] == []
    assert [each.what.partition(" ")[0].rstrip(":") for each in found] == [
        *("region", "database", "Slack", "Slack", "CodeArts")
    ]
    assert cloud.registries == []
    assert {call.operation for call in cloud.calls} == {"list"}


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({"CODEARTS_REGION": "ap-southeast-3", "CODEARTS_ENDPOINT": ""}, True),
        ({"CODEARTS_REGION": "cn-north-4", "CODEARTS_ENDPOINT": ""}, False),
        ({"CODEARTS_REGION": "cn-north-4"}, True),
    ],
    ids=["documented", "not documented", "an endpoint of one's own"],
)
async def test_a_region_is_only_doubted_where_docker_registries_are_not_documented(
    settings: Callable[..., Settings], changes: dict[str, str], good: bool
) -> None:
    region = about(await findings(settings(**changes), codearts=settings()), "region")
    assert region.good is good
    assert ("documented only for ap-southeast-3" in region.fix) is not good


async def test_a_database_that_cannot_be_written_is_told_as_at_the_start(settings: Callable[..., Settings]) -> None:
    database = about(await findings(settings(DATABASE_URL="sqlite:////nowhere/at/all.sqlite3")), "database")
    assert not database.good
    assert database.fix.startswith("DATABASE_URL: sqlite:////nowhere/at/all.sqlite3 cannot be used")


@pytest.mark.parametrize(
    ("fault", "what", "named"),
    [
        (Fault.answer(200, {"ok": False, "error": "invalid_auth"}), "invalid_auth", "SLACK_BOT_TOKEN"),
        (
            Fault.answer(200, "garbage", {"Content-Type": "application/json"}),
            "http_200",
            "answers in place of 127.0.0.1",
        ),
        (Fault.answer(502, "<html>"), "http_502", "answers in place of 127.0.0.1"),
        (
            Fault.answer(302, "", {"Location": "http://127.0.0.1:9/login"}),
            "redirected",
            "answers in place of 127.0.0.1",
        ),
        (Fault.drop(), "connection_broke", "HTTPS_PROXY"),
    ],
    ids=["refused", "garbage", "502", "a portal", "lost"],
)
async def test_a_slack_that_does_not_answer_well_is_named_by_its_code_and_what_may_be_the_cause(
    settings: Callable[..., Settings], slack: LocalSlack, fault: Fault, what: str, named: str
) -> None:
    slack.faults.add("auth.test", fault, times=None)
    found = await findings(settings())
    assert (about(found, "Slack").good, about(found, "Slack").what) == (False, f"Slack: {what}")
    assert named in about(found, "Slack").fix
    assert about(found, "CodeArts").good


async def test_missing_scopes_are_named(settings: Callable[..., Settings]) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, scopes={"im:write"}) as poor:
        found = await findings(settings(SLACK_API_URL=poor.api_url))
    scopes = about(found, "Slack: the token")
    assert (scopes.good, scopes.what) == (False, "Slack: the token lacks chat:write, commands")
    assert "reinstall the app" in scopes.fix


async def test_a_slack_that_reports_no_scopes_is_not_held_against_the_token(
    settings: Callable[..., Settings], slack: LocalSlack
) -> None:
    slack.faults.add("auth.test", Fault.answer(200, {"ok": True, "user": "registry-bot", "team": "Playground"}))
    assert about(await findings(settings()), "Slack: it did not report").good


@pytest.mark.parametrize("right", [True, False])
async def test_socket_mode_is_tried_where_it_is_used(settings: Callable[..., Settings], right: bool) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token="xapp-right") as slack:
        token = "xapp-right" if right else "xapp-wrong"
        found = await findings(settings(SLACK_API_URL=slack.api_url, SLACK_APP_TOKEN=token))
    socket = about(found, "Socket Mode")
    assert socket.good is right
    assert ("connections:write" in socket.fix) is not right


@pytest.mark.parametrize("missing", ["HUAWEICLOUD_SDK_DOMAIN_ID", "CODEARTS_PROJECT_ID"])
async def test_without_an_id_nothing_can_be_looked_up(
    settings: Callable[..., Settings], cloud: LocalCodeArts, missing: str
) -> None:
    codearts = about(await findings(settings(**{missing: None})), "CodeArts")
    assert (codearts.good, codearts.what) == (False, "CodeArts: nothing can be looked up")
    assert missing in codearts.fix
    assert cloud.calls == []


@pytest.mark.parametrize(
    ("fault", "what", "named"),
    [
        (
            Fault.answer(401, {"error_code": "APIGW.0301", "error_msg": "wrong key", "request_id": "list-7"}),
            "CodeArts: APIGW.0301: wrong key (HTTP 401) (trace id list-7)",
            "Check the access key",
        ),
        (Fault.answer(502, "<html>"), "CodeArts: answer_unclear (HTTP 502)", "Check the access key"),
        (Fault.drop(), "CodeArts: connection_broke", "HTTPS_PROXY"),
    ],
    ids=["refused", "502", "lost"],
)
async def test_a_codearts_that_does_not_answer_well_is_told_with_all_that_helps(
    settings: Callable[..., Settings], cloud: LocalCodeArts, fault: Any, what: str, named: str
) -> None:
    cloud.faults.add("list", fault, times=None)
    codearts = about(await findings(settings()), "CodeArts")
    assert (codearts.good, codearts.what) == (False, what)
    assert named in codearts.fix


# ---- what Slack's requests would stumble over ----


@pytest.mark.parametrize(
    ("off", "what"),
    [
        (612, "the clock of this host is 61[0-9] s behind Slack's"),
        (-612, "the clock of this host is 61[0-9] s ahead of Slack's"),
        (30, None),
    ],
)
async def test_a_clock_that_is_far_from_slacks_is_told_with_the_seconds(
    settings: Callable[..., Settings], slack: LocalSlack, off: int, what: str | None
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=off), usegmt=True)
    answer = {"ok": True, "user": "registry-bot", "team": "Playground"}
    slack.faults.add("auth.test", Fault.answer(200, answer, {"Date": date, "Content-Type": "application/json"}))
    told = [each for each in await findings(settings()) if each.what.startswith("the clock")]
    assert [each.good for each in told] == ([False] if what else [])
    assert all(re.fullmatch(what or "", each.what) and "300 s" in each.fix for each in told)


async def test_a_slack_that_does_not_date_its_answers_is_no_reason_to_doubt_the_clock(
    settings: Callable[..., Settings], slack: LocalSlack
) -> None:
    answer = {"ok": True, "user": "registry-bot", "team": "Playground"}
    slack.faults.add("auth.test", Fault.answer(200, answer, {"Date": "today", "Content-Type": "application/json"}))
    assert [each for each in await findings(settings()) if each.what.startswith("the clock")] == []


async def test_a_signing_secret_that_is_not_like_slacks_is_a_note_and_nothing_to_fix(
    settings: Callable[..., Settings],
) -> None:
    note = about(await findings(settings(SLACK_SIGNING_SECRET="something")), "SLACK_SIGNING_SECRET")
    assert note.good
    assert str(note).startswith(
        "NOTE     SLACK_SIGNING_SECRET does not look like one of Slack's (32 hex digits)\n         "
    )
    assert "something" not in str(note)
