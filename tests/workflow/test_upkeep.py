"""What a replica does besides its own requests: it clears away what is old, and sees to what nobody works on."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.workflow import engine, upkeep
from bot.workflow.claims import Claim, HeldClaims
from bot.workflow.database import open_database
from bot.workflow.durable import Durable
from bot.workflow.executions import Executions
from bot.workflow.ownership import take_ownership
from bot.workflow.response_urls import ResponseUrls
from bot.workflow.stuck import Stuck
from bot.workflow.upkeep import Upkeep
from tests.support import postgres
from tests.support.database import rows, statuses
from tests.support.proxy import Proxy
from tests.support.running import all_finished
from tests.support.waiting import until
from tests.workflow.sample_workflow import DONE, SAMPLE, asked, running_engine

DAY_SECONDS = 24 * 60 * 60


async def run(_request: Request, durable: Durable) -> Result:
    await durable.step("work", asyncio.sleep, 0)
    return DONE


@pytest.fixture
def restless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heartbeats follow one another at once."""
    monkeypatch.setattr(upkeep, "HEARTBEAT_SECONDS", 0.05)


# ---- clearing ----


def age(file: Path, *names: str, days: float) -> None:
    """Let requests have happened so many days ago."""
    for name in names:
        rows(
            file,
            "UPDATE workflow_status SET created_at = created_at - :ms, updated_at = updated_at - :ms, "
            "completed_at = completed_at - :ms WHERE workflow_uuid = :id",
            {"ms": int(days * DAY_SECONDS * 1000), "id": f"T1-{name}"},
        )


