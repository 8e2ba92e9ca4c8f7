"""What a replica does besides its own requests: it clears away what is old, and adopts what others left."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot import app
from bot.app import Service
from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.registry.models import Submission
from bot.workflow import upkeep
from bot.workflow.claims import HeldClaims
from tests.support.hurried import hurried_bot
from tests.support.people import about, outcome_of, words
from tests.support.postgres import scratch_database, statuses
from tests.support.running import HURRY, all_finished

DAY_SECONDS = 24 * 60 * 60
BUSY = Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "busy"})
ASKED = Submission(
    request_id="T1-V1",
    name="shop",
    description=None,
    requester=company.ANA,
    channel=company.TEAM_SHOP,
    team="T1",
    asked_at=time.time(),
)


def asked(name: str) -> Submission:
    return replace(ASKED, request_id=f"T1-{name}", name=name, asked_at=time.time())


# ---- clearing ----


def age(bot: Service, name: str, *, days: float) -> None:
    """Let a request have happened so many days ago."""
    with bot.engine._database.begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE workflow_status SET created_at = created_at - :ms, updated_at = updated_at - :ms, "
                "completed_at = completed_at - :ms WHERE workflow_uuid = :id"
            ),
            {"ms": int(days * DAY_SECONDS * 1000), "id": f"T1-{name}"},
        )


def kept(bot: Service) -> dict[str, set[str]]:
    """What the database still has of requests, by table: their ids without the team. Tables that have nothing are left out."""
    engine = bot.engine._database
    columns = {}
    for table in sa.inspect(engine).get_table_names():
        if "workflow_uuid" in {column["name"] for column in sa.inspect(engine).get_columns(table)}:
            columns[table] = "workflow_uuid"
    with engine.connect() as connection:
        found = {
            table: {
                str(name).removeprefix("T1-")
                for name in connection.execute(sa.text(f"SELECT {column} FROM {table}")).scalars()
            }
            for table, column in columns.items()
        }
    return {table: names for table, names in found.items() if names}


async def test_what_was_finished_longer_ago_than_it_is_kept_is_removed_with_its_steps(
    settings: Callable[..., Settings], slack: LocalSlack
) -> None:
    async with hurried_bot(settings(RETENTION_DAYS="30"), slack) as bot:
        for name in ("old", "young"):
            await bot.engine.start(asked(name))
        await all_finished()
        age(bot, "old", days=31)
        age(bot, "young", days=29)
        assert await bot.engine.upkeep.clear() == 1
        left = kept(bot)
        assert {"workflow_status", "operation_outputs"} <= left.keys()
        assert all(names == {"young"} for names in left.values()), left
        assert await bot.engine.upkeep.clear() == 0


async def test_claims_are_let_go_with_their_requests_and_forgotten_where_there_was_none(
    settings: Callable[..., Settings], slack: LocalSlack
) -> None:
    async with hurried_bot(settings(RETENTION_DAYS="30"), slack) as bot:
        claims = bot.engine._claims
        assert isinstance(claims, HeldClaims)
        await bot.engine.start(asked("shop"))
        assert set(claims._by_name) == {"shop"}
        await all_finished()
        assert claims._by_name == {}
        await claims.claim(replace(asked("never stored"), asked_at=time.time() - 31 * DAY_SECONDS))
        await bot.engine.upkeep.clear()
        assert claims._by_name == {}


async def test_what_is_not_finished_is_never_removed_however_old_it_is(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.slow(0.4))
    async with hurried_bot(settings(RETENTION_DAYS="1"), slack) as bot:
        await bot.engine.start(asked("pending"))
        await cloud.wait_for(lambda: any(call.operation == "create" for call in cloud.calls))
        age(bot, "pending", days=400)
        assert await bot.engine.upkeep.clear() == 0
        assert kept(bot)["workflow_status"] == {"pending"}
        assert "Status: success" in words(await outcome_of(slack, "pending"))
        await all_finished()


async def test_more_than_one_batch_is_removed_at_once(
    settings: Callable[..., Settings], slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_BATCH", 2)
    async with hurried_bot(settings(RETENTION_DAYS="1"), slack) as bot:
        names = [f"old-{number}" for number in range(5)]
        for name in names:
            await bot.engine.start(asked(name))
        await all_finished()
        for name in names:
            age(bot, name, days=2)
        assert await bot.engine.upkeep.clear() == 5
        assert kept(bot) == {}


async def test_clearing_happens_by_itself(
    settings: Callable[..., Settings], slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(upkeep, "_CLEAR_EVERY_SECONDS", 0.1)
    async with hurried_bot(settings(RETENTION_DAYS="1"), slack) as bot:
        await bot.engine.start(asked("old"))
        await all_finished()
        age(bot, "old", days=2)
        await slack.wait_for(lambda: kept(bot) == {})


# ---- adopting ----


@pytest.fixture
def database() -> Iterator[str]:
    with scratch_database() as url:
        yield url


@pytest.fixture
async def left_behind(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, database: str
) -> list[str]:
    """Names of requests that a replica had in a pause when it left."""
    names = [f"left-{number}" for number in range(5)]
    cloud.faults.add("create", BUSY, times=len(names))
    patience = replace(HURRY, repeats=(1.0, 0.01))

    async with app.serve(settings(DATABASE_URL=database, EXECUTOR_ID="gone"), runbook_patience=patience) as bot:
        for name in names:
            await bot.engine.start(asked(name))
        await cloud.wait_for(lambda: not cloud.faults.waiting("create"))
    assert set(statuses(database).values()) == {"PENDING"}
    return names


@pytest.mark.parametrize("batch", [200, 2])
async def test_what_a_replica_left_is_adopted_all_of_it_and_finished_once(
    settings: Callable[..., Settings],
    slack: LocalSlack,
    cloud: LocalCodeArts,
    database: str,
    left_behind: list[str],
    monkeypatch: pytest.MonkeyPatch,
    batch: int,
) -> None:
    monkeypatch.setattr(upkeep, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(upkeep, "_BATCH", batch)
    async with hurried_bot(settings(DATABASE_URL=database, EXECUTOR_ID="heir"), slack) as bot:
        await slack.wait_for(lambda: set(statuses(database).values()) == {"SUCCESS"}, timeout=30)
        await slack.wait_for(lambda: replicas(bot) == ["heir"])
    for name in left_behind:
        assert "Status: success" in words(await outcome_of(slack, name))
        assert len(about(slack, name)) == 1
    assert sorted(registry.display_name for registry in cloud.registries) == left_behind


def replicas(bot: Service) -> list[str]:
    with bot.engine._database.connect() as connection:
        return list(connection.execute(sa.text("SELECT executor_id FROM registry_bot_replicas")).scalars())


async def test_a_beat_that_fails_is_told_and_tried_again(
    settings: Callable[..., Settings], slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "BEAT_SECONDS", 0.02)

    def fail() -> list[str]:
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("the server is away"))

    async with hurried_bot(settings(), slack) as bot:
        with monkeypatch.context() as patch:
            patch.setattr(bot.engine.upkeep._ownership, "beat", fail)
            await slack.wait_for(lambda: bot.engine.upkeep.trouble is not None)
            assert "the hold on executor id sqlite is not proven" in await bot.health.why_not_ready()
        await slack.wait_for(lambda: bot.engine.upkeep.trouble is None)
        assert await bot.health.why_not_ready() == []
