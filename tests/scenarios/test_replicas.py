"""Several real processes on one PostgreSQL: some die, leave or are replaced, and every accepted request is finished once."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psycopg
import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import about, filled_in, open_form, outcome_of, words
from tests.support.postgres import query, statuses
from tests.support.running import environment_for
from tests.support.terminal import SOURCES
from tests.support.waiting import until

# The promise is 15 s; on a busy machine the test waits longer before it calls a request lost.
TAKEN_OVER_WITHIN = 40.0
LEAVES_WITHIN = 10.0
MakeReplica = Callable[..., BotProcess]


@pytest.fixture
async def replica(database: str, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> AsyncIterator[MakeReplica]:
    """Makes replicas, by their executor ids; all are dead at the end."""
    made: list[BotProcess] = []

    def make(executor_id: str, *, sources: Path = SOURCES) -> BotProcess:
        values = environment_for(slack, cloud, tmp_path / "unused")
        values |= {"DATABASE_URL": database, "EXECUTOR_ID": executor_id, "CODEARTS_READ_TIMEOUT": "30"}
        log = tmp_path / f"{executor_id}-{len(made)}.log"
        made.append(BotProcess(values, name=executor_id, log=log, sources=sources))
        return made[-1]

    async with ending(made):
        yield make


def creates(cloud: LocalCodeArts) -> int:
    return sum(call.operation == "create" for call in cloud.calls)


def send_to(slack: LocalSlack, replica: BotProcess) -> None:
    slack.request_url = f"{replica.address}/slack/events"


async def accepted(slack: LocalSlack, name: str, by: BotProcess) -> str:
    """Ask for a registry at one replica; the form has closed. Returns the form's id."""
    send_to(slack, by)
    view_id = await open_form(slack)
    delivery = await slack.submit(view_id, filled_in(name=name, description="Images of the web shop"))
    assert (delivery.status, delivery.body) == (200, ""), delivery
    return view_id


async def finished_once(slack: LocalSlack, cloud: LocalCodeArts, database: str, name: str) -> str:
    """Wait for the outcome; what is read then. There is one registry, one message, and nothing is left to do."""

    def told() -> bool:
        return any(message.text.startswith("Registry ") for message in about(slack, name))

    await slack.wait_for(told, timeout=TAKEN_OVER_WITHIN)
    (view_id,) = (
        view.id
        for view in slack.views.values()
        if view.view["state"]["values"]["registry_name"]["name"]["value"] == name
    )
    await slack.wait_for(
        lambda: statuses(database)[f"{company.TEAM_ID}-{view_id}"] == "SUCCESS", timeout=TAKEN_OVER_WITHIN
    )
    message = await outcome_of(slack, name)
    assert about(slack, name) == [message]
    assert [registry.display_name for registry in cloud.registries].count(name) == 1
    return words(message)


async def test_the_command_may_reach_one_replica_and_the_submission_another(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, replica: MakeReplica
) -> None:
    one, two = replica("one"), replica("two")
    await up(one, two)
    send_to(slack, one)
    view_id = await open_form(slack)
    bodies = [slack.submission_body(view_id, filled_in(name="shop"))] * 2
    send_to(slack, two)
    first = await slack.deliver_raw(bodies[0])
    send_to(slack, one)
    second = await slack.deliver_raw(bodies[1])
    assert [(each.status, each.body) for each in (first, second)] == [(200, ""), (200, "")]
    assert "Status: success" in await finished_once(slack, cloud, database, "shop")
    assert creates(cloud) == 1


async def test_another_replica_finishes_what_a_killed_one_was_doing(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, replica: MakeReplica
) -> None:
    victim, other = replica("victim"), replica("other")
    await up(victim, other)
    await creating_and_pausing(slack, cloud, database, victim)
    await victim.kill()
    assert "Confirmed by look-up" in await finished_once(slack, cloud, database, "cut-off")
    assert "Confirmed by look-up" not in await finished_once(slack, cloud, database, "waits")
    assert creates(cloud) == 3


async def creating_and_pausing(slack: LocalSlack, cloud: LocalCodeArts, database: str, at: BotProcess) -> None:
    """One request waits for an answer that never comes, another for its next attempt."""
    cloud.faults.add("create", Fault.hang(apply=True))
    await accepted(slack, "cut-off", by=at)
    await cloud.wait_for(lambda: creates(cloud) == 1)
    cloud.faults.add(
        "create", Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "busy"}, {"Retry-After": "8"})
    )
    await accepted(slack, "waits", by=at)
    await cloud.wait_for(lambda: bool(steps_of(database, "create")))


def steps_of(database: str, name: str) -> list[tuple[object, ...]]:
    """The records of a step."""
    statement = "SELECT function_id FROM dbos.operation_outputs WHERE function_name = %(name)s"
    return query(database, statement, name=name)


async def test_a_killed_replica_that_comes_back_under_its_id_finishes_its_own_work(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, replica: MakeReplica
) -> None:
    cloud.faults.add("create", Fault.hang(apply=True))
    alone = replica("alone")
    await up(alone)
    view_id = await accepted(slack, "shop", by=alone)
    await cloud.wait_for(lambda: creates(cloud) == 1)
    await alone.kill()
    again = replica("alone")
    await up(again)
    send_to(slack, again)
    # Slack, or a person, delivers the form once more: it is known.
    form = filled_in(name="shop", description="Images of the web shop")
    repeated = await slack.deliver_raw(slack.submission_body(view_id, form))
    assert (repeated.status, repeated.body) == (200, "")
    assert "Confirmed by look-up" in await finished_once(slack, cloud, database, "shop")
    assert creates(cloud) == 1