def kept(file: Path) -> dict[str, set[str]]:
    """What the file still has of requests, by table. Tables that have nothing are left out."""
    tables = [name for (name,) in rows(file, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {
        table: {name.removeprefix("T1-") for (name,) in rows(file, f"SELECT workflow_uuid FROM {table}")}
        for table in tables
        if any(column[1] == "workflow_uuid" for column in rows(file, f"PRAGMA table_info({table})"))
    }
    return {table: names for table, names in found.items() if names}


async def test_what_was_finished_longer_ago_than_it_is_kept_is_removed_with_all_that_belongs_to_it(
    sqlite_url: str, file: Path
) -> None:
    async with running_engine(sqlite_url, run, keep_days=30) as here:
        for name in ("old", "young"):
            await here.accept(SAMPLE, asked(name))
        await all_finished()
        age(file, "old", days=31)
        age(file, "young", days=29)
        assert {"workflow_status", "workflow_input", "workflow_output", "operation_outputs"} <= kept(file).keys()
        assert await here.upkeep.clear() == 1
        assert {"workflow_status", "workflow_input", "workflow_output", "operation_outputs"} <= kept(file).keys()
        assert all(names == {"young"} for names in kept(file).values()), kept(file)
        assert await here.upkeep.clear() == 0


async def test_what_is_not_finished_is_never_removed_however_old_it_is(sqlite_url: str, file: Path) -> None:
    go_on = asyncio.Event()

    async def waits(_request: Request, _durable: Durable) -> Result:
        await go_on.wait()
        return DONE

    async with running_engine(sqlite_url, waits, keep_days=1) as here:
        await here.accept(SAMPLE, asked("pending"))
        age(file, "pending", days=400)
        assert await here.upkeep.clear() == 0
        assert kept(file)["workflow_status"] == {"pending"}
        go_on.set()
        await all_finished()
        assert statuses(file) == {"T1-pending": "SUCCESS"}


async def test_more_than_one_batch_is_removed_at_once(
    sqlite_url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_BATCH", 2)
    async with running_engine(sqlite_url, run, keep_days=1) as here:
        names = [f"old-{number}" for number in range(5)]
        for name in names:
            await here.accept(SAMPLE, asked(name))
        await all_finished()
        age(file, *names, days=2)
        assert await here.upkeep.clear() == 5
        assert kept(file) == {}


async def test_claims_that_no_request_followed_are_forgotten_as_well(sqlite_url: str) -> None:
    claims = HeldClaims()
    never = Claim(name="shop", request_id="T1-V1", requester="U1", requester_name="ana", claimed_at=0.0)
    old = replace(never, claimed_at=time.time() - 61 * DAY_SECONDS)
    young = replace(never, name="young", claimed_at=time.time() - 59 * DAY_SECONDS)
    await claims.make(old)
    await claims.make(young)
    async with running_engine(sqlite_url):
        ownership = take_ownership(other := open_database(f"{sqlite_url}-other"), executor_id=None, host="here")
        own = Upkeep(
            ownership=ownership,
            claims=claims,
            keep_days=30,
            executions=Executions(),
            response_urls=ResponseUrls(other),
            stuck=Stuck(other),
            kinds=set,
        )
        assert await own.clear() == 0
        ownership.leave()
        other.dispose()
    assert await claims.make(replace(old, request_id="T1-V2")) is None
    assert await claims.make(replace(young, request_id="T1-V2")) == young


@pytest.mark.usefixtures("restless")
async def test_clearing_happens_by_itself(sqlite_url: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "_CLEAR_EVERY_SECONDS", 0.1)
    async with running_engine(sqlite_url, run, keep_days=1) as here:
        await here.accept(SAMPLE, asked("old"))
        await all_finished()
        age(file, "old", days=2)
        await until(lambda: kept(file) == {})


# ---- what nobody works on ----


@pytest.mark.usefixtures("restless")
async def test_what_is_pending_and_nobody_works_on_is_resumed_and_what_is_worked_on_is_let_be(
    sqlite_url: str, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[str] = []
    go_on = asyncio.Event()

    async def once_forgotten(request: Request, _durable: Durable) -> Result:
        runs.append(request.payload.name)
        if request.payload.name == "busy":
            await go_on.wait()
        elif runs.count("idle") == 1:
            raise asyncio.CancelledError  # as DBOS ends a run whose end it could not record
        return DONE

    async with running_engine(sqlite_url, once_forgotten) as here:
        await here.accept(SAMPLE, asked("busy"))
        await here.accept(SAMPLE, asked("idle"))
        await until(lambda: statuses(file)["T1-idle"] == "SUCCESS")
        go_on.set()
        await all_finished()
    assert sorted(runs) == ["busy", "idle", "idle"]
    (line,) = [line for line in caplog.records if "pending but not running" in line.getMessage()]
    assert line.__dict__["request"] == "T1-idle"


# ---- adopting ----


@pytest.mark.usefixtures("restless")
@pytest.mark.parametrize("batch", [200, 2])
async def test_what_a_replica_left_is_adopted_all_of_it_and_finished_once(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(engine, "_FINISH_WITHIN_SECONDS", 0.05)
    monkeypatch.setattr(upkeep, "_BATCH", batch)
    begun: list[str] = []
    finished: list[str] = []
    go_on = asyncio.Event()

    async def work(request: Request, durable: Durable) -> Result:
        await durable.step("begin", begin, request)
        await go_on.wait()
        finished.append(request.payload.name)
        return DONE

    async def begin(request: Request) -> None:
        begun.append(request.payload.name)

    names = [f"left-{number}" for number in range(5)]
    async with running_engine(postgres_url, work, executor_id="gone") as gone:
        for name in names:
            await gone.accept(SAMPLE, asked(name))
        await until(lambda: recorded(postgres_url, "begin") == 5)
    assert set(postgres.statuses(postgres_url).values()) == {"PENDING"}
    go_on.set()
    async with running_engine(postgres_url, work, executor_id="heir"):
        await until(lambda: set(postgres.statuses(postgres_url).values()) == {"SUCCESS"}, seconds=40)
        await until(lambda: replicas(postgres_url) == ["heir"], seconds=40)
    assert (sorted(begun), sorted(finished)) == (names, names)


def recorded(url: str, step: str) -> int:
    return len(postgres.query(url, "SELECT 1 FROM dbos.operation_outputs WHERE function_name = %(step)s", step=step))


def replicas(url: str) -> list[object]:
    return [name for (name,) in postgres.query(url, "SELECT executor_id FROM registry_bot_replicas")]


# ---- whether it lives ----


@contextmanager
def away(proxy: Proxy) -> Iterator[None]:
    proxy.go_away()
    try:
        yield
    finally:
        proxy.come_back()


@pytest.mark.usefixtures("restless")
async def test_a_replica_that_cannot_prove_that_it_lives_says_so_until_it_can(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(upkeep, "_OVERDUE_SECONDS", 1.0)
    with Proxy(postgres_url) as proxy:
        async with running_engine(proxy.url, run, executor_id="here") as here:
            await until(lambda: here.upkeep.why_not_ready() == [])
            with away(proxy):
                await until(lambda: here.upkeep.why_not_ready() == ["the heartbeat of this replica is overdue"])
                assert "upkeep failed, trying again" in caplog.text
            await until(lambda: here.upkeep.why_not_ready() == [])
