"""The Home tab, through the front door: what somebody asked for, kept current, and the way to ask for more."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.domain.outcomes import Refused
from bot.features.create_registry import wording
from bot.ledger import writes
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.scenarios.test_buttons import CHECK, NOTED, ONCE, unconfirmed
from tests.support.database import rows
from tests.support.people import about, ask_for, filled_in, outcome_of, words
from tests.support.running import all_finished, running_bot
from tests.support.waiting import until

SettingsOf = Callable[..., Settings]


def published(slack: LocalSlack) -> int:
    return sum(call.method == "views.publish" for call in slack.calls)


def home(slack: LocalSlack, user: str = company.ANA) -> str:
    view: dict[str, Any] = slack.homes[user].view
    return str(view["blocks"])


async def visit(slack: LocalSlack, user: str = company.ANA) -> str:
    before = published(slack)
    assert (await slack.open_home(user=user)).status == 200
    await slack.wait_for(lambda: published(slack) > before and user in slack.homes)
    return home(slack, user)


async def test_a_person_without_requests_reads_how_to_make_one(settings: SettingsOf, slack: LocalSlack) -> None:
    async with running_bot(settings(SUPPORT_CONTACT="#platform-help"), slack):
        shown = await visit(slack)
    assert "You have not asked for a registry yet" in shown
    assert "Ask #platform-help." in shown


async def test_the_messages_tab_is_left_alone(settings: SettingsOf, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack):
        assert (await slack.open_home(tab="messages")).status == 200
        await visit(slack)
    assert published(slack) == 1


async def test_the_button_opens_the_form_and_what_comes_of_it_shows_by_itself(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack) as service:
        await visit(slack)
        await slack.press_at_home("registry_create")
        await slack.wait_for(lambda: bool(slack.views))
        (view,) = slack.views.values()
        await slack.submit(view.id, filled_in(name="shop", channel=company.TEAM_SHOP))
        await outcome_of(slack, "shop")
        await slack.wait_for(lambda: cloud.registries[-1].url in home(slack))
        (receipt,) = await service.engine.ledger.find("shop")
        assert receipt.door == "home"
        assert receipt.reference in home(slack)
        await slack.press_at_home("registry_how_to_push")
        await slack.wait_for(lambda: len(slack.views) == 2)
        assert "docker push" in str(list(slack.views.values())[-1].view["blocks"])
        await slack.press_at_home("receipt_show")
        await slack.wait_for(lambda: len(slack.views) == 3)
    assert list(slack.views.values())[-1].view["title"]["text"] == "Receipt"


async def test_it_shows_ones_own_ten_newest_and_nobody_elses(settings: SettingsOf, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack):
        for number in range(11):
            await ask_for(slack, f"shop-{number:02}")
            await outcome_of(slack, f"shop-{number:02}")
        await all_finished()
        shown = await visit(slack)
        others = await visit(slack, company.BEN)
    assert [number for number in range(11) if f"'shop-{number:02}'" in shown] == list(range(1, 11))
    assert shown.index("'shop-10'") < shown.index("'shop-01'")
    assert "shop-" not in others


async def test_a_failed_one_can_be_tried_again_from_there(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.answer(429, {"error_msg": "busy"}), times=3)
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop", description="Images")
        await outcome_of(slack, "shop")
        await all_finished()
        assert "registry_try_again" in await visit(slack)
        await slack.press_at_home("registry_try_again")
        await slack.wait_for(lambda: len(slack.views) == 2)
    assert "'initial_value': 'shop'" in str(list(slack.views.values())[-1].view["blocks"])


async def test_a_burst_of_ten_outcomes_is_shown_in_few_calls(settings: SettingsOf, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack) as service:
        await visit(slack)
        for number in range(10):
            await ask_for(slack, f"shop-{number}")
        await until(lambda: all(f"'shop-{number}'" in home(slack) for number in range(10)))
        await all_finished()
        assert len(await service.engine.ledger.newest(requester=company.ANA)) == 10
    assert published(slack) < 10


async def test_nobody_who_never_opened_it_is_shown_changes(settings: SettingsOf, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop")
        await outcome_of(slack, "shop")
        await visit(slack, company.BEN)
    assert company.ANA not in slack.homes


async def test_a_person_who_opened_it_once_is_shown_changes_after_a_restart_too(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack):
        await visit(slack)
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop")
        await slack.wait_for(lambda: bool(cloud.registries) and cloud.registries[-1].url in home(slack))


async def test_what_a_check_found_out_shows_by_itself(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(**NOTED), slack, policy=ONCE, finished_within=None):
        message = await unconfirmed(slack, cloud)
        await visit(slack)
        cloud.faults.clear()
        await slack.press(message.ts, CHECK, user=company.BEN)
        await slack.wait_for(lambda: cloud.registries[-1].url in home(slack))


@pytest.mark.parametrize("fault", [Fault.drop(), Fault.answer(200, {"ok": False, "error": "not_enabled"})])
async def test_a_home_that_slack_does_not_take_stops_nothing(
    settings: SettingsOf, slack: LocalSlack, fault: Fault
) -> None:
    slack.faults.add("views.publish", fault)
    async with running_bot(settings(), slack):
        assert (await slack.open_home()).status == 200
        await ask_for(slack, "shop")
        await outcome_of(slack, "shop")
        assert "'shop'" in await visit(slack)


# ---- Check now, and buttons that do not help any more ----


async def unseen(slack: LocalSlack, cloud: LocalCodeArts) -> None:
    """Not confirmed, although the list could be read before and after: it shows the registry only later."""
    cloud.faults.add("create", Fault.drop(apply=True))
    cloud.lands_elsewhere = True
    await ask_for(slack, "shop", description="Images")
    assert "Status: unconfirmed" in words(await outcome_of(slack, "shop"))
    cloud.registries[-1].elsewhere = False


async def check(slack: LocalSlack, user: str = company.ANA) -> str:
    """Press Check now at Home; what is told."""
    before = len(slack.views)
    await slack.press_at_home("registry_check_now", user=user)
    await slack.wait_for(lambda: len(slack.views) > before)
    return str(list(slack.views.values())[-1].view["blocks"][0]["text"]["text"])


@pytest.mark.parametrize("noted", [True, False])
async def test_what_is_not_confirmed_can_be_checked_from_there_and_home_and_message_change(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, noted: bool
) -> None:
    note = {"CODEARTS_DESCRIPTION_NOTE": "by {requester}, {reference}"} if noted else {}
    async with running_bot(settings(**note), slack, policy=ONCE, finished_within=None) as service:
        if noted:
            await unconfirmed(slack, cloud)
        else:
            await unseen(slack, cloud)

        async def told() -> bool:
            return (await service.engine.ledger.find("shop"))[0].message_ts is not None

        await until(told)  # written with the next record
        assert "registry_check_now" in await visit(slack)
        cloud.faults.clear()
        assert await check(slack) == wording.PRESS_CHECKING_FROM_HOME.format(name="shop")
        await slack.wait_for(lambda: cloud.registries[-1].url in home(slack))
        assert "registry_check_now" not in home(slack)
        assert "registry_how_to_push" in home(slack)
        await slack.wait_for(lambda: "Status: success" in words(about(slack, "shop")[0]))


async def test_a_check_that_finds_nothing_says_when_it_looked(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack, policy=ONCE, finished_within=None):
        await unconfirmed(slack, cloud)
        first = await visit(slack)
        assert "Last checked:" in first
        await check(slack)
        await slack.wait_for(lambda: "Checked again" in words(about(slack, "shop")[0]))
        await slack.wait_for(lambda: published(slack) == 2)
        assert "registry_check_now" in home(slack)


async def test_what_is_known_meanwhile_is_shown_instead_of_checked(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack, policy=ONCE, finished_within=None) as service:
        await unconfirmed(slack, cloud)
        await visit(slack)
        (receipt,) = await service.engine.ledger.find("shop")
        with service.engine.database.begin() as connection:
            writes.concluded(receipt.id, Refused(code="CR.4102", message="no right"))(connection)
        calls = len(cloud.calls)
        await slack.press_at_home("registry_check_now")
        await slack.wait_for(lambda: "no right" in home(slack))
        assert len(cloud.calls) == calls


async def test_nobody_checks_what_another_one_asked_for(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack, policy=ONCE, finished_within=None) as service:
        await unconfirmed(slack, cloud)
        await visit(slack)
        await visit(slack, company.BEN)
        (receipt,) = await service.engine.ledger.find("shop")
        calls = len(cloud.calls)
        await slack.press_at_home("registry_create", user=company.BEN)
        await slack.wait_for(lambda: len(slack.views) == 2)
        slack.homes[company.BEN].view["blocks"] = slack.homes[company.ANA].view["blocks"]
        assert "too old" in await check(slack, company.BEN)
        assert len(cloud.calls) == calls
        assert receipt.state == "in_doubt"


async def test_after_a_retry_that_worked_the_failed_one_no_longer_offers_it(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.answer(429, {"error_msg": "busy"}), times=3)
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop")
        await outcome_of(slack, "shop")
        assert "registry_try_again" in await visit(slack)
        await slack.press_at_home("registry_try_again")
        await slack.wait_for(lambda: len(slack.views) == 2)
        await slack.submit(list(slack.views)[-1])
        await slack.wait_for(lambda: "registry_how_to_push" in home(slack))
        await slack.wait_for(lambda: "registry_try_again" not in home(slack))


async def test_when_the_engines_records_are_gone_it_says_where_to_check(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(), slack, policy=ONCE, finished_within=None):
        await unconfirmed(slack, cloud)
    rows(tmp_path / "bot.sqlite3", "DELETE FROM workflow_status")
    async with running_bot(settings(), slack):
        await visit(slack)
        assert await check(slack) == wording.PRESS_CHECK_THERE.format(name="shop")
