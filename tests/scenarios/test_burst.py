"""Two hundred people at once want their message in one channel that takes only so many a second."""

import asyncio
import dataclasses
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest

from bot.app import Service
from bot.config import Settings
from bot.features.create_registry import form_wording
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.records import WebCall
from bot.playground.slack.server import LocalSlack
from bot.slack.outbound import rate
from bot.workflow import executions, progress
from bot.workflow.delivery_policy import DeliveryPolicy
from tests.support.people import filled_in, open_form
from tests.support.running import BOT_TOKEN, QUICK, SIGNING_SECRET, all_finished, running_bot

PEOPLE = 200
# Slack takes 1/s. Here everything but its Retry-After, which is in whole seconds, runs twenty-five times as fast.
RATE = 25.0
PRESSES = 5
FINISHED_WITHIN = 60.0


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, channel_rate=RATE) as server:
        yield server


@pytest.fixture
async def bot(
    settings: Callable[..., Settings], slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Service]:
    monkeypatch.setattr(rate, "_PACE_SECONDS", rate._PACE_SECONDS / RATE)
    monkeypatch.setattr(progress, "_QUEUE_MAX_SECONDS", progress._QUEUE_MAX_SECONDS / RATE)
    delivery = dataclasses.replace(QUICK, progress_after=DeliveryPolicy().progress_after / RATE)
    async with running_bot(settings(), slack, delivery=delivery) as service:
        yield service


async def test_a_burst_into_one_channel_is_told_once_each_in_order_and_without_hammering(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    names = [f"burst-{number:03}" for number in range(PEOPLE)]
    forms = [await open_form(slack) for _ in names]
    await asyncio.gather(*(create(slack, form, name) for form, name in zip(forms, names, strict=True)))
    await all_finished(FINISHED_WITHIN)

    told = Counter(
        message.text.split("`")[1] for message in slack.messages(company.TEAM_SHOP) if "success" in message.text
    )
    assert told == Counter(names)
    assert len(slack.messages(company.TEAM_SHOP)) == PEOPLE
    assert Counter(registry.display_name for registry in cloud.registries) == Counter(names)
    assert Counter(json.loads(call.body)["display_name"] for call in cloud.calls if call.operation == "create") == told
    for name in names:
        assert_in_order(slack, name)
    refused = Counter(name for name in names for call in posts(slack, name) if call.status == 429)
    wanted = {(name, is_creating(call)) for name in names for call in posts(slack, name)}
    assert refused, "the channel was never too busy"
    assert max(refused.values()) <= 10
    assert refused.total() <= len(wanted)
    assert await bot.health.why_not_ready() == []


async def test_a_form_beyond_what_it_may_hold_says_so_and_is_accepted_when_there_is_room_again(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await open_form(slack)
    monkeypatch.setattr(executions, "_HELD_AT_MOST", 0)
    answer = await slack.submit(form, filled_in(name="one-too-many"))
    assert json.loads(answer.body)["errors"] == {"registry_name": form_wording.TOO_MANY_AT_ONCE}
    assert await bot.engine.ledger.find("one-too-many") == []
    monkeypatch.setattr(executions, "_HELD_AT_MOST", 1)
    answer = await slack.submit(form, filled_in(name="one-too-many"))
    assert (answer.status, answer.body) == (200, "")
    await all_finished()
    assert [each.display_name for each in cloud.registries] == ["one-too-many"]


async def create(slack: LocalSlack, form: str, name: str) -> None:
    """Press until the form closes: where the machine is slow, the last of two hundred are asked to press again."""
    for _ in range(PRESSES):
        answer = await slack.submit(form, filled_in(name=name))
        if answer.status is not None and json.dumps(form_wording.SAVING_SLOW)[1:-1] not in answer.body:
            break
    else:
        raise AssertionError(f"asked to press again {PRESSES} times")
    assert (answer.status, answer.body) == (200, "")


def assert_in_order(slack: LocalSlack, name: str) -> None:
    """ "Creating" comes before the outcome or not at all; a message may be changed once more, for its address."""
    creating = [is_creating(call) for call in posts(slack, name) if call.applied]
    assert creating in ([True, False, False], [True, False], [False, False], [False]), creating


def is_creating(call: WebCall) -> bool:
    return str(call.args["text"]).startswith("Creating")


def posts(slack: LocalSlack, name: str) -> list[WebCall]:
    return [
        call
        for call in slack.calls
        if call.method in {"chat.postMessage", "chat.update"} and name in str(call.args["text"])
    ]
