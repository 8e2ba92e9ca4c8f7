"""The durable engine: a request is on disk or refused, and continues in the next process when this one ends."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from dbos import DBOS
from dbos import _workflow_commands as dbos_workflow_commands

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.errors import NotSaved, SettingsError
from bot.ledger.ledger import Ledger
from bot.workflow import engine as engine_module
from bot.workflow.database import held_connections, open_database
from bot.workflow.durable import Durable
from bot.workflow.engine import WorkflowEngine
from bot.workflow.ownership import take_ownership
from bot.workflow.tables import prepare
from tests.support import database
from tests.support.database import locked, read_only, statuses, store_input
from tests.support.running import all_finished
from tests.support.waiting import until
from tests.workflow.sample_workflow import DONE, SAMPLE, asked, running_engine, sample_workflow

ASKED = asked("shop")


class Runs:
    """What ran. `gate` holds each run up in a step; `begun` and `ended` count the calls of it."""

    def __init__(self) -> None:
        self.begun: list[Request] = []
        self.ended: list[Request] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def run(self, request: Request, durable: Durable) -> Result:
        await durable.step("work", self._work, request)
        return DONE

    async def _work(self, request: Request) -> None:
        self.begun.append(request)
        await self.gate.wait()
        self.ended.append(request)


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form waits for the database for a moment only."""
    monkeypatch.setattr(engine_module, "SAVE_WITHIN_SECONDS", 0.2)


# ---- accepting ----


async def test_a_request_is_on_disk_when_it_is_accepted(sqlite_url: str, file: Path, runs: Runs) -> None:
    runs.gate.clear()
    async with running_engine(sqlite_url, runs.run) as here:
        assert await here.accept(SAMPLE, ASKED) == ASKED
        assert statuses(file) == {ASKED.id: "PENDING"}
        runs.gate.set()
        await all_finished()
        assert statuses(file) == {ASKED.id: "SUCCESS"}


async def test_a_read_only_database_refuses_the_request_for_certain_and_it_can_be_made_again(
    sqlite_url: str, file: Path, runs: Runs
) -> None:
    async with running_engine(sqlite_url, runs.run) as here:
        with read_only(file), pytest.raises(NotSaved, match="readonly") as refused:
            await here.accept(SAMPLE, ASKED)
        assert not refused.value.in_doubt
        assert statuses(file) == {}
        assert runs.begun == []
        assert await here.accept(SAMPLE, ASKED) == ASKED
        await all_finished()
    assert runs.ended == [ASKED]


@pytest.mark.usefixtures("impatient")
async def test_a_slow_database_leaves_it_in_doubt_and_pressing_again_finds_the_same_request(
    sqlite_url: str, file: Path, runs: Runs
) -> None:
    presses = [replace(ASKED, reference=f"R-PRES{number}") for number in (1, 2)]
    async with running_engine(sqlite_url, runs.run) as here:
        with locked(file):
            for press in presses:
                with pytest.raises(NotSaved, match="in time") as refused:
                    await here.accept(SAMPLE, press)
                assert refused.value.in_doubt
            assert runs.begun == []
        await until(lambda: len(runs.ended) == 1)
        await all_finished()
        # Which of the two the database took first is its own business; the person is told what it was.
        assert await here.accept(SAMPLE, ASKED) in presses
        await all_finished()
    assert len(runs.begun) == 1


# ---- whether it is ready ----


@contextlib.asynccontextmanager
async def not_launched(url: str) -> AsyncIterator[tuple[WorkflowEngine, sa.Engine]]:
    opened = open_database(url)
    prepare(opened)
    ownership = take_ownership(opened, executor_id=None, host="here")
    engine = WorkflowEngine(database=opened, ownership=ownership, keep_days=30, ledger=Ledger(opened))
    try:
        yield engine, opened
    finally:
        await engine.close()


async def test_it_is_ready_from_its_launch_to_its_end(url: str) -> None:
    async with not_launched(url) as (engine, _):
        assert await engine.why_not_ready() == ["the durable engine is not running"]
        await engine.launch()
        assert await engine.why_not_ready() == []
        await engine.close()
        assert await engine.why_not_ready() == ["the durable engine is not running"]


async def test_what_dbos_looks_for_without_need_costs_nothing_at_rest(url: str) -> None:
    async with not_launched(url) as (engine, _):
        await engine.launch()
        # Named in DBOS 3.4.0, as is the event that ends it: with another version, look what takes the CPU at rest.
        assert dbos_workflow_commands.BACKGROUND_JOBS_THREAD_NAME == "dbos-background-jobs"
        await until(lambda: "dbos-background-jobs" not in {each.name for each in threading.enumerate()})


async def test_a_database_that_cannot_be_written_makes_it_unready(sqlite_url: str, file: Path) -> None:
    async with running_engine(sqlite_url) as here:
        with read_only(file):
            (reason,) = await here.why_not_ready()
        assert reason.startswith("the database cannot be used: ")


async def test_tables_that_cannot_be_made_keep_it_from_starting_and_are_told_in_one_line(
    sqlite_url: str, file: Path
) -> None:
    async with not_launched(sqlite_url) as (engine, _):
        with (
            read_only(file),
            pytest.raises(SettingsError, match=r"cannot be used \(attempt to write a readonly") as told,
        ):
            await engine.launch()
        assert "\n" not in str(told.value)


