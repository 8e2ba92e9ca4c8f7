"""The same form sent again, and the same name asked for twice: one registry, one message, and a word to the second."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS

from bot.app import Service
from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.workflow import queries
from tests.support.people import about, ask_for, filled_in, open_form, outcome_of, words
from tests.support.postgres import query
from tests.support.running import HURRY, QUICK, all_finished, running_bot


def creates(cloud: LocalCodeArts, name: str) -> int:
    return sum(call.operation == "create" and f'"{name}"'.encode() in call.body for call in cloud.calls)


async def made_once(slack: LocalSlack, cloud: LocalCodeArts, name: str) -> None:
    message = await outcome_of(slack, name)
    await all_finished()
    assert "Status: success" in words(message)
    assert about(slack, name) == [message]
    assert creates(cloud, name) == 1
    assert [registry.display_name for registry in cloud.registries] == [name]


async def asked_by(slack: LocalSlack, user: str, name: str) -> tuple[str, str | None]:
    """Open the form and press; the form's id and the error at the name."""
    view_id = await open_form(slack, user=user)
    await slack.submit(view_id, filled_in(name=name))
    return view_id, slack.views[view_id].errors.get("registry_name")


# ---- the same form ----


async def test_the_same_form_delivered_many_times_at_once_is_one_request(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    view_id = await open_form(slack)
    await slack.submit(view_id, filled_in(name="shop"), times=8)
    assert [delivery.body for delivery in slack.deliveries[-8:]] == [""] * 8
    await made_once(slack, cloud, "shop")


async def test_the_same_form_delivered_while_the_request_is_in_progress_is_one_request(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    view_id = await open_form(slack)
    body = slack.submission_body(view_id, filled_in(name="shop"))
    assert (await slack.deliver_raw(body)).body == ""
    await cloud.wait_for(lambda: creates(cloud, "shop") == 1)
    assert (await slack.deliver_raw(body)).body == ""
    await made_once(slack, cloud, "shop")


@pytest.mark.parametrize("when", ["under way", "finished"])
async def test_the_same_form_delivered_again_after_a_restart_is_one_request(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, when: str
) -> None:
    if when == "under way":
        busy = Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "busy"})
        cloud.faults.add("create", busy)
    finished_within = None if when == "under way" else 20.0
    async with running_bot(settings(), slack, policy=replace(HURRY, repeats=(0.5,)), finished_within=finished_within):
        body = slack.submission_body(await open_form(slack), filled_in(name="shop"))
        assert (await slack.deliver_raw(body)).body == ""
        if when == "under way":
            await cloud.wait_for(lambda: not cloud.faults.waiting("create"))
    async with running_bot(settings(), slack):
        again = await slack.deliver_raw(body)
        assert (again.status, again.body) == (200, "")
        message = await outcome_of(slack, "shop")
    assert about(slack, "shop") == [message]
    assert len(cloud.registries) == 1


# ---- the same name ----


