"""Requests are taken in once for each id, and a name belongs to one request until its outcome is known."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOS

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.errors import AlreadyUnderWay, NotSaved
from bot.playground.slack import company
from bot.workflow import engine
from bot.workflow.claims import ClaimTable
from bot.workflow.durable import Durable, Phase
from tests.support.running import all_finished
from tests.support.waiting import until
from tests.workflow.sample_workflow import DONE, SAMPLE, Sample, asked, claim, running_engine

ANAS = asked("shop", request_id="T1-V1")
BENS = asked("shop", request_id="T1-V2", requester=company.BEN)


class HeldRun:
    """A run that notes itself and waits, in a phase, until it may continue."""

    def __init__(self, phase: Phase = Phase.WORKING) -> None:
        self.phase = phase
        self.runs: list[Request] = []
        self.resumed: list[bool] = []
        self.open = asyncio.Event()

    async def run(self, request: Request, durable: Durable) -> Result:
        self.runs.append(request)
        self.resumed.append(durable.resumed)
        for phase in (Phase.WORKING, Phase.TELLING):
            durable.enter(phase)
            if phase is self.phase:
                await self.open.wait()
        return DONE


@pytest.fixture(autouse=True)
def nobody_waits_for_what_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_FINISH_WITHIN_SECONDS", 0.05)


@pytest.fixture
def gate() -> HeldRun:
    return HeldRun()


# ---- once for each id ----


async def test_a_request_sent_many_times_at_once_runs_once_and_each_gets_it_back(url: str, gate: HeldRun) -> None:
    gate.open.set()
    async with running_engine(url, gate.run) as here:
        assert await asyncio.gather(*(here.accept(SAMPLE, ANAS) for _ in range(5))) == [ANAS] * 5
        await all_finished()
    assert (gate.runs, gate.resumed) == ([ANAS], [False])


async def test_a_request_sent_again_after_it_is_done_is_not_run_again(url: str, gate: HeldRun) -> None:
    gate.open.set()
    async with running_engine(url, gate.run) as here:
        await here.accept(SAMPLE, ANAS)
        await all_finished()
        assert await here.accept(SAMPLE, replace(ANAS, accepted_at=ANAS.accepted_at + 60)) == ANAS
        await all_finished()
    assert gate.runs == [ANAS]


async def test_other_words_under_a_known_id_get_the_stored_ones_back_and_hold_no_name(url: str, gate: HeldRun) -> None:
    other = replace(ANAS, payload=Sample(name="other"), reference="R-OTHER")
    async with running_engine(url, gate.run) as here:
        await here.accept(SAMPLE, ANAS)
        assert await here.accept(SAMPLE, other) == ANAS
        assert await here.accept(SAMPLE, replace(BENS, payload=other.payload)) == replace(BENS, payload=other.payload)
        with pytest.raises(AlreadyUnderWay):
            await here.accept(SAMPLE, BENS)
        gate.open.set()
        await all_finished()
    assert [request.payload.name for request in gate.runs] == ["shop", "other"]


# ---- names ----


async def test_a_second_request_for_a_name_that_is_worked_on_hears_whose_the_first_is(url: str, gate: HeldRun) -> None:
    async with running_engine(url, gate.run) as here:
        await here.accept(SAMPLE, ANAS)
        with pytest.raises(AlreadyUnderWay) as told:
            await here.accept(SAMPLE, BENS)
        gate.open.set()
        await all_finished()
    assert (told.value.requester, told.value.requester_name) == (company.ANA, "ana")
    assert gate.runs == [ANAS]


async def test_of_many_who_want_a_name_at_once_exactly_one_gets_it(url: str, gate: HeldRun) -> None:
    wanted = [asked("shop", request_id=f"T1-V{number}") for number in range(8)]
    async with running_engine(url, gate.run) as here:
        results = await asyncio.gather(*(here.accept(SAMPLE, each) for each in wanted), return_exceptions=True)
        gate.open.set()
        await all_finished()
    assert [type(result) for result in results if not isinstance(result, Request)] == [AlreadyUnderWay] * 7
    assert len(gate.runs) == 1


async def test_a_name_is_free_again_as_soon_as_the_outcome_is_known(url: str) -> None:
    gate = HeldRun(Phase.TELLING)
    async with running_engine(url, gate.run) as here:
        await here.accept(SAMPLE, ANAS)
        await until(lambda: gate.runs == [ANAS])
        assert await here.accept(SAMPLE, BENS) == BENS
        await until(lambda: gate.runs == [ANAS, BENS])
        third = replace(ANAS, id="T1-V3")
        assert await here.accept(SAMPLE, third) == third
        gate.open.set()
        await all_finished()


async def test_a_name_is_free_again_when_the_request_has_ended(url: str, gate: HeldRun) -> None:
    gate.open.set()
    async with running_engine(url, gate.run) as here:
        await here.accept(SAMPLE, ANAS)
        await all_finished()
        assert await here.accept(SAMPLE, BENS) == BENS
        await all_finished()


@pytest.mark.parametrize(("phase", "free"), [(Phase.WORKING, False), (Phase.TELLING, True)])
async def test_other_replicas_see_a_name_free_while_telling_pauses_and_not_while_the_work_does(
    postgres_url: str, postgres: sa.Engine, phase: Phase, free: bool
) -> None:
    async def run(_request: Request, durable: Durable) -> Result:
        durable.enter(Phase.WORKING)
        durable.enter(phase)
        await durable.pause(60)
        return DONE

    async with running_engine(postgres_url, run) as here:
        await here.accept(SAMPLE, ANAS)
        await until(lambda: paused(postgres))
        elsewhere = await ClaimTable(postgres).make(claim(BENS, "shop"))
        assert (elsewhere is None) is free


def paused(database: sa.Engine) -> bool:
    with database.connect() as connection:
        steps = sa.text("SELECT count(*) FROM dbos.operation_outputs WHERE function_name = 'DBOS.sleep'")
        return connection.execute(steps).scalar() == 1


async def test_a_name_that_was_worked_on_before_a_restart_is_worked_on_after_it(url: str, gate: HeldRun) -> None:
    async with running_engine(url, gate.run, executor_id="here") as first:
        await first.accept(SAMPLE, ANAS)
        await until(lambda: gate.runs == [ANAS])
    async with running_engine(url, gate.run, executor_id="here") as second:
        with pytest.raises(AlreadyUnderWay):
            await second.accept(SAMPLE, BENS)
        assert await second.accept(SAMPLE, ANAS) == ANAS
        gate.open.set()
        await until(lambda: len(gate.runs) == 2)
        await all_finished()
        assert await second.accept(SAMPLE, BENS) == BENS
        await all_finished()


async def test_requests_that_hold_no_name_run_side_by_side_and_outlive_a_restart(url: str, gate: HeldRun) -> None:
    wanted = [asked(None, request_id=f"T1-V{number}") for number in range(3)]
    async with running_engine(url, gate.run, executor_id="here") as first:
        for each in wanted[:2]:
            assert await first.accept(SAMPLE, each) == each
        await until(lambda: len(gate.runs) == 2)
    async with running_engine(url, gate.run, executor_id="here") as second:
        assert await second.accept(SAMPLE, wanted[2]) == wanted[2]
        assert await second.accept(SAMPLE, wanted[0]) == wanted[0]
        await until(lambda: len(gate.runs) == 5)
        gate.open.set()
        await all_finished()


# ---- interrupted in the middle ----


async def dies(*_arguments: Any, **_keywords: Any) -> None:
    raise RuntimeError("between the claim and the start")


@contextlib.contextmanager
def never_stored() -> Iterator[None]:
    """Every request is claimed, and then the process is interrupted before it is stored."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DBOS, "start_workflow_async", dies)
        yield


