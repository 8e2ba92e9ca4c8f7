"""Two replicas before the same people: a button that is pressed at both at once, a Home that either changes, news."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.features.create_registry import form_wording, wording
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Delivery, Message
from bot.playground.slack.server import LocalSlack
from tests.scenarios.test_buttons import AGAIN, CHECK, NOTED, ONCE, OTHER, only, taken, unconfirmed
from tests.scenarios.test_home import home, visit
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import about, ask_for, filled_in, open_form, outcome_of, words
from tests.support.postgres import query
from tests.support.running import environment_for, running_bot, settings_for
from tests.support.waiting import until

Two = tuple[BotProcess, BotProcess]
VENDORS_FAULT = Fault.answer(200, {"status": "error", "error_code": "CR.5000", "trace_id": "{trace_id}"})


@pytest.fixture
async def two(database: str, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> AsyncIterator[Two]:
    """Two processes, not started yet."""
    values = environment_for(slack, cloud, tmp_path / "unused") | {"DATABASE_URL": database, **NOTED}
    made = [BotProcess(values | {"EXECUTOR_ID": each}, name=each, log=tmp_path / f"{each}.log") for each in "ab"]
    async with ending(made):
        yield made[0], made[1]


async def at_once(slack: LocalSlack, two: Two, *deeds: Coroutine[Any, Any, Delivery]) -> list[Delivery]:
    """Each deed is heard by a replica of its own, all at the same time."""
    under_way = []
    for replica, deed in zip(two, deeds, strict=True):
        slack.request_url = f"{replica.address}/slack/events"
        under_way.append(asyncio.create_task(deed))
        await asyncio.sleep(0)  # it is on its way to this replica now
    return await asyncio.gather(*under_way)


def said_to(slack: LocalSlack, user: str) -> list[str]:
    return [each.text for each in slack.messages(company.TEAM_SHOP) if each.ephemeral_to == user]


async def test_check_now_looks_once_and_the_second_is_told_that_it_is_being_looked_up(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, two: Two, tmp_path: Path
) -> None:
    settings = settings_for(slack, cloud, tmp_path / "unused", DATABASE_URL=database, EXECUTOR_ID="a", **NOTED)
    async with running_bot(settings, slack, policy=ONCE, finished_within=None):
        message = await unconfirmed(slack, cloud)
    cloud.faults.clear()
    await up(*two)
    cloud.faults.add("list", Fault.slow(1.0), times=None)
    before = len(cloud.calls)
    people = (company.ANA, company.BEN)
    deliveries = await at_once(slack, two, *(slack.press(message.ts, CHECK, user=user) for user in people))
    assert [(each.status, each.body) for each in deliveries] == [(200, "")] * 2
    await slack.wait_for(lambda: len(said_to(slack, company.ANA) + said_to(slack, company.BEN)) == 2)
    assert sorted(said_to(slack, company.ANA) + said_to(slack, company.BEN)) == sorted(
        [wording.PRESS_CHECKING.format(name="shop"), wording.PRESS_CHECKING_ALREADY.format(name="shop")]
    )
    await slack.wait_for(lambda: "Status: success" in words(only(slack)), timeout=30)
    assert [call.query.get("qname") for call in cloud.calls[before:] if call.operation == "list"].count("shop") == 1
    await until(lambda: ended(database, "check_registry") == [("SUCCESS",)])
    told = [each.text for each in slack.thread(company.TEAM_SHOP, message.ts) if each.is_reply]
    assert told.count(wording.REPLY_CREATED.format(requester=company.ANA, name="shop")) == 1
    concluded = query(database, "SELECT details FROM registry_bot_events WHERE code = 'concluded' ORDER BY number")
    assert [('"created"' in str(details), '"in_doubt"' in str(details)) for (details,) in concluded] == [
        (False, True),
        (True, False),
    ]


def ended(database: str, workflow: str) -> list[tuple[object, ...]]:
    statement = "SELECT status FROM dbos.workflow_status WHERE name = %(name)s"
    return query(database, statement, name=workflow)


@pytest.mark.parametrize("action_id", [AGAIN, OTHER])
async def test_a_form_that_is_opened_and_sent_at_both_makes_one_registry(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, two: Two, action_id: str
) -> None:
    await up(*two)
    slack.request_url = f"{two[0].address}/slack/events"
    if action_id == AGAIN:
        cloud.faults.add("create", VENDORS_FAULT)
        await ask_for(slack, "shop")
        message, name, suggestion = await outcome_of(slack, "shop"), "shop", "shop-2"
    else:
        message, name, suggestion = await taken(slack, cloud), "shop-2", "shop-3"
    before, made = set(slack.views), len(cloud.registries)
    await at_once(slack, two, *(slack.press(message.ts, action_id) for _ in two))
    await slack.wait_for(lambda: len(set(slack.views) - before) == 2)
    cloud.faults.add("create", Fault.slow(1.0))
    forms = [slack.views[each] for each in slack.views if each not in before]
    deliveries = await at_once(slack, two, *(slack.submit(each.id) for each in forms))
    refusal = form_wording.NAME_UNDER_WAY_YOURS.format(name=name, suggestion=suggestion)
    assert sorted(each.body == "" for each in deliveries) == [False, True], deliveries
    assert [each.errors for each in forms if each.open] == [{"registry_name": refusal}]
    await slack.wait_for(lambda: bool(ready(slack, name)), timeout=30)
    assert len(cloud.registries) == made + 1
    assert len(ready(slack, name)) == 1


def ready(slack: LocalSlack, name: str) -> list[Message]:
    return [each for each in about(slack, name) if "Status: success" in words(each)]


async def test_a_name_is_free_at_the_other_replica_too_while_an_outcome_is_only_being_told(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, two: Two
) -> None:
    await up(*two)
    cloud.faults.add("create", VENDORS_FAULT)
    for method in ("chat.postMessage", "response_url"):
        slack.faults.add(method, Fault.answer(503, "down"), times=None)
    slack.request_url = f"{two[0].address}/slack/events"
    await ask_for(slack, "shop")
    await until(lambda: query(database, "SELECT state FROM registry_bot_requests") == [("refused",)])
    assert ended(database, "create_registry") == [("PENDING",)]
    slack.request_url = f"{two[1].address}/slack/events"
    assert (await ask_for(slack, "shop")).body == ""
    await cloud.wait_for(lambda: [each.display_name for each in cloud.registries] == ["shop"])


# ---- Home, and news ----


def hears(slack: LocalSlack, replica: BotProcess) -> None:
    slack.request_url = f"{replica.address}/slack/events"


async def test_a_home_that_was_opened_at_one_follows_what_happens_at_the_other_and_each_change_is_shown_once(
    slack: LocalSlack, cloud: LocalCodeArts, two: Two
) -> None:
    await up(*two)
    hears(slack, two[0])
    await visit(slack)
    hears(slack, two[1])
    for name in ("shop", "pay"):
        await ask_for(slack, name)
        await slack.wait_for(partial(address_at_home, slack, cloud, name), timeout=30)
        hears(slack, two[0])
        await visit(slack)  # from the second one on, both know of this visitor
        hears(slack, two[1])
    shown = [str(call.args["view"]) for call in slack.calls if call.method == "views.publish"]
    changes = [view for view, before in zip(shown[1:], shown, strict=False) if view != before]
    assert len(changes) <= 2 * 2, "accepted and told, of two requests"
    assert len(shown) - 1 - len(changes) <= 2, "more than the two later visits showed the same again"


def address_at_home(slack: LocalSlack, cloud: LocalCodeArts, name: str) -> bool:
    return any(each.display_name == name and each.url in home(slack) for each in cloud.registries)


async def test_each_channel_hears_once_of_a_request_whichever_replica_tells_it(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, tmp_path: Path
) -> None:
    """The one that took it in is killed while a channel is being told, and the other one continues."""
    values = environment_for(slack, cloud, tmp_path / "unused") | {"DATABASE_URL": database}
    values["NOTIFY_CHANNELS"] = f"{company.PLATFORM}, {company.GENERAL}:problems, {company.OLD_LAUNCH}:pay-*"
    victim, other = (
        BotProcess(values | {"EXECUTOR_ID": each}, name=each, log=tmp_path / f"{each}.log") for each in "ab"
    )
    slack.invite_bot(company.PLATFORM)
    slack.invite_bot(company.GENERAL)
    async with ending([victim, other]):
        await up(victim, other)
        hears(slack, victim)
        view_id = await open_form(slack)
        slack.faults.add("chat.postMessage", Fault.slow(0))
        slack.faults.add("chat.postMessage", Fault.hang(apply=True))
        await slack.submit(view_id, filled_in(name="shop"))
        await slack.wait_for(lambda: bool(slack.messages(company.PLATFORM)), timeout=30)
        await victim.kill()
        await until(lambda: ended(database, "create_registry") == [("SUCCESS",)], seconds=60)
    assert [len(slack.messages(each)) for each in (company.PLATFORM, company.GENERAL, company.OLD_LAUNCH)] == [1, 0, 0]
    assert len(about(slack, "shop")) == 1
