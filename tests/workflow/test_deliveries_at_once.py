"""Two deliveries of one form in flight at once: the loser takes nothing away from the winner."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.workflow import supervisor
from bot.workflow.durable import Durable
from bot.workflow.executions import Executions
from tests.support.running import all_finished
from tests.support.waiting import until
from tests.workflow.sample_workflow import DONE, SAMPLE, Sample, asked, running_engine


async def test_a_delivery_that_loses_takes_nothing_away_from_the_run_of_the_winner() -> None:
    executions = Executions()
    begin = asyncio.Event()

    async def run_of_the_winner() -> bool:
        await begin.wait()
        with executions.run("a") as execution:
            return execution.resumed

    async def lose() -> None:
        with executions.first_run("a"):
            await asyncio.sleep(0)

    with executions.first_run("a"):
        winner = asyncio.create_task(run_of_the_winner())
    await lose()
    begin.set()
    assert not await winner


async def test_what_is_to_be_resumed_is_not_new_because_it_is_delivered_again(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_RESUME_AFTER_SECONDS", (0.3,))
    resumed: list[bool] = []

    async def run(_request: Request, durable: Durable) -> Result:
        resumed.append(durable.resumed)
        if len(resumed) == 1:
            raise RuntimeError("nobody foresaw this")
        return DONE

    async with running_engine(url, run) as engine:
        first = asked("shop")
        assert await engine.accept(SAMPLE, first) == first
        await until(lambda: first.id in engine.executions._to_resume)
        assert await engine.accept(SAMPLE, replace(first, reference="R-AGAIN")) == first
        assert len(resumed) == 1
        await until(lambda: len(resumed) == 2)
        await all_finished()
    assert resumed == [False, True]


class Runs:
    def __init__(self) -> None:
        self.resumed: list[bool] = []

    async def run(self, _request: Request, durable: Durable) -> Result:
        self.resumed.append(durable.resumed)
        return DONE


@pytest.mark.parametrize("times", [2, 5])
async def test_of_many_deliveries_at_once_one_runs_and_it_is_the_first_of_all(url: str, times: int) -> None:
    runs = Runs()
    async with running_engine(url, runs.run) as engine:
        first = asked("shop")
        deliveries = [replace(first, reference=f"R-{number}") for number in range(times)]
        stored = await asyncio.gather(*(engine.accept(SAMPLE, each) for each in deliveries))
        await all_finished()
        assert engine._admission._turns == {}
    assert runs.resumed == [False]
    assert stored == [deliveries[0]] * times


async def test_a_delivery_with_another_name_frees_that_name_and_not_the_winners(url: str) -> None:
    gate = asyncio.Event()

    async def run(_request: Request, _durable: Durable) -> Result:
        await gate.wait()
        return DONE

    async with running_engine(url, run) as engine:
        winner = asked("shop")
        loser = replace(winner, payload=Sample(name="other"))
        first, second = await asyncio.gather(engine.accept(SAMPLE, winner), engine.accept(SAMPLE, loser))
        assert (first, second) == (winner, winner)
        another = asked("other", request_id="T1-another")
        assert await engine.accept(SAMPLE, another) == another
        gate.set()
        await all_finished()
