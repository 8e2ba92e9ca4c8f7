"""`registry-bot check`: what the planted misconfigurations (`tests/scenarios/test_misconfigured.py`) do not reach."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.config import Settings
from bot.config.service import SLACK_API_URL
from bot.domain.findings import Finding, Level, fix, note, ok, untried, wait
from bot.net.network import Network
from bot.observability.check import report
from bot.observability.check.sentences import how_to_fix, what
from bot.observability.check.settings import settings_themselves
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.methods import ALL_SCOPES
from bot.playground.slack.server import LocalSlack
from bot.self_check import check
from tests.support.approving import ALWAYS
from tests.support.running import BOT_TOKEN, SIGNING_SECRET

Build = Callable[..., Settings]
WHO = {"ok": True, "user": "registry-bot", "team": "Playground", "user_id": "U0B", "team_id": "T0B", "bot_id": "B0B"}
JSON = {"Content-Type": "application/json"}


def codes(found: list[Finding], level: Level = Level.FIX) -> list[str]:
    return [each.code for each in found if each.level is level]


def about(found: list[Finding], code: str) -> Finding:
    (one,) = [each for each in found if each.code == code]
    return one


async def test_where_all_is_well_everything_is_found_good_and_nothing_was_created(
    settings: Build, cloud: LocalCodeArts
) -> None:
    found = await check(settings())
    assert codes(found) + codes(found, Level.NOTE) == []
    assert codes(found, Level.UNTRIED) == ["signing_secret_untried", "codearts_right_untried"]
    assert about(found, "codearts_right_untried").values["right"] == "codeartsartifact:repository:create"
    assert report.exit_code(found) == 0
    assert cloud.registries == []
    assert {call.operation for call in cloud.calls} == {"list"}


def test_a_finding_is_a_line_and_what_to_do_a_second_one() -> None:
    finding = fix("channel_archived", setting="NOTIFY_CHANNELS", channel="C0X", name="#old\x1b[31m")
    assert report.as_lines(finding) == (
        "FIX      NOTIFY_CHANNELS: #old (C0X) is archived\n         Unarchive it, or take it out of NOTIFY_CHANNELS."
    )
    assert report.as_lines(ok("region", region="ap-southeast-3")) == "ok       region ap-southeast-3"
    assert report.as_lines(note("slack_scopes_unknown")).startswith("NOTE     Slack: it did not report")
    assert report.as_lines(untried("signing_secret_untried")).startswith("UNTRIED  SLACK_SIGNING_SECRET cannot be")


def test_as_json_it_is_a_list_of_objects() -> None:
    (row,) = json.loads(report.as_json([wait("port_taken", setting="PORT", host="127.0.0.1", port=3000)]))
    assert row == {
        "level": "fix",
        "code": "port_taken",
        "what": "PORT: another program listens on 127.0.0.1:3000",
        "fix": "Set PORT to a free port, or stop the program that listens there.",
        "passing": True,
        "values": {"setting": "PORT", "host": "127.0.0.1", "port": "3000"},
    }


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([ok("slack_scopes"), note("slack_scopes_unknown"), untried("signing_secret_untried")], 0),
        ([wait("slack_busy", code="http_503"), ok("slack_scopes")], 75),
        ([wait("slack_busy", code="http_503"), fix("slack_token_of_user")], 78),
    ],
)
def test_the_exit_code_says_whether_waiting_helps(findings: list[Finding], code: int) -> None:
    assert report.exit_code(findings) == code


@pytest.mark.parametrize(
    ("changes", "noted"),
    [
        ({"CODEARTS_REGION": "cn-north-4"}, []),
        ({"CODEARTS_REGION": "cn-north-4", "CODEARTS_ENDPOINT": ""}, ["region_doubted"]),
    ],
)
async def test_a_region_is_only_doubted_where_docker_registries_are_not_documented(
    settings: Build, changes: dict[str, str], noted: list[str]
) -> None:
    assert codes(await check(settings(**changes)), Level.NOTE) == noted


@pytest.mark.parametrize(
    ("fault", "code", "passing", "named"),
    [
        (
            Fault.answer(200, {"ok": False, "error": "account_inactive"}),
            "slack_token_refused",
            False,
            "install it again",
        ),
        (Fault.answer(200, {"ok": False, "error": "ratelimited"}), "slack_refused", True, "docs.slack.dev"),
        (Fault.answer(502, "<html>"), "slack_busy", True, "Wait"),
        (Fault.answer(200, "garbage", JSON), "web_page", False, "Correct SLACK_API_URL"),
        (Fault.answer(302, "", {"Location": "http://127.0.0.1:9/login"}), "redirected", True, "Correct SLACK_API_URL"),
        (Fault.drop(), "connection_broke", True, "HTTP_PROXY"),
    ],
    ids=["a removed app", "busy", "502", "garbage", "a portal", "lost"],
)
async def test_a_slack_that_does_not_answer_well_is_told_with_the_one_thing_to_do(
    settings: Build, slack: LocalSlack, fault: Fault, code: str, passing: bool, named: str
) -> None:
    slack.faults.add("auth.test", fault, times=None)
    found = await check(settings(NOTIFY_CHANNELS="C0NOWHERE00"))
    assert codes(found) == [code]  # what cannot be asked then is not asked
    assert (about(found, code).passing, named in how_to_fix(about(found, code))) == (passing, True)
    assert "codearts_list" in codes(found, Level.OK)


async def test_a_persons_token_is_known_by_having_no_bot(settings: Build, slack: LocalSlack) -> None:
    answer = {key: value for key, value in WHO.items() if key != "bot_id"}
    slack.faults.add(
        "auth.test", Fault.answer(200, answer, {**JSON, "X-OAuth-Scopes": ",".join(ALL_SCOPES)}), times=None
    )
    assert codes(await check(settings())) == ["slack_token_of_user"]


async def test_a_slack_that_reports_no_scopes_is_not_held_against_the_token(settings: Build, slack: LocalSlack) -> None:
    slack.faults.add("auth.test", Fault.answer(200, WHO, JSON), times=None)
    found = await check(settings())
    assert (codes(found), codes(found, Level.NOTE)) == ([], ["slack_scopes_unknown"])


@pytest.mark.parametrize(
    ("taken", "channel", "code", "level"),
    [
        ({"channels:read"}, "C0NOWHERE00", "channel_not_found", Level.FIX),
        ({"channels:read"}, company.TEAM_SHOP, "channel_unreadable", Level.NOTE),
        ({"channels:read"}, company.PLATFORM, "channel_unreadable", Level.NOTE),
        ({"channels:read", "chat:write.public"}, company.PLATFORM, "channel_without_bot", Level.FIX),
        ({"chat:write.public"}, company.PLATFORM, "channel_without_bot", Level.FIX),
    ],
)
async def test_without_the_right_to_read_about_channels_what_can_be_known_is_said(
    settings: Build, taken: set[str], channel: str, code: str, level: Level
) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, scopes=ALL_SCOPES - taken) as poor:
        found = await check(settings(SLACK_API_URL=poor.api_url, NOTIFY_CHANNELS=channel))
    finding = about(found, code)
    assert (finding.level, finding.values["setting"]) == (level, "NOTIFY_CHANNELS")


async def test_a_shared_channel_is_fine_if_a_setting_says_so(settings: Build, slack: LocalSlack) -> None:
    slack.channels[company.PLATFORM].is_shared = True
    found = await check(settings(NOTIFY_CHANNELS=company.PLATFORM, ALLOW_SHARED_CHANNELS="yes"))
    assert "channels" in codes(found, Level.OK)


@pytest.mark.parametrize(
    ("fault", "code", "what_is_said"),
    [
        (
            Fault.answer(401, {"error_code": "APIGW.0301", "error_msg": "wrong key", "request_id": "list-7"}),
            "codearts_key_refused",
            "CodeArts: the access key is refused: APIGW.0301: wrong key",
        ),
        (
            Fault.answer(403, {"error_code": "APIGW.0402", "error_msg": "IP not allowed", "request_id": "list-8"}),
            "codearts_not_let_in",
            "CodeArts: APIGW.0402: IP not allowed",
        ),
        (Fault.answer(503, {"error_code": "APIGW.0613"}), "codearts_busy", "CodeArts: APIGW.0613 (HTTP 503)"),
        (Fault.answer(502, "<html>"), "codearts_busy", "CodeArts: http_502 (HTTP 502)"),
        (
            Fault.answer(200, {"status": "success"}),
            "codearts_list_unreadable",
            "CodeArts: the list of registries cannot be read",
        ),
        (Fault.drop(), "connection_broke", "CodeArts: 127.0.0.1 closes the connection early (connection_broke)"),
    ],
    ids=["refused", "not let in", "503", "502", "another service", "lost"],
)
async def test_a_codearts_that_does_not_answer_well_is_told_with_its_own_words(
    settings: Build, cloud: LocalCodeArts, fault: Fault, code: str, what_is_said: str
) -> None:
    cloud.faults.add("list", fault, times=None)
    found = await check(settings())
    assert codes(found) == [code]
    assert what(about(found, code)) == what_is_said


async def test_what_the_account_does_not_say_is_not_guessed(settings: Build, cloud: LocalCodeArts) -> None:
    for each in ("domains", "projects", "iam_projects"):
        cloud.faults.add(each, Fault.answer(403, {"error_code": "IAM.0001", "error_msg": "no"}), times=None)
    missing = await check(settings(HUAWEICLOUD_SDK_DOMAIN_ID=None, CODEARTS_PROJECT_ID=None))
    assert codes(missing) == ["account_id_unknown", "project_id_unknown"]
    wrong = await check(settings(CODEARTS_PROJECT_ID="f" * 32))
    assert codes(wrong) == ["codearts_list_refused_perhaps"]


async def test_many_projects_are_not_all_shown(settings: Build, cloud: LocalCodeArts) -> None:
    cloud.account.projects = {f"{number:032}": f"team {number}" for number in range(7)}
    found = await check(settings(CODEARTS_PROJECT_ID=None))
    offered = about(found, "project_id_missing").values["offered"]
    assert (offered.count("team"), offered.endswith(", and 2 more")) == (5, True)


@pytest.mark.parametrize(
    ("off", "code", "level"),
    [
        (612, "clock_off", Level.FIX),
        (-612, "clock_off", Level.FIX),
        (90, "clock_drifts", Level.NOTE),
        (20, "clock", Level.OK),
    ],
)
async def test_a_clock_that_is_far_from_slacks_is_told_with_the_seconds(
    settings: Build, slack: LocalSlack, off: int, code: str, level: Level
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=off), usegmt=True)
    slack.faults.add("auth.test", Fault.answer(200, WHO, {**JSON, "Date": date}), times=None)
    finding = about(await check(settings()), code)
    assert finding.level is level
    if level is not Level.OK:
        assert abs(int(finding.values["seconds"]) - abs(off)) <= 5
        assert finding.values["side"] == ("behind" if off > 0 else "ahead of")


async def test_a_slack_that_does_not_date_its_answers_is_no_reason_to_doubt_the_clock(
    settings: Build, slack: LocalSlack
) -> None:
    slack.faults.add("auth.test", Fault.answer(200, WHO, {**JSON, "Date": "today"}), times=None)
    assert about(await check(settings()), "clock").values["others"] == "CodeArts"


@pytest.mark.parametrize(
    ("secret", "code"), [("something", "signing_secret_alphabet"), (SIGNING_SECRET[:-1], "signing_secret_length")]
)
def test_a_signing_secret_that_is_not_like_slacks_is_wrong_at_slack_itself(
    settings: Build, secret: str, code: str
) -> None:
    at_slack = settings(SLACK_SIGNING_SECRET=secret, SLACK_API_URL=SLACK_API_URL)
    found = list(settings_themselves(at_slack, Network()))
    assert (code in codes(found), report.exit_code(found)) == (True, 78)


async def test_the_bot_is_invited_by_the_name_that_slack_calls_it_by(settings: Build, slack: LocalSlack) -> None:
    scopes = ",".join(ALL_SCOPES - {"chat:write.public"})
    answer = Fault.answer(200, {**WHO, "user": "acme-bot"}, {**JSON, "X-OAuth-Scopes": scopes})
    slack.faults.add("auth.test", answer, times=None)
    finding = about(await check(settings(NOTIFY_CHANNELS=company.PLATFORM)), "channel_without_bot")
    assert how_to_fix(finding) == "Invite the bot there: /invite @acme-bot."


@pytest.mark.parametrize("secret", ["something", "51E7ED51e7ed51e7ed51e7ed51e7ed51"])
async def test_a_signing_secret_that_is_not_like_slacks_is_a_note_where_it_is_not_slacks(
    settings: Build, secret: str
) -> None:
    found = await check(settings(SLACK_SIGNING_SECRET=secret))
    assert "signing_secret_alphabet" in codes(found, Level.NOTE)
    assert secret not in "".join(map(report.as_lines, found))


@pytest.mark.parametrize(
    "said", [{}, {"user": None, "users": None}, {"user": [1], "users": 5}, {"user": "x", "users": [7]}]
)
async def test_what_slack_says_about_people_and_groups_in_another_shape_is_no_finding_against_them(
    settings: Build, slack: LocalSlack, said: dict[str, object]
) -> None:
    for method in ("users.info", "usergroups.users.list"):
        slack.faults.add(method, Fault.answer(200, {"ok": True, **said}, JSON), times=None)
    slack.invite_bot(company.PLATFORM)
    found = await check(settings(**ALWAYS, OPERATORS=company.ANA))
    assert codes(found) == []
    assert about(found, "people_untried").values["people"] == f"{company.BEN}, {company.ANA}"


async def test_people_who_cannot_be_looked_up_are_named(settings: Build) -> None:
    async with LocalSlack(
        signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, scopes=ALL_SCOPES - {"users:read"}
    ) as poor:
        found = await check(settings(SLACK_API_URL=poor.api_url, ALLOWED_USERS=f"{company.ANA},U0NOBODY000"))
    assert codes(found) == []
    assert about(found, "people_untried").values["people"] == f"{company.ANA}, U0NOBODY000"
