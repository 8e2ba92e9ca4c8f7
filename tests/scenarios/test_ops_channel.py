"""OPS_CHANNEL, through the front door: what is wrong with the bot is told where those who run it read."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.workflow.database import open_database
from bot.workflow.newer_schema import NewerSchema
from bot.workflow.tables import prepare
from tests.support.approving import ALWAYS, approve
from tests.support.bot_process import BotProcess, ending, up
from tests.support.database import rows
from tests.support.people import ask_for, filled_in, open_form, outcome_of
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, environment_for, running_bot

_TOLD_WITHIN = 40.0


async def test_rights_that_are_missing_are_told_once_and_over_when_it_works_again(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(OPS_CHANNEL=company.PLATFORM), slack, finished_within=60):
        cloud.faults.add("create", Fault.answer(403, {"error_code": "DEV.CR.4102", "error_msg": "no"}), times=2)
        for name in ("one", "two"):
            await ask_for(slack, name)
            await outcome_of(slack, name)
        await slack.wait_for(lambda: bool(slack.messages(company.PLATFORM)), timeout=_TOLD_WITHIN)
        (told,) = slack.messages(company.PLATFORM)
        assert "may not create registries" in told.text
        await ask_for(slack, "three")
        await outcome_of(slack, "three")
        await slack.wait_for(lambda: "Resolved " in told.text, timeout=_TOLD_WITHIN)
        assert slack.messages(company.PLATFORM) == [told]


async def test_signatures_that_are_refused_in_numbers_and_outcomes_that_reach_nobody_are_told(
    settings: Callable[..., Settings], slack: LocalSlack
) -> None:
    async with running_bot(settings(OPS_CHANNEL=company.PLATFORM), slack, finished_within=60):
        for _ in range(10):
            await slack.deliver_raw(slack.command_body("x"), signature="v0=" + "0" * 64)
        await slack.wait_for(lambda: bool(slack.messages(company.PLATFORM)), timeout=_TOLD_WITHIN)
        (told,) = slack.messages(company.PLATFORM)
        assert "refused because of their signature" in told.text


async def test_a_bot_that_is_older_than_its_database_says_so_once_over_its_starts_and_over_when_one_runs(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    file = tmp_path / "bot.sqlite3"
    environment = {**environment_for(slack, cloud, file), "OPS_CHANNEL": company.PLATFORM}
    bot = BotProcess(environment, log=tmp_path / "bot.log")
    change = "UPDATE registry_bot_ledger_version SET version_num = :version"
    async with ending([bot]):
        await up(bot)
        assert await bot.leave() == 0
        ((known,),) = rows(file, "SELECT version_num FROM registry_bot_ledger_version")
        rows(file, change, {"version": "9999"})
        for _ in range(2):
            await bot.start()
            assert await bot.exit_code(seconds=40) == 78
        (told,) = slack.messages(company.PLATFORM)
        assert "older than its database" in told.text
        rows(file, change, {"version": known})
        await up(bot)
        await slack.wait_for(lambda: "Resolved " in told.text, timeout=_TOLD_WITHIN)
        assert slack.messages(company.PLATFORM) == [told]


async def test_what_a_newer_version_changed_under_a_running_one_is_told_when_no_upgrade_takes_so_long(
    sqlite_url: str,
) -> None:
    now = 0.0
    database = open_database(sqlite_url)
    prepare(database)
    schema = NewerSchema(database, monotonic=lambda: now)
    await schema.refresh()
    with database.begin() as connection:
        connection.execute(sa.text("UPDATE registry_bot_ledger_version SET version_num = '9999'"))
    for now in (61.0, 300.0, 600.0):  # noqa: B007  the clock
        await schema.refresh()
        assert not schema.lasts()
    now = 661.0
    assert schema.lasts()
    database.dispose()


async def test_an_app_token_that_slack_refuses_is_told_once_and_over_when_it_is_accepted_again(
    cloud: LocalCodeArts, tmp_path: Path
) -> None:
    token, opened = "xapp-1-the-app-token", "apps.connections.open"
    refused = Fault.answer(200, {"ok": False, "error": "invalid_auth"})
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token=token) as slack:
        environment = environment_for(slack, cloud, tmp_path / "bot.sqlite3")
        environment |= {"SLACK_APP_TOKEN": token, "OPS_CHANNEL": company.PLATFORM}
        del environment["SLACK_SIGNING_SECRET"]
        bot = BotProcess(environment, log=tmp_path / "bot.log")
        async with ending([bot]):
            slack.faults.add(opened, refused)
            await bot.start()
            assert await bot.exit_code(seconds=40) == 78  # and says so, in its only moment
            await up(bot)
            (told,) = slack.messages(company.PLATFORM)
            assert "does not accept SLACK_APP_TOKEN" in told.text
            await slack.wait_for(lambda: "Resolved " in told.text, timeout=_TOLD_WITHIN)
            slack.faults.add(opened, refused, times=None)
            await slack.disconnect_sockets(abrupt=True)
            await slack.wait_for(lambda: told.text.startswith(":warning:"), timeout=_TOLD_WITHIN)
            slack.faults.clear()
            await slack.wait_for(lambda: "Resolved " in told.text, timeout=120)
            assert slack.messages(company.PLATFORM) == [told]


async def test_approvers_who_cannot_be_asked_are_told_to_operators_and_over_when_they_were(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(**ALWAYS, OPS_CHANNEL=company.GENERAL), slack, finished_within=60):
        view_id = await open_form(slack)
        await slack.wait_for(lambda: any(call.method == "conversations.info" for call in slack.calls))
        slack.channels[company.PLATFORM].is_archived = True  # after the form was opened
        assert (await slack.submit(view_id, filled_in(name="shop"))).json is None
        await slack.wait_for(lambda: bool(slack.messages(company.GENERAL)), timeout=_TOLD_WITHIN)
        (told,) = slack.messages(company.GENERAL)
        assert "the channel of the approvers (APPROVAL_CHANNEL) does not accept my question" in told.text
        slack.channels[company.PLATFORM].is_archived = False
        await slack.wait_for(lambda: told.text.startswith(":white_check_mark:"), timeout=_TOLD_WITHIN)
        await approve(slack, "shop")
        await outcome_of(slack, "shop")
    assert slack.messages(company.GENERAL) == [told]
    assert len(cloud.registries) == 1
