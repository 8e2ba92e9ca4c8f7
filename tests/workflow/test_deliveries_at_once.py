"""Two deliveries of one form in flight at once: the loser takes nothing away from the winner."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.registry import Outcome
from bot.domain.request import Request
from bot.workflow.durable import Durable
from bot.workflow.executions import Executions
from tests.support.running import all_finished
from tests.workflow.errands import DONE, ERRAND, Errand, asked, running_engine


def test_a_mark_that_another_delivery_made_is_not_this_ones_to_take_away() -> None:
    executions = Executions()
    assert executions.accept("a")
    assert not executions.accept("a")
    with executions.run("a") as execution:
        assert not execution.resumed


def test_what_runs_here_or_is_to_be_resumed_is_not_marked_as_new() -> None:
    executions = Executions()
    with executions.run("a"):
        assert not executions.accept("a")
    executions.interrupted("b")
    assert not executions.accept("b")
    for request_id in ("a", "b"):
        with executions.run(request_id) as execution:
            assert execution.resumed


class Runs:
    def __init__(self) -> None:
        self.resumed: list[bool] = []

    async def run(self, _request: Request, durable: Durable) -> Outcome:
        self.resumed.append(durable.resumed)
        return DONE


@pytest.mark.parametrize("times", [2, 5])
async def test_of_many_deliveries_at_once_one_runs_and_it_is_the_first_of_all(url: str, times: int) -> None:
    runs = Runs()
    async with running_engine(url, runs.run) as engine:
        first = asked("shop")
        deliveries = [replace(first, reference=f"R-{number}") for number in range(times)]
        stored = await asyncio.gather(*(engine.accept(ERRAND, each) for each in deliveries))
        await all_finished()
        assert engine._admission._turns == {}
    assert runs.resumed == [False]
    assert stored == [deliveries[0]] * times


async def test_a_delivery_with_another_name_frees_that_name_and_not_the_winners(url: str) -> None:
    gate = asyncio.Event()

    async def run(_request: Request, _durable: Durable) -> Outcome:
        await gate.wait()
        return DONE

    async with running_engine(url, run) as engine:
        winner = asked("shop")
        loser = replace(winner, payload=Errand(name="other"))
        assert await asyncio.gather(engine.accept(ERRAND, winner), engine.accept(ERRAND, loser)) == [winner, winner]
        another = asked("other", request_id="T1-another")
        assert await engine.accept(ERRAND, another) == another
        gate.set()
        await all_finished()
