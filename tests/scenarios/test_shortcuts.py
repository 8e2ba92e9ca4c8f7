"""The form without the command, and who else is told the outcome."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.config import Settings
from bot.features.create_registry import form_wording
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import OpenView
from bot.playground.slack.server import LocalSlack
from tests.support.people import ask_for, filled_in, open_form, outcome_of, words
from tests.support.running import all_finished, running_bot

SettingsOf = Callable[..., Settings]
REFUSED = Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "{trace_id}"})


async def only_view(slack: LocalSlack) -> OpenView:
    await slack.wait_for(lambda: bool(slack.views))
    (view,) = slack.views.values()
    return view


# ---- shortcuts ----


async def test_the_global_shortcut_opens_the_form_and_makes_a_registry(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack) as service:
        assert (await slack.shortcut("create_registry_anywhere", user=company.BEN)).status == 200
        view = await only_view(slack)
        assert view.user == company.BEN
        await slack.submit(view.id, filled_in(name="shop", channel=company.TEAM_SHOP))
        message = await outcome_of(slack, "shop")
        await all_finished()
        (receipt,) = await service.engine.ledger.find("shop")
    assert f" for <@{company.BEN}>" in words(message)
    assert receipt.door == "shortcut"
    assert [registry.display_name for registry in cloud.registries] == ["shop"]


@pytest.mark.parametrize("in_a_thread", [False, True])
async def test_the_shortcut_on_a_message_tells_the_result_in_its_thread_too_and_copies_none_of_it(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, in_a_thread: bool
) -> None:
    said = slack.say("Please make us one for the secret launch", channel=company.TEAM_SHOP)
    used_on = slack.say("+1", thread_ts=said.ts) if in_a_thread else said
    async with running_bot(settings(), slack):
        await slack.message_shortcut("create_registry_on_message", used_on.ts)
        view = await only_view(slack)
        assert "secret launch" not in str(view.view)
        await slack.submit(view.id, filled_in(name="shop", channel=company.GENERAL))
        await outcome_of(slack, "shop", channel=company.GENERAL)
        await all_finished()
    told = [each for each in slack.thread(company.TEAM_SHOP, said.ts) if each.user == company.BOT_USER]
    assert len(told) == 1
    # The result was asked for in a channel that is not certainly public.
    assert words(told[0]).startswith("A registry requested in a private channel: success")
    assert cloud.registries[-1].description in {None, ""}


async def test_in_the_same_channel_the_thread_reads_the_name(settings: SettingsOf, slack: LocalSlack) -> None:
    said = slack.say("Please make us one", channel=company.TEAM_SHOP)
    async with running_bot(settings(), slack):
        await slack.message_shortcut("create_registry_on_message", said.ts)
        view = await only_view(slack)
        await slack.submit(view.id, filled_in(name="shop", channel=company.TEAM_SHOP))
        await outcome_of(slack, "shop")
        await all_finished()
    (told,) = [each for each in slack.thread(company.TEAM_SHOP, said.ts) if each.user == company.BOT_USER]
    assert words(told).startswith("Registry shop: success")


# ---- NOTIFY_CHANNELS ----

ASKED: dict[str, tuple[str, str, Fault | None, bool]] = {
    "everything, success": (company.PLATFORM, "web", None, True),
    "problems, success": (f"{company.PLATFORM}:problems", "web", None, False),
    "problems, refused": (f"{company.PLATFORM}:problems", "web", REFUSED, True),
    "names, another": (f"{company.PLATFORM}:shop-*", "web", None, False),
    "names, such a one": (f"{company.PLATFORM}:shop-*", "Shop-web", None, True),
}


@pytest.mark.parametrize("what", ASKED)
async def test_a_further_channel_hears_what_it_wants_to(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, what: str
) -> None:
    notify, name, fault, hears = ASKED[what]
    if fault is not None:
        cloud.faults.add("create", fault)
    async with running_bot(settings(NOTIFY_CHANNELS=notify), slack):
        await ask_for(slack, name)
        await outcome_of(slack, name)
        await all_finished()
    assert [name in words(each) for each in slack.messages(company.PLATFORM)] == [True] * hears


async def test_a_channel_chosen_by_names_hears_nothing_of_what_may_not_be_named_there(
    settings: SettingsOf, slack: LocalSlack
) -> None:
    slack.invite_bot(company.SECRET_PROJECT)
    notify = f"{company.PLATFORM}:shop-*, {company.GENERAL}"
    async with running_bot(settings(NOTIFY_CHANNELS=notify), slack):
        await ask_for(slack, "shop-web", channel=company.SECRET_PROJECT)
        await outcome_of(slack, "shop-web", channel=company.SECRET_PROJECT)
        await all_finished()
    assert slack.messages(company.PLATFORM) == []
    (told,) = slack.messages(company.GENERAL)
    assert "shop-web" not in words(told) + told.text


# ---- while a name is typed ----


async def typed(slack: LocalSlack, view_id: str, name: str) -> None:
    assert (await slack.type_in_view(view_id, "registry_name", name)).status == 200


def remarks(view: dict[str, Any]) -> list[str]:
    return [block["elements"][0]["text"] for block in view["blocks"] if block.get("block_id") == "registry_name_remark"]


async def test_what_is_wrong_with_a_name_is_shown_under_it_while_it_is_typed_and_what_was_typed_stays(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.add_registry("taken")
    rule = {"NAME_PATTERN": "[a-z]+(-[a-z]+)?", "NAME_PATTERN_HELP": "Small letters, as in “shop-web”."}
    async with running_bot(settings(**rule), slack):
        view_id = await open_form(slack)
        await typed(slack, view_id, "Team Shop")
        await slack.wait_for(lambda: bool(remarks(slack.views[view_id].view)))
        assert "a space" in remarks(slack.views[view_id].view)[0]
        await typed(slack, view_id, "Shop")
        await slack.wait_for(lambda: "Small letters" in str(remarks(slack.views[view_id].view)))
        await typed(slack, view_id, "taken")
        await slack.wait_for(lambda: "already exists" in str(remarks(slack.views[view_id].view)))
        await typed(slack, view_id, "shop")
        await slack.wait_for(lambda: remarks(slack.views[view_id].view) == [])
        assert [call.operation for call in cloud.calls] == ["list_all"]
        await slack.submit(view_id)
        assert "Status: success" in words(await outcome_of(slack, "shop"))


async def test_a_name_against_the_rule_of_the_company_is_refused_in_its_words(
    settings: SettingsOf, slack: LocalSlack
) -> None:
    rule = {"NAME_PATTERN": "(shop|pay)-[a-z]+", "NAME_PATTERN_HELP": "Begin with your team, as in “shop-web”."}
    async with running_bot(settings(**rule), slack):
        delivery = await ask_for(slack, "web")
    assert "Begin with your team, as in “shop-web”." in delivery.json["errors"]["registry_name"]


# ---- what is wrong with a name is said once ----


async def refused(slack: LocalSlack, view_id: str, name: str) -> str:
    delivery = await slack.submit(view_id, filled_in(name=name))
    return str(delivery.json["errors"]["registry_name"])


async def index_read(slack: LocalSlack, cloud: LocalCodeArts) -> str:
    """An open form, and the names that are taken are known."""
    view_id = await open_form(slack)
    await cloud.wait_for(lambda: any(call.operation == "list_all" and call.status is not None for call in cloud.calls))
    return view_id


async def test_what_is_already_shown_under_the_name_is_not_said_again_by_the_error(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.add_registry("taken")
    async with running_bot(settings(), slack):
        view_id = await index_read(slack, cloud)
        await typed(slack, view_id, "Taken")
        await slack.wait_for(lambda: "already exists" in str(remarks(slack.views[view_id].view)))
        assert await refused(slack, view_id, "Taken") == form_wording.NAME_SAID_ALREADY
        await typed(slack, view_id, "free")
        await slack.wait_for(lambda: remarks(slack.views[view_id].view) == [])
        assert "already exists" in await refused(slack, view_id, "Taken")


async def test_what_the_error_says_does_not_come_up_under_the_name_as_well(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.add_registry("taken")
    async with running_bot(settings(), slack):
        view_id = await index_read(slack, cloud)
        assert "already exists" in await refused(slack, view_id, "taken")
        await typed(slack, view_id, "taken")  # the last keystroke arrives late
        assert "already exists" in await refused(slack, view_id, "taken")
        assert remarks(slack.views[view_id].view) == []
        await typed(slack, view_id, "free")
        await typed(slack, view_id, "taken")
        await slack.wait_for(lambda: "already exists" in str(remarks(slack.views[view_id].view)))


@pytest.mark.parametrize(("asked_in", "named"), [(company.TEAM_SHOP, True), (company.SECRET_PROJECT, False)])
async def test_a_person_who_wants_a_colleagues_name_reads_whose_it_is_if_they_may_know(
    settings: SettingsOf, slack: LocalSlack, asked_in: str, named: bool
) -> None:
    slack.invite_bot(company.SECRET_PROJECT)
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop", channel=asked_in)
        await outcome_of(slack, "shop", channel=asked_in)
        view_id = await open_form(slack, user=company.BEN)
        first = await refused(slack, view_id, "Shop")
        await typed(slack, view_id, "other")
        await typed(slack, view_id, "Shop")
        await slack.wait_for(lambda: "already exists" in str(remarks(slack.views[view_id].view)))
        again = await refused(slack, view_id, "Shop")
        own = await refused(slack, await open_form(slack), "shop")
    assert first.startswith("A registry called “shop” already exists. Try “shop-2”")
    assert ("ask @ana, who requested it on" in first) is named
    assert ("ask @ana, who requested this one on" in again) is named
    assert "already exists" not in again
    assert own.startswith("You already have “shop”, requested on")