# ---- SIGTERM ----


async def test_a_replica_told_to_leave_answers_what_it_was_asked_and_ends_in_time_with_code_0(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, replica: MakeReplica
) -> None:
    leaving, other = replica("leaving"), replica("other")
    await up(leaving, other)
    send_to(slack, leaving)
    view_id = await open_form(slack)
    with psycopg.connect(database) as blocker:
        # The submission waits for the database when the signal arrives.
        blocker.execute("LOCK TABLE registry_bot_claims IN ACCESS EXCLUSIVE MODE")
        submitting = asyncio.create_task(slack.submit(view_id, filled_in(name="shop")))
        await slack.wait_for(lambda: waiting_for_locks(database) > 0)
        leaving.tell_to_leave()
        await until(lambda: "stopping" in leaving.said)
        blocker.rollback()
    delivery = await submitting
    assert (delivery.status, delivery.body) == (200, ""), delivery
    assert await leaving.exit_code(seconds=LEAVES_WITHIN) == 0, leaving.said
    assert "Status: success" in await finished_once(slack, cloud, database, "shop")
    assert creates(cloud) == 1


def waiting_for_locks(database: str) -> int:
    ((count,),) = query(database, "SELECT count(*) FROM pg_locks WHERE NOT granted")
    return int(str(count))


async def test_what_a_leaving_replica_has_not_finished_another_one_does(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, replica: MakeReplica
) -> None:
    leaving, other = replica("leaving"), replica("other")
    await up(leaving, other)
    await creating_and_pausing(slack, cloud, database, leaving)
    leaving.tell_to_leave()
    assert await leaving.exit_code(seconds=LEAVES_WITHIN) == 0, leaving.said
    assert "Status: success" in await finished_once(slack, cloud, database, "cut-off")
    assert "Status: success" in await finished_once(slack, cloud, database, "waits")
    assert creates(cloud) == 3


async def test_a_rolling_restart_loses_nothing(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, replica: MakeReplica
) -> None:
    cloud.latency = 0.2
    names = [f"shop-{number}" for number in range(6)]
    old = [replica("a"), replica("b")]
    await up(*old)
    for number, name in enumerate(names[:4]):
        await accepted(slack, name, by=old[number % 2])
    new = []
    for executor_id, leaving in zip(("a", "b"), old, strict=True):
        leaving.tell_to_leave()
        assert await leaving.exit_code(seconds=LEAVES_WITHIN) == 0, leaving.said
        new.append(replica(executor_id))
        await up(new[-1])
        await accepted(slack, names[3 + len(new)], by=new[-1])
    for name in names:
        assert "Status: success" in await finished_once(slack, cloud, database, name)
    assert creates(cloud) == len(names)


# ---- a new build ----


def new_build(folder: Path) -> Path:
    """A copy of the sources with a change made by the rules in `bot/workflow/engine.py`."""
    shutil.copytree(SOURCES / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    feature = folder / "bot/features/create_registry"
    models, runbook = feature / "models.py", feature / "workflow.py"
    # A field with a default, added to what is recorded.
    edit(
        models,
        "    description: str | None = None\n",
        '    description: str | None = None\n    cost_centre: str = "none"\n',
    )
    # A step, added behind a patch that is asked for before the first step.
    edit(runbook, "from bot.codearts.client import", "from dbos import DBOS\n\nfrom bot.codearts.client import")
    edit(
        runbook,
        "        delivery = self.deliveries.of(",
        '        audited = await DBOS.patch_async("audit")\n        delivery = self.deliveries.of(',
    )
    edit(
        runbook,
        "        durable.enter(Phase.WORKING)\n",
        "        durable.enter(Phase.WORKING)\n"
        '        if audited:\n            await durable.step("audit", _audit, request.payload.cost_centre)\n',
    )
    runbook.write_text(runbook.read_text() + "\n\nasync def _audit(cost_centre: str) -> str:\n    return cost_centre\n")
    return folder


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new))


@pytest.mark.parametrize("successor", ["same id", "other id"])
async def test_a_new_build_finishes_what_the_old_one_began_and_takes_its_own_new_way_with_the_rest(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, replica: MakeReplica, tmp_path: Path, successor: str
) -> None:
    cloud.faults.add("create", Fault.hang(apply=True))
    old = replica("a")
    await up(old)
    await accepted(slack, "old", by=old)
    await cloud.wait_for(lambda: creates(cloud) == 1)
    await old.kill()

    new = replica("a" if successor == "same id" else "b", sources=new_build(tmp_path / "new"))
    await up(new)
    assert "Confirmed by look-up" in await finished_once(slack, cloud, database, "old")
    assert creates(cloud) == 1
    assert steps_of(database, "audit") == []

    await accepted(slack, "new", by=new)
    assert "Status: success" in await finished_once(slack, cloud, database, "new")
    assert len(steps_of(database, "audit")) == 1
    assert re.findall("Traceback", new.said) == []
