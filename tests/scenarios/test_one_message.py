"""One message a request: posted once and never touched where the cloud is quick, and changed once where it is not."""

import dataclasses
from collections.abc import Callable

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from bot.workflow.delivery_policy import DeliveryPolicy
from tests.support.people import about, ask_for, outcome_of, words
from tests.support.running import HURRY, QUICK, running_bot

# How long a request has to take before it is announced is the only difference: the machine may be slow, too.
PATIENT, HASTY = dataclasses.replace(QUICK, progress_after=60), dataclasses.replace(QUICK, progress_after=0.05)
# What is looked up after it was told may change the message once more; not while these tests look.
ONCE = dataclasses.replace(HURRY, address_at=(60,), recheck_at=(60,))
REFUSED = Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "{trace_id}"})
DIRECT = "D" + company.ANA[1:]
OUTCOMES = {"success": None, "error": REFUSED, "unconfirmed": Fault.answer(500, "{}")}

SettingsOf = Callable[..., Settings]


async def posted(
    settings: SettingsOf, slack: LocalSlack, *, delivery: DeliveryPolicy, channel: str = company.TEAM_SHOP, **more: str
) -> list[str]:
    """Ask for a registry until it is told; the calls that told people, in their order."""
    async with running_bot(settings(**more), slack, policy=ONCE, delivery=delivery, finished_within=None):
        await ask_for(slack, "shop", channel=channel)
        await outcome_of(slack, "shop", channel=channel)
        if further := more.get("NOTIFY_CHANNELS"):
            await outcome_of(slack, "shop", channel=further)
    telling = {"chat.postMessage", "chat.update", "response_url", "conversations.history"}
    return [call.method for call in slack.calls if call.method in telling and "thread_ts" not in call.args]


def only(slack: LocalSlack, channel: str = company.TEAM_SHOP) -> Message:
    (message,) = about(slack, "shop", channel=channel)
    return message


@pytest.mark.parametrize("status", OUTCOMES)
async def test_an_instant_cloud_leaves_one_message_that_nobody_edited(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, status: str
) -> None:
    fault = OUTCOMES[status]
    if fault is not None:
        cloud.faults.add("create", fault, times=None)
    assert await posted(settings, slack, delivery=PATIENT) == ["chat.postMessage"]
    assert f"Status: {status}" in words(only(slack))
    assert (only(slack).edited, only(slack).history) == (False, [])


@pytest.mark.parametrize("status", OUTCOMES)
async def test_a_cloud_that_takes_a_while_leaves_one_message_that_said_creating_before(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, status: str
) -> None:
    changes = 2 if status == "unconfirmed" else 1  # it also says until when a lost answer is being looked up
    cloud.faults.add("list", Fault.slow(0.3))
    fault = OUTCOMES[status]
    if fault is not None:
        cloud.faults.add("create", fault, times=None)
    assert await posted(settings, slack, delivery=HASTY) == ["chat.postMessage", *["chat.update"] * changes]
    assert f"Status: {status}" in words(only(slack))
    assert [text.split(".")[0] for text, _ in only(slack).history] == ["Creating the registry shop"] * changes


@pytest.mark.parametrize("channel", [company.TEAM_SHOP, company.SECRET_PROJECT])
async def test_a_success_that_took_a_while_bears_its_address_and_is_told_once(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, channel: str
) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    async with running_bot(settings(), slack, delivery=HASTY):
        await ask_for(slack, "shop", channel=channel)
        first = words(await outcome_of(slack, "shop", channel=channel))
    assert cloud.registries[-1].url in first
    said = [each for each in about(slack, "shop", channel=channel) if each.text.startswith("Registry `shop`: ")]
    assert [len(each.history) for each in said] == [1 if channel == company.TEAM_SHOP else 0]
    assert about(slack, "shop", channel=DIRECT) == []


async def test_the_message_while_it_takes_a_while_says_what_is_going_on(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    async with running_bot(settings(), slack, delivery=HASTY):
        await ask_for(slack, "shop", description="Images of the web shop")
        await slack.wait_for(lambda: bool(about(slack, "shop")))
        read = words(only(slack))
        reference = read.split("Reference: ")[1][:7]
        assert "Status: creating" in read
        assert f" for <@{company.ANA}> · Images of the web shop" in read
        assert "This message will change." in read
        outcome = words(await outcome_of(slack, "shop"))
        assert f"Reference: {reference}" in outcome
        assert "This message will change." not in outcome


async def test_further_channels_hear_of_a_slow_request_when_it_is_done(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    calls = await posted(settings, slack, delivery=HASTY, NOTIFY_CHANNELS=company.PLATFORM)
    assert calls == ["chat.postMessage", "chat.update", "chat.postMessage"]
    assert not only(slack, company.PLATFORM).edited


async def test_further_channels_hear_of_an_instant_request_right_after_the_chosen_one(
    settings: SettingsOf, slack: LocalSlack
) -> None:
    calls = await posted(settings, slack, delivery=PATIENT, NOTIFY_CHANNELS=company.PLATFORM)
    assert calls == ["chat.postMessage", "chat.postMessage"]
    assert [only(slack, channel).edited for channel in (company.TEAM_SHOP, company.PLATFORM)] == [False, False]


@pytest.mark.parametrize(("channel", "alone"), [(company.SECRET_PROJECT, 1), (company.TEAM_SHOP, 0)])
async def test_a_channel_that_takes_nothing_lets_the_requester_alone_know_that_it_takes_a_while(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, channel: str, alone: int
) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    await posted(settings, slack, delivery=HASTY, channel=channel)
    creating = [each for each in about(slack, "shop", channel=channel) if each.text == "Creating the registry shop"]
    assert [each.ephemeral_to for each in creating] == [company.ANA] * alone
    outcomes = [each for each in about(slack, "shop", channel=channel) if each.text.startswith("Registry `shop`: ")]
    assert [each.ephemeral_to for each in outcomes] == [None]
