"""What is certain: an absence where the list is proven, a registry of ours with evidence, and never two in silence."""

import asyncio
import contextlib
import html
import json
import logging
import re
import sqlite3
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.app import Service
from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.support.people import about, ask_for, filled_in, open_form, outcome_of, words
from tests.support.postgres import scratch_database
from tests.support.running import HURRY, QUICK, all_finished, environment_for, running_bot, settings_for
from tests.support.terminal import command

DIRECT = "D" + company.ANA[1:]
# The moments of the real policy, a thousand times as fast or so, and far enough apart to be told from each other.
CALM = replace(HURRY, absent_at=(0.05, 0.3, 1.0), unproven_at=0.05, address_at=(0.05, 0.6), recheck_at=(0.5, 1.0))
# Long enough between two looks for a restart.
SLOWLY = replace(CALM, absent_at=(0.05, 0.1, 3.0), unproven_at=3.0, recheck_at=(3600.0,))
NEVER_AGAIN = replace(CALM, recheck_at=(3600.0,), address_at=(3600.0,))
# Passwords of somebody who chose words, of proxies that are not used.
WORDS_AS_PASSWORDS = {
    "HTTPS_PROXY": "http://bot:images@127.0.0.1:9",
    "HTTP_PROXY": "http://bot:shop-pw@127.0.0.1:9",
    "NO_PROXY": "*",
}
NOT_SHOWN = "this list has not shown any of its registries yet"


@pytest.fixture(autouse=True)
def duplicates_are_accepted(cloud: LocalCodeArts) -> None:
    """A create call that is made twice shall show as two registries."""
    cloud.duplicate = "accepted"


def creates(cloud: LocalCodeArts, name: str) -> int:
    calls = [call for call in cloud.calls if call.operation == "create"]
    return sum(json.loads(call.body)["display_name"] == name for call in calls)


def registries(cloud: LocalCodeArts, name: str) -> int:
    return sum(registry.display_name == name for registry in cloud.registries)


async def reads(slack: LocalSlack, name: str, text: str, *, channel: str = company.TEAM_SHOP) -> Message:
    """Wait until the one message about a name says this."""

    def says() -> list[Message]:
        return [each for each in about(slack, name, channel=channel) if text in words(each)]

    await slack.wait_for(lambda: bool(says()))
    (message,) = about(slack, name, channel=channel)
    return message


async def proven(
    slack: LocalSlack, cloud: LocalCodeArts, name: str = "the-first", description: str | None = None
) -> None:
    """One registry is created and shows in the list."""
    await ask_for(slack, name, description=description)
    await reads(slack, name, "Address: ")
    assert registries(cloud, name) == 1


def somebody_makes(cloud: LocalCodeArts, name: str, **registry: Any) -> None:
    """As soon as our create call for the name has arrived."""

    def look() -> None:
        if creates(cloud, name) and not registries(cloud, name):
            cloud.add_registry(name, **registry)

    cloud.subscribe(look)


# ---- 1. a list that shows nothing ----


@pytest.mark.parametrize("lost", [1, 2], ids=["one answer lost", "two answers lost"])
@pytest.mark.parametrize("apply", [True, False], ids=["applied", "not applied"])
async def test_where_the_list_shows_another_project_a_lost_answer_is_unconfirmed_and_nothing_is_repeated(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, lost: int, apply: bool
) -> None:
    cloud.lands_elsewhere = True
    cloud.faults.add("create", Fault.drop(apply=apply), times=lost)
    async with running_bot(settings(), slack, policy=CALM):
        await ask_for(slack, "shop")
        read = words(await outcome_of(slack, "shop"))
        assert "Status: unconfirmed" in read
        assert NOT_SHOWN in read
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (1, int(apply))