async def test_a_second_person_who_wants_the_name_hears_who_asked_first_and_the_suggestion_is_accepted(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.latency = 0.3
    _, error = await asked_by(slack, company.ANA, "shop")
    assert error is None
    view_id, error = await asked_by(slack, company.BEN, "shop")
    assert error is not None
    assert error.startswith("@ana asked for “shop” first, and it is being created now. Try “")
    suggested = error.split("“")[2].split("”")[0]
    await slack.submit(view_id, filled_in(name=suggested))
    assert not slack.views[view_id].open
    for name, user in (("shop", company.ANA), (suggested, company.BEN)):
        message = await outcome_of(slack, name)
        assert "Status: success" in words(message)
        assert f" for <@{user}>" in words(message)
    assert sorted(registry.display_name for registry in cloud.registries) == sorted(["shop", suggested])


async def test_of_people_who_ask_for_a_name_at_the_very_same_moment_one_gets_it(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.latency = 0.3
    people = [company.ANA, company.BEN, company.CHIARA] * 2
    forms = [await open_form(slack, user=user) for user in people]
    await asyncio.gather(*(slack.submit(form, filled_in(name="shop")) for form in forms))
    assert [slack.views[form].open for form in forms].count(False) == 1
    assert all(
        "asked for “shop”" in slack.views[form].errors["registry_name"] for form in forms if slack.views[form].open
    )
    await made_once(slack, cloud, "shop")


async def test_a_person_who_asks_for_the_same_name_in_a_second_form_reads_that_it_is_in_progress(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.latency = 0.3
    await asked_by(slack, company.ANA, "shop")
    _, error = await asked_by(slack, company.ANA, "shop")
    assert error is not None
    assert error.startswith("You already asked for “shop”, and it is being created now. For another one, try “")
    await made_once(slack, cloud, "shop")


async def test_a_name_that_was_in_progress_before_a_restart_is_in_progress_after_it(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    busy = Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "busy"})
    cloud.faults.add("create", busy, times=None)
    policy = replace(HURRY, repeats=(60,))
    async with running_bot(settings(), slack, policy=policy, finished_within=None):
        await asked_by(slack, company.ANA, "shop")
        await cloud.wait_for(lambda: any(call.operation == "create" and call.status for call in cloud.calls))
    async with running_bot(settings(), slack, policy=policy, finished_within=None):
        _, error = await asked_by(slack, company.BEN, "shop")
        assert error is not None
        assert error.startswith("@ana asked for “shop” first")


async def test_a_finished_name_is_taken_in_the_form_and_codearts_has_the_word_where_the_form_does_not_know(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop")
        first = await outcome_of(slack, "shop")
        await all_finished()
        _, error = await asked_by(slack, company.BEN, "shop")
        assert error is not None
        assert error.startswith("A registry called “shop” already exists.")
    # A form whose bot knows nothing of it asks CodeArts.
    cloud.faults.add("list_all", Fault.answer(503), times=None)
    async with running_bot(settings(DATABASE_URL=f"sqlite:///{tmp_path}/another.sqlite3"), slack):
        _, error = await asked_by(slack, company.BEN, "shop")
        assert error is None
        await all_finished()
    second = about(slack, "shop")[-1]
    assert second is not first
    assert "already exists" in words(second)
    assert [registry.display_name for registry in cloud.registries] == ["shop"]


async def test_a_name_that_was_refused_may_be_asked_for_again_at_once(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))
    await ask_for(slack, "shop")
    assert "Status: error" in words(await outcome_of(slack, "shop"))
    await all_finished()
    _, error = await asked_by(slack, company.BEN, "shop")
    assert error is None
    await all_finished()
    assert "Status: success" in words(about(slack, "shop")[-1])


async def test_a_name_may_be_asked_for_again_while_its_outcome_is_still_being_told(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))
    delivery = replace(QUICK, progress_after=60)
    async with running_bot(settings(), slack, delivery=delivery):
        slack.faults.add("chat.postMessage", Fault.answer(503, ""), times=None)
        await asked_by(slack, company.ANA, "shop")
        await slack.wait_for(lambda: sum(call.method == "chat.postMessage" for call in slack.calls) > 2)
        _, error = await asked_by(slack, company.BEN, "shop")
        assert error is None
        slack.faults.clear("chat.postMessage")
        await slack.wait_for(lambda: len(about(slack, "shop")) == 2)
    assert sorted(words(message).split()[1] for message in about(slack, "shop")) == ["is", "was"]


# ---- a claim that no request followed ----


@pytest.fixture
async def on_postgres(settings: Callable[..., Settings], slack: LocalSlack, database: str) -> AsyncIterator[Service]:
    async with running_bot(settings(DATABASE_URL=database, EXECUTOR_ID="one"), slack) as service:
        yield service


def claimed_by_a_replica_that_died(database: str, name: str, *, seconds_ago: float) -> None:
    query(
        database,
        "INSERT INTO registry_bot_claims VALUES (%(name)s, 'T-gone', %(ben)s, 'ben', %(moment)s)",
        name=name,
        ben=company.BEN,
        moment=time.time() - seconds_ago,
    )


@pytest.mark.usefixtures("on_postgres")
@pytest.mark.parametrize("seconds_ago", [queries.CLAIM_COUNTS_SECONDS + 1, -3600], ids=["old", "of a clock ahead"])
async def test_a_claim_whose_request_was_never_stored_does_not_block_the_name(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, seconds_ago: float
) -> None:
    claimed_by_a_replica_that_died(database, "shop", seconds_ago=seconds_ago)
    _, error = await asked_by(slack, company.ANA, "shop")
    assert error is None
    await made_once(slack, cloud, "shop")


@pytest.mark.usefixtures("on_postgres")
async def test_a_claim_just_made_counts_although_its_request_is_not_stored_yet(
    slack: LocalSlack, cloud: LocalCodeArts, database: str
) -> None:
    claimed_by_a_replica_that_died(database, "shop", seconds_ago=0)
    _, error = await asked_by(slack, company.ANA, "shop")
    assert error is not None
    assert error.startswith("@ben asked for “shop” first")
    assert {call.operation for call in cloud.calls} <= {"list_all"}


async def test_a_request_interrupted_between_claim_and_start_is_accepted_when_it_is_pressed_again(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("between the claim and the start")

    view_id = await open_form(slack)
    with monkeypatch.context() as patch:
        patch.setattr(DBOS, "start_workflow_async", dies)
        await slack.submit(view_id, filled_in(name="shop"))
        assert "not accepted and nothing was created" in slack.views[view_id].errors["registry_name"]
    await slack.submit(view_id, filled_in(name="shop"))
    assert not slack.views[view_id].open
    await made_once(slack, cloud, "shop")