# ---- the end of the process, and the next one ----


async def test_what_is_being_done_when_it_closes_is_seen_through(url: str, runs: Runs) -> None:
    runs.gate.clear()
    async with running_engine(url, runs.run, executor_id="here") as first:
        await first.accept(SAMPLE, ASKED)
        await until(lambda: runs.begun == [ASKED])
        asyncio.get_running_loop().call_later(0.2, runs.gate.set)
    assert runs.ended == [ASKED]
    async with running_engine(url, runs.run, executor_id="here"):
        await all_finished()
    assert runs.ended == [ASKED]


async def test_what_hangs_when_it_closes_is_left_to_the_next_process(
    url: str, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_FINISH_WITHIN_SECONDS", 0.05)
    runs.gate.clear()
    async with running_engine(url, runs.run, executor_id="here") as first:
        await first.accept(SAMPLE, ASKED)
        await until(lambda: runs.begun == [ASKED])
    runs.gate.set()
    assert runs.ended == []
    async with running_engine(url, runs.run, executor_id="here"):
        await until(lambda: runs.ended == [ASKED])
        await all_finished()
    assert runs.begun == [ASKED] * 2


async def test_a_request_in_a_pause_does_not_hold_up_the_end_and_waits_only_for_what_is_left(
    sqlite_url: str, file: Path, runs: Runs
) -> None:
    async def run(request: Request, durable: Durable) -> Result:
        await durable.pause(0.5)
        return await runs.run(request, durable)

    async with running_engine(sqlite_url, run) as first:
        await first.accept(SAMPLE, ASKED)
        await until(lambda: database.steps(file, ASKED.id) == ["DBOS.sleep"])
    assert statuses(file) == {ASKED.id: "PENDING"}
    async with running_engine(sqlite_url, run):
        await until(lambda: runs.ended == [ASKED])
        await all_finished()
    assert statuses(file) == {ASKED.id: "SUCCESS"}


async def test_a_finished_request_is_not_run_again_by_the_next_process(url: str, runs: Runs) -> None:
    async with running_engine(url, runs.run, executor_id="here") as first:
        await first.accept(SAMPLE, ASKED)
        await all_finished()
    async with running_engine(url, runs.run, executor_id="here") as second:
        assert await second.accept(SAMPLE, ASKED) == ASKED
        await all_finished()
    assert runs.ended == [ASKED]


async def test_a_pending_request_that_cannot_be_read_does_not_keep_the_next_process_from_starting(
    sqlite_url: str, file: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_FINISH_WITHIN_SECONDS", 0.05)
    runs.gate.clear()
    async with running_engine(sqlite_url, runs.run) as first:
        await first.accept(SAMPLE, ASKED)
        await until(lambda: runs.begun == [ASKED])
    runs.gate.set()
    store_input(file, ASKED.id, "of another format")
    other = asked("other")
    async with running_engine(sqlite_url, runs.run) as second:
        assert await second.accept(SAMPLE, other) == other
        await until(lambda: runs.ended == [other])
        await until(lambda: statuses(file)[other.id] == "SUCCESS")


async def test_what_is_still_written_when_it_closes_is_waited_for(sqlite_url: str) -> None:
    held, written = threading.Event(), threading.Event()

    def write(opened: sa.Engine) -> None:
        with opened.begin() as connection:
            held.set()
            time.sleep(0.3)
            connection.execute(sa.text("CREATE TABLE late (number INTEGER)"))
        written.set()

    async with not_launched(sqlite_url) as (engine, opened):
        await engine.launch()
        writer = asyncio.create_task(asyncio.to_thread(write, opened))
        await asyncio.to_thread(held.wait)
        assert held_connections(opened) == 1
        await engine.close()
        assert written.is_set()
        await writer


async def test_after_it_has_closed_there_are_threads_for_those_who_close_later(sqlite_url: str) -> None:
    async with running_engine(sqlite_url):
        pass
    assert await asyncio.to_thread(lambda: "a thread") == "a thread"


async def test_a_call_of_dbos_while_it_closes_does_not_take_those_threads_away(sqlite_url: str) -> None:
    async def look() -> None:
        while True:
            await DBOS.list_workflows_async(load_input=False, load_output=False)

    async with running_engine(sqlite_url):
        # Each of them makes DBOS's threads the loop's, and the last ones come while DBOS ends those threads.
        looking = [asyncio.create_task(look()) for _ in range(3)]
    assert await asyncio.to_thread(lambda: "a thread") == "a thread"
    await asyncio.wait(looking)
    assert all(each.cancelled() or each.exception() for each in looking)


async def test_two_kinds_of_requests_whose_records_share_a_name_are_refused_at_the_start(sqlite_url: str) -> None:
    async with not_launched(sqlite_url) as (engine, _):
        engine.register(
            [sample_workflow(), replace(sample_workflow(), name="another", recorded=(type("Sample", (), {}),))]
        )
        with pytest.raises(ValueError, match="two recorded dataclasses are called Sample"):
            await engine.launch()
