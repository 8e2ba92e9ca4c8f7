"""A database that is slow, locked, full, disconnected or away: a request is refused in the form, or it is finished, once."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.app import Service
from bot.config import Settings
from bot.features.create_registry import form_wording
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.serving import LocalServer
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.workflow.delivery_policy import DeliveryPolicy
from tests.support.database import full, locked
from tests.support.people import about, ask_for, filled_in, open_form, outcome_of, words
from tests.support.postgres import cut_sessions, statuses
from tests.support.proxy import Proxy
from tests.support.running import QUICK, all_finished, running_bot
from tests.support.waiting import until

SLOW = form_wording.SAVING_SLOW
REFUSED = "Your request was not accepted and nothing was created: it could not be saved."
# DBOS tries a lost connection again after 1, 2, 4 … seconds.
RESUMED_WITHIN = 30.0


def creates(cloud: LocalCodeArts, name: str) -> int:
    return sum(call.operation == "create" and f'"{name}"'.encode() in call.body for call in cloud.calls)


async def created_once(slack: LocalSlack, cloud: LocalCodeArts, name: str) -> str:
    """Wait for the outcome; what is read then. There is one registry, one message and one create call."""

    def told() -> bool:
        return any("is ready" in words(message) for message in about(slack, name))

    await slack.wait_for(told, timeout=RESUMED_WITHIN)
    await all_finished(RESUMED_WITHIN)
    message = await outcome_of(slack, name)
    assert about(slack, name) == [message]
    assert [registry.display_name for registry in cloud.registries].count(name) == 1
    assert creates(cloud, name) == 1
    return words(message)


# What shows after a lost answer that a registry is the one that was asked for.
ITS_OWN = "Images of the web shop"

# Calls that leave the process in a request, by server and operation. The database gets into trouble while one of them is
# waited for; `delivery` below sees to it that the call is made.
CALLS = {
    "creating": ("slack", "chat.postMessage"),
    "create": ("cloud", "create"),
    "outcome": ("slack", "chat.postMessage"),
    "update": ("slack", "chat.update"),
}


@pytest.fixture
def while_waiting_for() -> str | None:
    return None


@pytest.fixture
def delivery(while_waiting_for: str | None) -> DeliveryPolicy:
    after = {None: QUICK.progress_after, "create": QUICK.progress_after, "outcome": 60.0}
    return dataclasses.replace(QUICK, progress_after=after.get(while_waiting_for, 0.02))


async def ask_until(slack: LocalSlack, cloud: LocalCodeArts, call: str, *, seconds: float) -> None:
    """Ask for `shop`; returns when this call of its request has arrived, which is answered so many seconds later."""
    name, operation = CALLS[call]
    server: LocalServer = {"slack": slack, "cloud": cloud}[name]
    server.faults.add(operation, Fault.slow(seconds))
    if call in {"creating", "update"}:
        cloud.faults.add("create", Fault.slow(0.3))
    await ask_for(slack, "shop", description=ITS_OWN)
    await server.wait_for(lambda: not server.faults.waiting(operation))


async def press(slack: LocalSlack, view_id: str, name: str) -> str | None:
    """Press the button; the error at the name, None when the form closed. It answered in Slack's three seconds."""
    delivery = await slack.submit(view_id, filled_in(name=name))
    assert delivery.status == 200, delivery
    assert delivery.milliseconds < 3000
    opened = slack.views[view_id]
    assert opened.trouble is None
    return None if not opened.open else opened.errors["registry_name"]


# ---- SQLite ----


@pytest.fixture
async def on_sqlite(
    settings: Callable[..., Settings], slack: LocalSlack, delivery: DeliveryPolicy
) -> AsyncIterator[Service]:
    async with running_bot(settings(), slack, delivery=delivery) as service:
        yield service