async def test_a_request_that_was_claimed_and_not_stored_can_be_sent_again(url: str, gate: HeldRun) -> None:
    gate.open.set()
    async with running_engine(url, gate.run) as here:
        with never_stored(), pytest.raises(NotSaved):
            await here.accept(SAMPLE, ANAS)
        assert await here.accept(SAMPLE, ANAS) == ANAS
        await all_finished()
    assert gate.runs == [ANAS]


async def test_a_claim_just_made_counts_although_its_request_is_not_stored_yet(url: str, gate: HeldRun) -> None:
    async with running_engine(url, gate.run) as here:
        with never_stored(), pytest.raises(NotSaved):
            await here.accept(SAMPLE, asked("shop", request_id="T1-V1"))
        with pytest.raises(AlreadyUnderWay):
            await here.accept(SAMPLE, BENS)


@pytest.mark.parametrize("seconds", [-3600, 3600], ids=["old", "from a clock that is ahead"])
async def test_a_claim_whose_request_was_never_stored_does_not_block_the_name_for_long(
    url: str, gate: HeldRun, seconds: float
) -> None:
    gate.open.set()
    async with running_engine(url, gate.run) as here:
        with never_stored(), pytest.raises(NotSaved):
            await here.accept(SAMPLE, replace(ANAS, accepted_at=ANAS.accepted_at + seconds))
        assert await here.accept(SAMPLE, BENS) == BENS
        await all_finished()


# ---- the log ----


async def test_what_was_accepted_is_logged_once_with_the_requester(
    sqlite_url: str, gate: HeldRun, caplog: pytest.LogCaptureFixture
) -> None:
    gate.open.set()
    with caplog.at_level("INFO", "bot"):
        async with running_engine(sqlite_url, gate.run) as here:
            await here.accept(SAMPLE, ANAS)
            await here.accept(SAMPLE, ANAS)
            await all_finished()
    (line,) = [line for line in caplog.records if line.getMessage().startswith("request accepted")]
    assert (line.getMessage(), line.__dict__["requester"]) == ("request accepted: shop", company.ANA)