async def test_a_confirmed_registry_that_does_not_show_is_told_to_its_people_and_once_to_operators(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.lands_elsewhere = True
    async with running_bot(settings(), slack, policy=CALM):
        for name in ("one", "two"):
            await ask_for(slack, name)
            message = await reads(slack, name, "it does not show in the list that this bot can see")
            assert "Status: success" in words(message)
    assert caplog.text.count("CODEARTS_PROJECT_ID is probably the id of another project") == 1


@pytest.mark.parametrize("between", ["nothing", "a restart"])
async def test_the_first_registry_that_shows_proves_the_list_also_after_a_restart(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, between: str
) -> None:
    async def lose_one() -> None:
        cloud.faults.add("create", Fault.drop())
        await ask_for(slack, "shop")
        assert "Status: success" in words(await outcome_of(slack, "shop"))

    async with running_bot(settings(), slack, policy=CALM):
        await proven(slack, cloud)
        if between == "nothing":
            await lose_one()
    if between == "a restart":
        async with running_bot(settings(), slack, policy=CALM):
            await lose_one()
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (2, 1)


async def test_somebody_elses_of_the_same_name_in_another_project_proves_nothing_for_long(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.lands_elsewhere = True
    async with running_bot(settings(), slack, policy=CALM):
        somebody_makes(cloud, "one", created_by="mallory")
        await ask_for(slack, "one")
        await reads(slack, "one", "Status: success")
        await ask_for(slack, "two")  # does not show
        await reads(slack, "two", "Status: success")
        await all_finished()
        cloud.faults.add("create", Fault.drop(apply=True))
        await ask_for(slack, "shop")
        assert NOT_SHOWN in words(await outcome_of(slack, "shop"))
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (1, 1)


async def test_what_one_replica_has_seen_counts_for_the_others(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    with scratch_database() as url:
        for name, executor in (("the-first", "replica-1"), ("shop", "replica-2")):
            settings = settings_for(slack, cloud, tmp_path / "unused", DATABASE_URL=url, EXECUTOR_ID=executor)
            async with running_bot(settings, slack, policy=CALM):
                if name == "shop":
                    cloud.faults.add("create", Fault.drop())
                await ask_for(slack, name)
                await reads(slack, name, "Status: success")
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (2, 1)


async def test_another_project_has_to_be_proven_anew(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack, policy=CALM):
        await proven(slack, cloud)
    cloud.project_id = "f" * 32
    async with running_bot(settings(CODEARTS_PROJECT_ID=cloud.project_id), slack, policy=CALM):
        cloud.faults.add("create", Fault.drop())
        await ask_for(slack, "shop")
        assert NOT_SHOWN in words(await outcome_of(slack, "shop"))
    assert creates(cloud, "shop") == 1


@pytest.mark.parametrize("apply", [True, False], ids=["applied", "not applied"])
@pytest.mark.parametrize("hidden", [["the-first", "shop"], ["later", "shop"]], ids=["shows nothing", "stands still"])
async def test_a_proven_list_that_stops_showing_proves_no_absence(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, apply: bool, hidden: list[str]
) -> None:
    def hide() -> None:
        for registry in cloud.registries:
            registry.elsewhere = registry.display_name in hidden

    async with running_bot(settings(), slack, policy=CALM):
        await proven(slack, cloud, description="so that it is certain")
        cloud.subscribe(hide)
        if "later" in hidden:
            await ask_for(slack, "later", description="so that it is certain")
            await reads(slack, "later", "Status: success")
            await all_finished()
        cloud.faults.add("create", Fault.drop(apply=apply))
        await ask_for(slack, "shop")
        read = words(await outcome_of(slack, "shop"))
        assert "Status: unconfirmed" in read
        assert "Status: success" not in read
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (1, int(apply))


async def test_a_list_that_had_stopped_showing_before_the_call_does_not_make_an_older_one_ours(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    def shows_again_after_the_call() -> None:
        for registry in cloud.registries:
            registry.elsewhere = not creates(cloud, "shop")

    async with running_bot(settings(), slack, policy=CALM):
        await proven(slack, cloud, description="so that it is certain")
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as database, database:
        database.execute("UPDATE registry_bot_views SET changed_at = changed_at - 61")
    # A colleague has had it from the bot for years.
    cloud.add_registry("shop", created_by="registry-bot", description="images")
    cloud.subscribe(shows_again_after_the_call)
    cloud.faults.add("create", Fault.drop())
    async with running_bot(settings(), slack, policy=NEVER_AGAIN, finished_within=None):
        await ask_for(slack, "shop", description="images")
        read = words(await outcome_of(slack, "shop"))
    assert "Status: unconfirmed" in read
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (1, 1)


async def left_in_doubt(
    settings: Settings, slack: LocalSlack, cloud: LocalCodeArts, *, apply: bool = False, ids: bool = True
) -> None:
    """The process ends while the answer of a create call is being looked up, or as soon as it was lost."""
    looks = 3 if ids else 0
    cloud.faults.add("create", Fault.drop(apply=apply))
    async with running_bot(settings, slack, policy=SLOWLY, finished_within=None):
        await ask_for(slack, "shop")
        await cloud.wait_for(
            lambda: (
                creates(cloud, "shop") == 1 and sum(call.query.get("qname") == "shop" for call in cloud.calls) >= looks
            )
        )
        if not ids:
            await outcome_of(slack, "shop")


@pytest.mark.parametrize("known", [True, False], ids=["proven there as well", "new"])
async def test_what_stood_in_another_project_before_the_settings_changed_is_not_called_ours(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, known: bool
) -> None:
    ours = cloud.project_id
    elsewhere = settings(CODEARTS_PROJECT_ID="f" * 32)
    if known:
        cloud.project_id = "f" * 32
        async with running_bot(elsewhere, slack, policy=CALM):
            await proven(slack, cloud, "the-zeroth", description="so that it is certain")
        cloud.project_id = ours
    async with running_bot(settings(), slack, policy=CALM):
        await proven(slack, cloud, description="so that it is certain")
    await left_in_doubt(settings(), slack, cloud)
    # In the other project it has stood for years, made by the same user.
    cloud.project_id = "f" * 32
    cloud.add_registry("shop", created_by="registry-bot")
    async with running_bot(elsewhere, slack, policy=SLOWLY, finished_within=None):
        read = words(await outcome_of(slack, "shop"))
    assert "Status: unconfirmed" in read
    assert creates(cloud, "shop") == 1


@pytest.mark.parametrize("ids", [True, False], ids=["taken away", "added"])
async def test_a_request_in_doubt_is_finished_also_where_the_ids_of_the_list_were_changed(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, ids: bool
) -> None:
    with_ids, without = settings(), settings(CODEARTS_PROJECT_ID="")
    before, after = (with_ids, without) if ids else (without, with_ids)
    await left_in_doubt(before, slack, cloud, apply=not ids, ids=ids)
    async with running_bot(after, slack, policy=SLOWLY, finished_within=None) as bot:
        assert "Status: unconfirmed" in words(await outcome_of(slack, "shop"))
        assert bot.engine.stuck.ids == set()
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (1, int(not ids))


# ---- 2. somebody else's ----


@pytest.mark.parametrize(
    ("description", "registry"),
    [
        ("ours", {"created_by": "mallory", "description": "theirs"}),
        ("ours", {"created_by": "mallory", "description": "ours"}),
        ("ours", {"created_by": "mallory"}),
        (None, {"created_by": "mallory"}),
        (None, {"created_by": "registry-bot", "description": "theirs"}),
    ],
    ids=str,
)
async def test_a_registry_that_somebody_else_makes_after_our_lost_call_is_not_called_ours(
    settings: Callable[..., Settings],
    slack: LocalSlack,
    cloud: LocalCodeArts,
    description: str | None,
    registry: dict[str, Any],
) -> None:
    async with running_bot(settings(), slack, policy=CALM):
        await proven(slack, cloud)
        somebody_makes(cloud, "shop", **registry)
        cloud.faults.add("create", Fault.drop())
        await ask_for(slack, "shop", description=description)
        read = words(await outcome_of(slack, "shop"))
    assert "Status: error" in read
    assert "Somebody else has created a registry with this name." in read
    assert "Choose another name" in read
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (1, 1)


@pytest.mark.parametrize("proof", [None, "so that it is certain"], ids=["likely", "certain"])
@pytest.mark.parametrize("left", ["in the recycle bin", "no trace"])
async def test_one_that_somebody_replaces_at_once_casts_no_doubt_on_other_names(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, proof: str | None, left: str
) -> None:
    def replaces() -> None:
        for ours in [each for each in cloud.registries if (each.display_name, each.status) == ("team", "active")]:
            if ours.created_by != "mallory":
                ours.status, ours.elsewhere = "trash", left == "no trace"
                cloud.add_registry("team", created_by="mallory")

    async with running_bot(settings(), slack, policy=CALM):
        await proven(slack, cloud, description=proof)
        cloud.subscribe(replaces)
        await ask_for(slack, "team")
        await reads(slack, "team", "Status: success")
        await all_finished()
        somebody_makes(cloud, "shop", created_by="mallory")
        cloud.faults.add("create", Fault.drop())
        await ask_for(slack, "shop")
        read = words(await outcome_of(slack, "shop"))
    # Without a description and without a trace nobody could know whether our registries are made by another user by now.
    knowable = proof is not None or left == "in the recycle bin"
    assert ("Status: error" if knowable else "Status: unconfirmed") in read


async def test_where_ours_may_be_out_of_sight_somebody_elses_is_named_and_the_outcome_unconfirmed(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack, policy=CALM):
        somebody_makes(cloud, "shop", created_by="mallory", description="theirs")
        cloud.faults.add("create", Fault.drop())
        await ask_for(slack, "shop", description="ours")
        read = words(await outcome_of(slack, "shop"))
        assert "Status: unconfirmed" in read
        assert "Somebody else has created a registry with this name." in read
        await all_finished()
        assert "Status: unconfirmed" in words(await outcome_of(slack, "shop"))


async def test_without_evidence_either_way_it_is_unconfirmed(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack, policy=CALM):
        somebody_makes(cloud, "shop", created_by="mallory")
        cloud.faults.add("create", Fault.drop())
        await ask_for(slack, "shop")
        read = words(await outcome_of(slack, "shop"))
    assert "Status: unconfirmed" in read
    assert "nothing shows whether it is this one" in read
    assert creates(cloud, "shop") == 1


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("xoxo-party", None),
        ("images", None),
        ("my-shop-pw", "images of us"),
        ("{key}", "the key is {key}"),
        ("shop", "with basic monitoring-2024"),
        ("shop", "xoxb-1 Authorization: of-all-our-customers"),
    ],
)
async def test_what_looks_like_a_secret_in_a_name_or_a_description_is_recognised_all_the_same(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, name: str, description: str | None
) -> None:
    key = cloud.keys.access_key
    name, text = name.format(key=key[:20]), description.format(key=key) if description else None
    async with running_bot(settings(**WORDS_AS_PASSWORDS), slack, policy=CALM):
        await proven(slack, cloud)
        cloud.faults.add("create", Fault.drop(apply=True))
        await ask_for(slack, name, description=text)
        read = words(await outcome_of(slack, name))
        assert "Status: success" in read
        assert [each.url for each in cloud.registries if f"Address: {each.url}" in read]
        view_id = await open_form(slack, user=company.BEN)
        await slack.submit(view_id, filled_in(name=name))
        assert f"A registry called “{name}” already exists." in slack.views[view_id].errors["registry_name"]
    assert (creates(cloud, name), registries(cloud, name)) == (1, 1)


@pytest.mark.parametrize(
    "kept",
    [html.escape, lambda text: unicodedata.normalize("NFC", text), lambda text: f"  {text}\n"],
    ids=["escaped", "composed", "with blanks"],
)
async def test_a_description_that_the_service_keeps_in_another_spelling_is_ours_all_the_same(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, kept: Callable[[str], str]
) -> None:
    described = "Tom & Jerry's “fu\u0308nf” images"

    def respell() -> None:
        for each in cloud.registries:
            if each.description == described:
                each.description = kept(described)

    async with running_bot(settings(), slack, policy=CALM):
        await proven(slack, cloud)
        cloud.subscribe(respell)
        cloud.faults.add("create", Fault.drop(apply=True))
        await ask_for(slack, "shop", description=described)
        assert "Status: success" in words(await outcome_of(slack, "shop"))
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (1, 1)


@pytest.mark.parametrize("theirs", ["images of us", "xoxo-tea", "the key is {key}"])
async def test_another_description_is_another_also_where_both_hold_what_looks_like_a_secret(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, theirs: str
) -> None:
    async with running_bot(settings(**WORDS_AS_PASSWORDS), slack, policy=CALM):
        await proven(slack, cloud)
        somebody_makes(cloud, "shop", description=theirs.format(key=cloud.keys.access_key))
        cloud.faults.add("create", Fault.drop())
        await ask_for(slack, "shop", description="xoxo-party")
        assert "Somebody else has created a registry with this name." in words(await outcome_of(slack, "shop"))


# ---- 3. the address of a plain success ----


async def test_a_plain_success_carries_its_address_in_the_one_post(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    await ask_for(slack, "shop")
    message = await outcome_of(slack, "shop")
    await all_finished()
    assert f"Address: {cloud.registries[0].url}" in words(message)
    told = [call.method for call in slack.calls if call.method.startswith("chat.")]
    assert told == ["chat.postMessage"]


async def test_where_the_list_lags_the_message_does_not_wait_and_gets_the_address_by_an_edit(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.list_delay = 0.4
    async with running_bot(settings(), slack, policy=CALM):
        await ask_for(slack, "shop")
        message = await outcome_of(slack, "shop")
        assert "Address: " not in words(message)
        later = await reads(slack, "shop", f"Address: {cloud.registries[0].url}")
    assert later.ts == message.ts
    assert len(about(slack, "shop")) == 1


async def test_a_slow_list_does_not_delay_the_message(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    # Longer than anything waits for: were the message to wait for it, there would be none.
    async with running_bot(settings(CODEARTS_READ_TIMEOUT="60"), slack, policy=NEVER_AGAIN, finished_within=None):
        cloud.faults.add("list", Fault.slow(0))
        cloud.faults.add("list", Fault.hang())
        await ask_for(slack, "shop")
        message = await outcome_of(slack, "shop")
        assert "Status: success" in words(message)
        posted = [call.args for call in slack.calls if call.method == "chat.postMessage"]
        assert len(posted) == 1


async def test_an_address_that_comes_after_a_restart_is_added(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.list_delay = 0.3
    slow = replace(CALM, address_at=(0.2, 1.0))
    async with running_bot(settings(), slack, policy=slow, finished_within=None):
        await ask_for(slack, "shop")
        assert "Address: " not in words(await outcome_of(slack, "shop"))
    async with running_bot(settings(), slack, policy=slow):
        await reads(slack, "shop", "Address: ")
    assert len(about(slack, "shop")) == 1


# ---- 4. unconfirmed is not final ----

PROMISE = "I will look again in an hour and in six hours"


@pytest.mark.parametrize("restart", [False, True], ids=["in one life", "after a restart"])
@pytest.mark.parametrize(
    ("becomes", "expected"),
    [("visible", "Status: success"), ("taken", "Status: error"), ("nothing", "Status: unconfirmed")],
)
async def test_an_unconfirmed_outcome_is_looked_up_again_and_its_message_changes(
    settings: Callable[..., Settings],
    slack: LocalSlack,
    cloud: LocalCodeArts,
    becomes: str,
    expected: str,
    restart: bool,
) -> None:
    policy = replace(CALM, look_up_for=0.2, recheck_at=(0.8, 1.6))
    cloud.faults.add("create", Fault.slow(0))
    cloud.faults.add("create", Fault.drop(apply=becomes == "visible"))
    async with running_bot(settings(NOTIFY_CHANNELS=company.PLATFORM), slack, policy=policy, finished_within=None):
        slack.invite_bot(company.PLATFORM)
        await proven(slack, cloud)
        await all_finished()
        cloud.faults.add("list", Fault.slow(0))
        cloud.faults.add("list", Fault.answer(503), times=None)
        await ask_for(slack, "shop")
        first = await reads(slack, "shop", PROMISE)
        assert "Status: unconfirmed" in words(first)
        cloud.faults.clear("list")
        if becomes == "taken":
            cloud.add_registry("shop", created_by="mallory")
        if not restart:
            await all_finished()
    if restart:
        async with running_bot(settings(NOTIFY_CHANNELS=company.PLATFORM), slack, policy=policy):
            await slack.wait_for(lambda: all(PROMISE not in words(each) for each in about(slack, "shop")))
    (last,) = about(slack, "shop")
    assert last.ts == first.ts
    assert expected in words(last)
    assert PROMISE not in words(last)
    assert creates(cloud, "shop") == 1
    notices = [words(each) for each in about(slack, "shop", channel=company.PLATFORM)]
    told = [status for status in ("unconfirmed", "success", "error") for each in notices if f": {status} ·" in each]
    assert told == ["unconfirmed", *({"visible": ["success"], "taken": ["error"]}.get(becomes, []))]


async def test_a_registry_of_somebody_else_decides_nothing_later_where_ours_may_be_out_of_sight(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.lands_elsewhere = True
    cloud.faults.add("create", Fault.drop(apply=True))
    async with running_bot(settings(), slack, policy=CALM):
        await ask_for(slack, "shop", description="ours")
        await reads(slack, "shop", PROMISE)
        cloud.add_registry("shop", description="theirs", created_by="mallory")
        await all_finished()
        (message,) = about(slack, "shop")
    assert "Status: unconfirmed" in words(message)


async def test_while_it_is_open_the_name_is_kept_and_afterwards_it_is_free(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.drop())
    async with running_bot(settings(), slack, policy=replace(CALM, recheck_at=(4.0,))):
        await ask_for(slack, "Shop")
        await reads(slack, "Shop", PROMISE)
        await asyncio.sleep(0.5)  # the request waits for its next look
        view_id = await open_form(slack, user=company.BEN)
        await slack.submit(view_id, filled_in(name="shop"))
        assert slack.views[view_id].errors["registry_name"].startswith("@ana asked for “shop” first")
        await all_finished()
        await slack.submit(view_id, filled_in(name="shop"))
        assert not slack.views[view_id].open
        assert "Status: success" in words(await outcome_of(slack, "shop"))


# ---- 5. the operator's note ----


async def test_the_note_is_shown_in_the_form_sent_and_counted_in_the_200(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(CODEARTS_DESCRIPTION_NOTE="by {requester}, {reference}"), slack):
        view_id = await open_form(slack)
        shown = json.dumps(slack.views[view_id].view, ensure_ascii=False)
        assert "This is added to it: by ana, R-?????" in shown
        room = 200 - len(" · by ana, R-?????")
        assert f'"max_length": {room}' in shown
        await slack.submit(view_id, filled_in(name="shop", description="d" * room))
        message = await outcome_of(slack, "shop")
    (registry,) = cloud.registries
    assert registry.description is not None
    assert len(registry.description) == 200
    reference = registry.description.removeprefix("d" * room + " · by ana, ")
    assert f"Reference: {reference}" in words(message)


async def test_with_the_reference_in_it_a_lost_answer_is_cleared_up_even_when_the_first_look_failed(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("list", Fault.answer(503), times=1 + len(CALM.looks_before))
    cloud.faults.add("create", Fault.drop(apply=True))
    async with running_bot(settings(CODEARTS_DESCRIPTION_NOTE="{reference}"), slack, policy=CALM):
        await ask_for(slack, "shop")
        read = words(await outcome_of(slack, "shop"))
    assert "Status: success" in read
    assert "Confirmed by look-up" in read
    assert creates(cloud, "shop") == 1


@pytest.mark.parametrize("template", ["by {who}", "{", "by {requester", "x" * 101, "two\nlines"])
async def test_a_template_that_cannot_be_used_stops_the_start_in_one_line(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, template: str
) -> None:
    environment = environment_for(slack, cloud, tmp_path / "bot.sqlite3") | {"CODEARTS_DESCRIPTION_NOTE": template}
    finished = await command("run", environment=environment, cwd=tmp_path)
    (line,) = finished.err.splitlines()
    assert line.startswith("registry-bot: CODEARTS_DESCRIPTION_NOTE")
    assert finished.code == 78


# ---- 6. a call that is applied late ----


async def test_a_call_that_a_queue_applies_late_is_not_doubled(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack, policy=CALM):
        await proven(slack, cloud)
        cloud.faults.add("create", Fault.late(0.5))
        await ask_for(slack, "shop")
        assert "Status: success" in words(await outcome_of(slack, "shop"))
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (1, 1)


async def test_absent_for_the_whole_window_it_is_repeated_once_and_people_read_until_when_it_is_checked(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack, policy=CALM, delivery=replace(QUICK, progress_after=0.05)):
        await proven(slack, cloud)
        cloud.faults.add("create", Fault.drop())
        await ask_for(slack, "shop")
        started = time.time()
        checking = words(await reads(slack, "shop", "I am checking until "))
        until = re.search(r"until <!date\^(\d+)\^\{time\}\|([^>]+)> whether", checking)
        assert until is not None
        assert 0 < float(until[1]) - started < 120
        assert until[2] == datetime.fromtimestamp(float(until[1]), UTC).strftime("%H:%M UTC")
        assert "Status: success" in words(await outcome_of(slack, "shop"))
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (2, 1)
    assert len(about(slack, "shop")) == 1


async def test_a_call_applied_after_its_repetition_is_never_doubled_in_silence(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_bot(settings(), slack, policy=replace(CALM, recheck_at=(1.5, 3.0))):
        await proven(slack, cloud)
        cloud.faults.add("create", Fault.late(1.6))
        await ask_for(slack, "shop")
        first = await outcome_of(slack, "shop")
        await cloud.wait_for(lambda: registries(cloud, "shop") == 2)
        changed = await reads(slack, "shop", "there are 2 registries with this name")
        assert changed.ts == first.ts
        assert "Status: success" in words(changed)
        await all_finished()
    assert creates(cloud, "shop") == 2
    (direct,) = about(slack, "shop", channel=DIRECT)
    assert "there are 2 registries with this name" in words(direct)
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in errors] == [
        "CodeArts seems to have applied one request twice: remove one of the registries"
    ]


async def test_a_second_call_that_is_refused_because_the_first_was_applied_late_is_a_success(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.duplicate = "conflict409"
    async with running_bot(settings(), slack, policy=CALM):
        await proven(slack, cloud)
        cloud.faults.add("create", Fault.drop())
        # What comes second finds the name taken by what was applied just before it.
        cloud.faults.add("create", Fault.answer(409, {"error_code": "CR.4009", "error_msg": "exists"}, apply=True))
        await ask_for(slack, "shop")
        read = words(await outcome_of(slack, "shop"))
    assert "Status: success" in read
    assert (creates(cloud, "shop"), registries(cloud, "shop")) == (2, 1)


# ---- 7. taken names, in the form ----


@pytest.mark.parametrize("typed", ["payments", "Payments", "PAYMENTS"])
async def test_a_taken_name_is_told_in_the_form_without_a_call_to_the_cloud(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, typed: str
) -> None:
    cloud.add_registry("Payments")
    view_id = await open_form(slack, user=company.BEN)
    await cloud.wait_for(lambda: any(call.status for call in cloud.calls))
    before = len(cloud.calls)
    delivery = await slack.submit(view_id, filled_in(name=typed))
    assert len(cloud.calls) == before
    assert delivery.status == 200
    assert slack.views[view_id].errors["registry_name"].startswith("A registry called “Payments” already exists. Try “")
    assert about(slack, typed) == []


async def test_what_was_just_created_is_taken_in_the_next_form(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    await ask_for(slack, "Shop")
    await outcome_of(slack, "Shop")
    view_id = await open_form(slack, user=company.BEN)
    await slack.submit(view_id, filled_in(name="shop"))
    assert "A registry called “Shop” already exists" in slack.views[view_id].errors["registry_name"]
    assert creates(cloud, "shop") == 0


async def test_an_index_that_lags_loses_nothing_and_doubles_nothing(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("list_all", Fault.answer(503), times=None)
    cloud.add_registry("Payments")
    await ask_for(slack, "payments")
    read = words(await outcome_of(slack, "payments"))
    assert "Status: error" in read
    assert "A registry called Payments already exists, and only upper and lower case differ." in read
    assert creates(cloud, "payments") == 0


async def test_a_request_in_progress_is_compared_without_case_too(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    await ask_for(slack, "Shop")
    view_id = await open_form(slack, user=company.BEN)
    await slack.submit(view_id, filled_in(name="shop"))
    assert slack.views[view_id].errors["registry_name"].startswith("@ana asked for “shop” first")
    assert "Status: success" in words(await outcome_of(slack, "Shop"))
    assert [registry.display_name for registry in cloud.registries] == ["Shop"]


@pytest.mark.parametrize("restart", [False, True])
async def test_a_form_that_is_submitted_again_after_its_registry_was_created_closes(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, restart: bool
) -> None:
    async def again() -> None:
        answer = await slack.deliver_raw(body)
        assert (answer.status, answer.body) == (200, "")

    async with running_bot(settings(), slack):
        body = slack.submission_body(await open_form(slack), filled_in(name="shop"))
        await slack.deliver_raw(body)
        await outcome_of(slack, "shop")
        if not restart:
            await again()
    if restart:
        async with running_bot(settings(), slack):
            await open_form(slack, user=company.BEN)
            await cloud.wait_for(lambda: all(call.status for call in cloud.calls))
            await again()
    assert (creates(cloud, "shop"), len(about(slack, "shop"))) == (1, 1)


# ---- names ----


@pytest.mark.parametrize("typed", ["....", "-", "_._", "团队镜像"])
async def test_a_name_without_a_letter_or_digit_is_not_filled_in_and_not_accepted(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, typed: str
) -> None:
    view_id = await open_form(slack, typed)
    blocks = slack.views[view_id].view["blocks"]
    (name,) = (block for block in blocks if block.get("block_id") == "registry_name")
    assert "initial_value" not in name["element"]
    assert "cannot be a name" in blocks[1]["text"]["text"]
    await slack.submit(view_id, filled_in(name=typed))
    assert "Use letters (a-z, A-Z), digits" in slack.views[view_id].errors["registry_name"]
    assert creates(cloud, typed) == 0


@pytest.mark.parametrize("typed", ["team-", "_base"])
async def test_a_name_that_is_legal_is_filled_in_as_it_was_typed_and_created(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, typed: str
) -> None:
    view_id = await open_form(slack, typed)
    await slack.submit(view_id, filled_in(name=typed))
    assert "Status: success" in words(await outcome_of(slack, typed))
    assert registries(cloud, typed) == 1