@pytest.mark.usefixtures("on_sqlite")
async def test_a_write_slower_than_two_seconds_is_answered_in_time_and_pressing_again_finds_the_same_request(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    view_id = await open_form(slack)
    with locked(tmp_path / "bot.sqlite3"):
        assert await press(slack, view_id, "shop") == SLOW
        assert await press(slack, view_id, "shop") == SLOW
        assert {call.operation for call in cloud.calls} <= {"list_all"}
    assert await press(slack, view_id, "shop") is None
    await created_once(slack, cloud, "shop")


@pytest.mark.usefixtures("on_sqlite")
async def test_a_slow_write_that_nobody_presses_again_for_is_finished_all_the_same(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    view_id = await open_form(slack)
    with locked(tmp_path / "bot.sqlite3"):
        assert await press(slack, view_id, "shop") == SLOW
    await created_once(slack, cloud, "shop")


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("while_waiting_for", list(CALLS))
async def test_a_file_locked_in_the_middle_of_a_request_only_delays_it(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, while_waiting_for: str
) -> None:
    await ask_until(slack, cloud, while_waiting_for, seconds=0.3)
    with locked(tmp_path / "bot.sqlite3"):
        await asyncio.sleep(0.8)
    await created_once(slack, cloud, "shop")


@pytest.mark.usefixtures("on_sqlite")
async def test_a_full_disk_refuses_in_the_form_or_is_waited_out_and_nothing_lies_in_between(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    names = [f"full-{number:02}" for number in range(25)]
    said: dict[str, str | None] = {}
    forms = {name: await open_form(slack) for name in names}
    with full(tmp_path / "bot.sqlite3"):
        for name, view_id in forms.items():
            said[name] = await press(slack, view_id, name)
        await asyncio.sleep(0.3)
    refused = [name for name, error in said.items() if error is not None]
    assert refused, "the disk was never full"
    assert all(str(said[name]).startswith(REFUSED) for name in refused)
    for name in names:
        if name not in refused:
            await created_once(slack, cloud, name)
    assert not {registry.display_name for registry in cloud.registries} & set(refused)
    assert not any(about(slack, name) for name in refused)
    for name in refused:
        assert await press(slack, forms[name], name) is None
        await created_once(slack, cloud, name)


@pytest.mark.usefixtures("on_sqlite")
async def test_a_disk_that_fills_up_in_the_middle_of_a_request_only_delays_it(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    cloud.latency = 0.3
    slack.faults.add("chat.postMessage", Fault.slow(0.3), times=5)
    names = [f"filling-{number:02}" for number in range(20)]
    for name in names:
        assert (await ask_for(slack, name, description=ITS_OWN)).body == ""
    with full(tmp_path / "bot.sqlite3"):
        await asyncio.sleep(1)
    for name in names:
        await created_once(slack, cloud, name)


@pytest.mark.usefixtures("on_sqlite")
async def test_while_the_file_is_locked_the_command_is_answered_as_usual(slack: LocalSlack, tmp_path: Path) -> None:
    with locked(tmp_path / "bot.sqlite3"):
        assert await press(slack, await open_form(slack), "shop") == SLOW
        assert (await slack.command("help")).status == 200
        await open_form(slack)


# ---- PostgreSQL ----


@pytest.fixture
async def on_postgres(
    settings: Callable[..., Settings], slack: LocalSlack, proxy: Proxy, delivery: DeliveryPolicy
) -> AsyncIterator[Service]:
    async with running_bot(settings(DATABASE_URL=proxy.url, EXECUTOR_ID="one"), slack, delivery=delivery) as service:
        yield service


@pytest.mark.usefixtures("on_postgres")
async def test_sessions_ended_by_the_server_between_two_requests_are_not_noticed(
    slack: LocalSlack, cloud: LocalCodeArts, database: str
) -> None:
    await ask_for(slack, "before")
    await created_once(slack, cloud, "before")
    assert cut_sessions(database) > 0
    view_id = await open_form(slack)
    assert await press(slack, view_id, "after") is None
    await created_once(slack, cloud, "after")


@pytest.mark.usefixtures("on_postgres")
@pytest.mark.parametrize("while_waiting_for", list(CALLS))
async def test_sessions_ended_by_the_server_in_the_middle_of_a_request_only_delay_it(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, while_waiting_for: str
) -> None:
    await ask_until(slack, cloud, while_waiting_for, seconds=0.3)
    for _ in range(5):
        cut_sessions(database)
        await asyncio.sleep(0.1)
    await created_once(slack, cloud, "shop")
    # Cut after it was told, it is taken up once more.
    await until(lambda: set(statuses(database).values()) == {"SUCCESS"})


async def test_an_outage_in_the_middle_of_a_request_only_delays_it_and_readyz_says_so(
    on_postgres: Service, slack: LocalSlack, cloud: LocalCodeArts, proxy: Proxy
) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    await ask_for(slack, "shop", description=ITS_OWN)
    await cloud.wait_for(lambda: creates(cloud, "shop") == 1)
    proxy.go_away()

    async def unready() -> bool:
        return any("database" in reason for reason in await on_postgres.health.why_not_ready())

    async def ready() -> bool:
        return not await on_postgres.health.why_not_ready()

    await until(unready, seconds=RESUMED_WITHIN)
    await asyncio.sleep(1.5)
    proxy.come_back()
    await created_once(slack, cloud, "shop")
    await until(ready, seconds=RESUMED_WITHIN)


@pytest.mark.usefixtures("on_postgres")
async def test_a_form_sent_during_an_outage_is_told_so_in_time_and_can_be_sent_again(
    slack: LocalSlack, cloud: LocalCodeArts, proxy: Proxy
) -> None:
    view_id = await open_form(slack)
    proxy.go_away()
    said = await press(slack, view_id, "shop")
    assert said == SLOW or str(said).startswith(REFUSED)
    assert {call.operation for call in cloud.calls} <= {"list_all"}
    await asyncio.sleep(1)
    proxy.come_back()

    async def accepted() -> bool:
        return await press(slack, view_id, "shop") is None

    await until(accepted, seconds=RESUMED_WITHIN)
    await created_once(slack, cloud, "shop")


@pytest.mark.usefixtures("on_postgres")
async def test_a_claim_whose_answer_was_lost_is_made_again_and_nobody_notices(
    slack: LocalSlack, cloud: LocalCodeArts, proxy: Proxy
) -> None:
    await press(slack, await open_form(slack), "first")
    await created_once(slack, cloud, "first")
    view_id = await open_form(slack)
    proxy.lose_answer_to = b"INSERT INTO registry_bot_claims"
    assert await press(slack, view_id, "shop") is None
    assert proxy.lose_answer_to is None, "no such statement was sent"
    await created_once(slack, cloud, "shop")


@pytest.mark.usefixtures("on_postgres")
async def test_a_commit_whose_answer_was_lost_is_refused_or_finished_but_never_forgotten(
    slack: LocalSlack, cloud: LocalCodeArts, proxy: Proxy, database: str
) -> None:
    view_id = await open_form(slack)
    proxy.lose_commit_after = b"INSERT INTO dbos.workflow_status"
    said = await press(slack, view_id, "shop")
    assert proxy.lose_commit_after is None, "no such commit was made"
    if said is not None:
        await asyncio.sleep(0.5)
        if str(said).startswith(REFUSED):
            assert f"{company.TEAM_ID}-{view_id}" not in statuses(database)
            assert {call.operation for call in cloud.calls} <= {"list_all"}
        assert await press(slack, view_id, "shop") is None
    await created_once(slack, cloud, "shop")


@pytest.mark.usefixtures("on_postgres")
@pytest.mark.parametrize("while_waiting_for", ["creating", "create"])
async def test_a_commit_of_a_record_whose_answer_was_lost_only_delays_the_request(
    slack: LocalSlack, cloud: LocalCodeArts, proxy: Proxy, database: str, while_waiting_for: str
) -> None:
    await ask_until(slack, cloud, while_waiting_for, seconds=0.2)
    proxy.lose_commit_after = b"INSERT INTO dbos.operation_outputs"
    await created_once(slack, cloud, "shop")
    assert proxy.lose_commit_after is None, "no such commit was made"
    assert set(statuses(database).values()) == {"SUCCESS"}


@pytest.mark.usefixtures("on_postgres")
@pytest.mark.parametrize("while_waiting_for", ["outcome", "update"])
async def test_an_end_whose_answer_was_lost_is_not_told_twice(
    slack: LocalSlack, cloud: LocalCodeArts, proxy: Proxy, database: str, while_waiting_for: str
) -> None:
    await ask_until(slack, cloud, while_waiting_for, seconds=0.2)
    proxy.lose_answer_to = b"INSERT INTO dbos.workflow_output"
    await created_once(slack, cloud, "shop")
    assert proxy.lose_answer_to is None, "no such statement was sent"
    assert set(statuses(database).values()) == {"SUCCESS"}
