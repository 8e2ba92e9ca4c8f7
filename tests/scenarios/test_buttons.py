"""The buttons of a message, through the front door: who may press them, what comes of it, also years later."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.features.create_registry import wording
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message, OpenView
from bot.playground.slack.server import LocalSlack
from tests.support.people import about, ask_for, filled_in, open_form, outcome_of, words
from tests.support.running import HURRY, QUICK, all_finished, running_bot, settings_for
from tests.support.waiting import until

PUSH, OTHER, AGAIN, CHECK, RECEIPT = (
    "registry_how_to_push",
    "registry_another_name",
    "registry_try_again",
    "registry_check_now",
    "receipt_show",
)
SettingsOf = Callable[..., Settings]
# What is not confirmed is not looked up again by itself while a test presses.
ONCE = dataclasses.replace(HURRY, recheck_at=(600,))
# So that a registry found later is known to be ours.
NOTED = {"CODEARTS_DESCRIPTION_NOTE": "by {requester}, {reference}"}
BUSY = Fault.answer(429, {"error_msg": "busy"})


def buttons(message: Message) -> list[str]:
    return [
        element["action_id"] for block in message.blocks if block["type"] == "actions" for element in block["elements"]
    ]


def only(slack: LocalSlack, name: str = "shop") -> Message:
    (message,) = [each for each in about(slack, name) if each.ephemeral_to is None]
    return message


async def opened_by(slack: LocalSlack, message: Message, action_id: str, *, user: str = company.ANA) -> OpenView:
    before = set(slack.views)
    delivery = await slack.press(message.ts, action_id, user=user)
    assert (delivery.status, delivery.body) == (200, "")
    await slack.wait_for(lambda: bool(set(slack.views) - before))
    (view_id,) = set(slack.views) - before
    return slack.views[view_id]


async def told_alone(slack: LocalSlack, user: str, *, count: int = 1) -> list[str]:
    def ephemerals() -> list[Message]:
        return [each for each in slack.messages(company.TEAM_SHOP) if each.ephemeral_to == user]

    await slack.wait_for(lambda: len(ephemerals()) >= count)
    return [each.text for each in ephemerals()]


def initial(view: OpenView, block_id: str, key: str) -> Any:
    (block,) = [each for each in view.view["blocks"] if each["block_id"] == block_id]
    return block["element"].get(key)


# ---- How to push ----


@pytest.mark.parametrize("user", [company.ANA, company.BEN])
async def test_a_person_who_presses_how_to_push_reads_the_real_address_in_the_lines(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, user: str
) -> None:
    async with running_bot(settings(ACCESS_CONTACT="#platform-help"), slack):
        await ask_for(slack, "shop")
        message = await outcome_of(slack, "shop")
        assert buttons(message) == [PUSH, RECEIPT]
        view = await opened_by(slack, message, PUSH, user=user)
    assert view.user == user
    read = str(view.view["blocks"])
    where = cloud.registries[-1].url.removeprefix("https://").rstrip("/")
    assert f"docker push {where}/shop:1.0" in read
    assert "ask #platform-help for access" in read


async def test_the_operators_own_guide_is_shown_instead(settings: SettingsOf, slack: LocalSlack) -> None:
    async with running_bot(settings(PUSH_GUIDE="Ask the build for {name}."), slack):
        await ask_for(slack, "shop")
        view = await opened_by(slack, await outcome_of(slack, "shop"), PUSH)
    assert "Ask the build for shop." in str(view.view["blocks"])
    assert "docker login" not in str(view.view["blocks"])


async def test_a_message_of_years_ago_still_shows_how_to_push(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop")
        message = await outcome_of(slack, "shop")
    async with running_bot(settings_for(slack, cloud, tmp_path / "new.sqlite3"), slack):
        view = await opened_by(slack, message, PUSH)
    assert "docker push" in str(view.view["blocks"])


# ---- Receipt ----


async def test_the_receipt_opens_from_the_message_for_everybody_who_reads_it(
    settings: SettingsOf, slack: LocalSlack
) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop", description="Images of the web shop")
        view = await opened_by(slack, await outcome_of(slack, "shop"), RECEIPT, user=company.BEN)
    assert view.view["title"]["text"] == "Receipt"
    assert "Images of the web shop" in str(view.view["blocks"])


async def test_a_registry_without_an_address_has_its_receipt_all_the_same(
    settings: SettingsOf, slack: LocalSlack
) -> None:
    async with running_bot(settings(CODEARTS_PROJECT_ID=None), slack):
        await ask_for(slack, "shop")
        assert buttons(await outcome_of(slack, "shop")) == [RECEIPT]


# ---- Choose another name, Try again ----


async def taken(slack: LocalSlack, cloud: LocalCodeArts, *, channel: str = company.TEAM_SHOP) -> Message:
    """A request for a name that somebody else took while the form was open."""
    view_id = await open_form(slack)
    await until(lambda: any(call.operation == "list_all" and call.status is not None for call in cloud.calls))
    cloud.add_registry("shop")
    await slack.submit(view_id, filled_in(name="shop", description="Images of the web shop", channel=channel))
    return await outcome_of(slack, "shop", channel=channel)


async def test_choose_another_name_opens_the_form_as_it_was_with_a_name_that_is_free(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack):
        message = await taken(slack, cloud, channel=company.GENERAL)
        assert buttons(message) == [OTHER, RECEIPT]
        await slack.press(message.ts, OTHER, channel=company.GENERAL)
        await slack.wait_for(lambda: len(slack.views) == 2)
        view = list(slack.views.values())[-1]
        assert initial(view, "registry_name", "initial_value") == "shop-2"
        assert initial(view, "registry_description", "initial_value") == "Images of the web shop"
        assert initial(view, "result_channel", "initial_conversation") == company.GENERAL
        await slack.submit(view.id)
        assert "Status: success" in words(await outcome_of(slack, "shop-2", channel=company.GENERAL))


async def test_try_again_opens_the_form_as_it_was_and_makes_one_registry(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", BUSY, times=3)
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop", description="two\nlines")
        message = await outcome_of(slack, "shop")
        assert buttons(message) == [AGAIN, RECEIPT]
        view = await opened_by(slack, message, AGAIN)
        assert initial(view, "registry_name", "initial_value") == "shop"
        assert initial(view, "registry_description", "initial_value") == "two\nlines"
        await slack.submit(view.id)
        await slack.wait_for(lambda: len(about(slack, "shop")) == 2)
        await all_finished()
    assert [registry.display_name for registry in cloud.registries] == ["shop"]
    assert "Status: success" in words(about(slack, "shop")[-1])


@pytest.mark.parametrize("action_id", [OTHER, AGAIN])
async def test_somebody_else_is_told_who_may_and_what_they_can_do(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, action_id: str
) -> None:
    async with running_bot(settings(), slack):
        if action_id == OTHER:
            message = await taken(slack, cloud)
        else:
            cloud.faults.add("create", BUSY, times=3)
            await ask_for(slack, "shop")
            message = await outcome_of(slack, "shop")
        assert buttons(message) == [action_id, RECEIPT]
        views = len(slack.views)
        await slack.press(message.ts, action_id, user=company.BEN)
        (said,) = await told_alone(slack, company.BEN)
    assert said == wording.PRESS_NOT_YOURS.format(requester=company.ANA, name="shop", command="/create-registry")
    assert len(slack.views) == views


# ---- Check now ----


async def unconfirmed(slack: LocalSlack, cloud: LocalCodeArts) -> Message:
    """A request whose answer was lost, of which nothing is known."""
    cloud.faults.add("create", Fault.drop(apply=True))
    cloud.faults.add("list", Fault.answer(503, "down"), times=None)
    await ask_for(slack, "shop")
    message = await outcome_of(slack, "shop")
    assert "Status: unconfirmed" in words(message)
    assert buttons(message) == [CHECK, RECEIPT]
    return message


async def test_check_now_finds_what_is_there_by_now_and_the_message_changes(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(**NOTED), slack, policy=ONCE, finished_within=None):
        message = await unconfirmed(slack, cloud)
        cloud.faults.clear()
        await slack.press(message.ts, CHECK, user=company.BEN)
        assert await told_alone(slack, company.BEN) == [wording.PRESS_CHECKING.format(name="shop")]
        await slack.wait_for(lambda: "Status: success" in words(only(slack)))
        assert cloud.registries[-1].url in words(only(slack))
        assert buttons(only(slack)) == [PUSH, RECEIPT]
        await slack.wait_for(lambda: len(slack.thread(company.TEAM_SHOP, message.ts)) >= 2)
    assert len([registry for registry in cloud.registries if registry.display_name == "shop"]) == 1


async def test_check_now_that_finds_nothing_says_when_it_looked_and_can_be_pressed_again(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(**NOTED), slack, policy=ONCE, finished_within=None):
        message = await unconfirmed(slack, cloud)
        await slack.press(message.ts, CHECK)
        await slack.wait_for(lambda: "Checked again" in words(only(slack)))
        assert "Status: unconfirmed" in words(only(slack))
        assert buttons(only(slack)) == [CHECK, RECEIPT]
        cloud.faults.clear()
        await slack.press(message.ts, CHECK)
        await slack.wait_for(lambda: "Status: success" in words(only(slack)))


async def test_check_now_works_when_the_request_itself_is_not_stored_any_more(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(**NOTED), slack, policy=ONCE, finished_within=None):
        message = await unconfirmed(slack, cloud)
    cloud.faults.clear()
    async with running_bot(settings_for(slack, cloud, tmp_path / "new.sqlite3", **NOTED), slack):
        await slack.press(message.ts, CHECK, user=company.BEN)
        await slack.wait_for(lambda: "Status: success" in words(only(slack)))


async def test_of_two_presses_at_once_one_looks_and_the_other_is_told(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(**NOTED), slack, policy=ONCE, finished_within=None):
        message = await unconfirmed(slack, cloud)
        cloud.faults.clear()
        cloud.faults.add("list", Fault.slow(0.5), times=None)
        before = len(cloud.calls)
        await slack.press(message.ts, CHECK, user=company.BEN)
        await slack.press(message.ts, CHECK, user=company.ANA)
        assert await told_alone(slack, company.ANA) == [wording.PRESS_CHECKING_ALREADY.format(name="shop")]
        await slack.wait_for(lambda: "Status: success" in words(only(slack)))
        assert [call.operation for call in cloud.calls[before:]].count("list") == 1


# ---- buttons that do not help any more ----


async def failed(slack: LocalSlack, cloud: LocalCodeArts, *, channel: str = company.TEAM_SHOP) -> Message:
    cloud.faults.add("create", BUSY, times=3)
    await ask_for(slack, "shop", channel=channel)
    message = await outcome_of(slack, "shop", channel=channel)
    assert buttons(message) == [AGAIN, RECEIPT]
    return message


async def pressed_and_sent(slack: LocalSlack, message: Message, action_id: str) -> None:
    view = await opened_by(slack, message, action_id)
    await slack.submit(view.id)


@pytest.mark.parametrize("by_button", [True, False])
async def test_after_a_retry_that_worked_try_again_goes_away_and_the_old_message_says_why(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, by_button: bool
) -> None:
    async with running_bot(settings(), slack) as service:
        message = await failed(slack, cloud)
        if by_button:
            await pressed_and_sent(slack, message, AGAIN)
        else:
            await ask_for(slack, "Shop")
        await slack.wait_for(lambda: buttons(message) == [RECEIPT])
        await all_finished()
        new, old = await service.engine.ledger.find("shop")
        events = [each for each in await service.engine.ledger.events(old.id) if each.code == "replaced"]
    assert "Status: error" in words(message)
    assert wording.REPLACED_NEXT.format(name=new.name, reference=new.reference) in words(message)
    assert [each.details for each in events] == [{"request": new.id, "reference": new.reference}]


async def test_a_retry_that_fails_as_well_leaves_the_button_where_it_was(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack):
        message = await failed(slack, cloud)
        cloud.faults.add("create", BUSY, times=3)
        await pressed_and_sent(slack, message, AGAIN)
        await slack.wait_for(lambda: len(about(slack, "shop")) == 2)
        await all_finished()
    assert [buttons(each) for each in about(slack, "shop")] == [[AGAIN, RECEIPT]] * 2


async def test_after_another_name_was_created_the_old_message_offers_none(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack):
        message = await taken(slack, cloud)
        await pressed_and_sent(slack, message, OTHER)
        await slack.wait_for(lambda: buttons(message) == [RECEIPT])
    assert "A later request succeeded: shop-2, R-" in words(message)


async def test_the_old_message_does_not_tell_of_what_was_made_elsewhere_in_private(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    slack.invite_bot(company.SECRET_PROJECT)
    async with running_bot(settings(), slack):
        message = await taken(slack, cloud)
        view = await opened_by(slack, message, OTHER)
        await slack.submit(view.id, filled_in(name="hush-hush", channel=company.SECRET_PROJECT))
        await slack.wait_for(lambda: buttons(message) == [RECEIPT])
    assert wording.REPLACED_UNNAMED_NEXT in words(message)
    assert "hush" not in words(message) + message.text


async def test_a_slack_that_takes_no_change_holds_nothing_up(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack):
        message = await failed(slack, cloud)
        await all_finished()
        slack.faults.add("chat.update", Fault.answer(500, "down"), times=None)
        await pressed_and_sent(slack, message, AGAIN)
        await slack.wait_for(lambda: any("Status: success" in words(each) for each in about(slack, "shop")))
        await all_finished()
        assert buttons(message) == [AGAIN, RECEIPT]
        views = len(slack.views)
        await slack.press(message.ts, AGAIN)
        assert await told_alone(slack, company.ANA) == [wording.REPLACED_UNNAMED_NEXT]
    assert len(slack.views) == views


# ---- a word in the thread ----


def replies(slack: LocalSlack, message: Message) -> list[str]:
    return [each.text for each in slack.thread(company.TEAM_SHOP, message.ts) if each.is_reply]


async def test_a_failed_outcome_mentions_the_requester_once_in_the_thread(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop")
        message = await outcome_of(slack, "shop")
        await all_finished()
    assert replies(slack, message) == [wording.REPLY_REFUSED.format(requester=company.ANA, name="shop")]
    assert not any("reply_broadcast" in call.args for call in slack.calls)


async def test_a_quick_success_mentions_nobody(settings: SettingsOf, slack: LocalSlack) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop")
        message = await outcome_of(slack, "shop")
        await all_finished()
    assert replies(slack, message) == []


async def test_a_success_that_took_long_mentions_the_requester_once(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.slow(0.5))
    async with running_bot(settings(), slack, delivery=dataclasses.replace(QUICK, long_after=0.4)):
        await ask_for(slack, "shop")
        message = await outcome_of(slack, "shop")
        await all_finished()
    assert replies(slack, message) == [wording.REPLY_CREATED.format(requester=company.ANA, name="shop")]
    assert [wording.LONG_NEXT in text for text, _ in message.history] == [False, True]


async def test_what_a_check_found_out_is_in_the_receipt_and_not_told_again_by_the_request_itself(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    soon = dataclasses.replace(HURRY, recheck_at=(4.0,))
    async with running_bot(settings(**NOTED, NOTIFY_CHANNELS=company.PLATFORM), slack, policy=soon) as service:
        message = await unconfirmed(slack, cloud)
        cloud.faults.clear()
        await slack.press(message.ts, CHECK, user=company.BEN)
        await slack.wait_for(lambda: "Status: success" in words(only(slack)))
        ledger = service.engine.ledger

        async def concluded() -> bool:
            return [each.state for each in await ledger.find("shop")] == ["created"]

        await until(concluded)  # written with the record of the change
        (receipt,) = await ledger.find("shop")
        events = await ledger.events(receipt.id)
        assert receipt.address == cloud.registries[-1].url
        assert [(each.who, each.details["state"]) for each in events if each.code == "concluded"] == [
            (None, "in_doubt"),
            (company.BEN, "created"),
        ]
        await all_finished(60)
    assert replies(slack, message) == [
        wording.REPLY_IN_DOUBT.format(requester=company.ANA, name="shop"),
        wording.REPLY_CREATED.format(requester=company.ANA, name="shop"),
    ]
    assert len(slack.messages(company.PLATFORM)) == 2
