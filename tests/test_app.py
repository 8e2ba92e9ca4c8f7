"""The composition root: what is open while the bot runs, and that nothing is left open when it could not start."""

import contextlib
import socket
from collections.abc import Callable

import aiohttp
import pytest

from bot import app
from bot.app import Service
from bot.config import Settings
from bot.errors import SettingsError
from bot.playground.slack.methods import ALL_SCOPES
from bot.playground.slack.server import LocalSlack
from bot.self_check import check
from tests.support.approving import ALWAYS
from tests.support.people import ask_for, outcome_of, words
from tests.support.running import BOT_TOKEN, QUICK, SIGNING_SECRET, all_finished, running_bot

Build = Callable[..., Settings]


async def status_of(method: str, address: str) -> int:
    async with aiohttp.ClientSession() as session, session.request(method, address) as answer:
        return answer.status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/slack/events", 405),
        ("POST", "/slack/events", 401),
        ("POST", "/elsewhere", 404),
    ],
)
async def test_over_http_three_addresses_are_served(bot: Service, method: str, path: str, status: int) -> None:
    assert await status_of(method, f"{bot.address}{path}") == status


async def test_over_socket_mode_nothing_is_taken_by_http(settings: Build) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token="xapp-1") as slack:
        values = {"SLACK_API_URL": slack.api_url, "SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": None}
        async with app.serve(settings(**values), delivery_policy=QUICK) as service:
            assert await status_of("POST", f"{service.address}/slack/events") == 404
            assert await status_of("GET", f"{service.address}/healthz") == 200
            assert (await ask_for(slack, "shop")).body == ""
            assert "success" in words(await outcome_of(slack, "shop"))
            await all_finished()


async def test_without_a_feature_no_command_is_known(settings: Build, slack: LocalSlack) -> None:
    async with app.serve(settings(), features=[]) as service:
        slack.request_url = f"{service.address}/slack/events"
        assert (await slack.command("help")).status == 404
        assert await status_of("GET", f"{service.address}/readyz") == 200
        slack.request_url = None


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"CODEARTS_ENDPOINT": "nowhere"}, "CODEARTS_ENDPOINT"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}, "DATABASE_URL"),
        ({"SLACK_BOT_TOKEN": "xoxb-another"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-nobodys"}, "SLACK_APP_TOKEN"),
        ({"HOST": "999.0.0.1"}, "cannot listen"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_bot_that_cannot_start_says_which_setting_and_leaves_everything_free_for_the_next(
    settings: Build, slack: LocalSlack, changes: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        async with app.serve(settings(**changes)):
            pass
    async with running_bot(settings(), slack):  # the same file, which the one before had locked
        await ask_for(slack, "shop")
        assert "success" in words(await outcome_of(slack, "shop"))


async def test_what_was_listened_on_is_free_when_the_bot_has_ended(settings: Build, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack) as bot:
        port = int(bot.address.rpartition(":")[2])
    with contextlib.closing(socket.create_server(("127.0.0.1", port))):
        pass


async def test_check_asks_for_the_scopes_of_platform_and_features(settings: Build) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, scopes={"im:write"}) as poor:
        found = await check(settings(SLACK_API_URL=poor.api_url))
    lacking = {each.code: each.values["scopes"] for each in found if "scopes" in each.values}
    assert lacking == {
        "slack_scopes_missing": "chat:write, chat:write.public, commands",
        "slack_scopes_declined": "channels:history, channels:read, groups:history, groups:read, usergroups:read, users:read",
    }


@pytest.mark.parametrize(
    ("setting", "scope"),
    [
        ({"ALLOW_GUESTS": "no"}, "users:read"),
        ({"ALLOWED_GROUPS": "S0TEAM"}, "usergroups:read"),
        (ALWAYS, "usergroups:read"),
        (ALWAYS, "channels:read"),
    ],
)
async def test_a_scope_that_a_rule_needs_is_missed_by_check(
    settings: Build, setting: dict[str, str], scope: str
) -> None:
    granted = ALL_SCOPES - {scope}
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, scopes=granted) as poor:
        plain = await check(settings(SLACK_API_URL=poor.api_url))
        found = await check(settings(SLACK_API_URL=poor.api_url, **setting))
    assert [(each.code, each.values["scopes"]) for each in plain if "scopes" in each.values] == [
        ("slack_scopes_declined", scope)
    ]
    assert [(each.code, each.values["scopes"]) for each in found if "scopes" in each.values] == [
        ("slack_scopes_missing", scope)
    ]
