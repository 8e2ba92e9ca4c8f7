"""A burst: only some requests are in progress at a time, the others wait in the order they came, up to a limit."""

import asyncio
from collections.abc import Iterable

import pytest

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.errors import TooManyAtOnce
from bot.workflow import executions
from bot.workflow.durable import Durable, Phase
from bot.workflow.turns import Turns
from tests.support.running import all_finished
from tests.support.waiting import until
from tests.workflow.sample_workflow import DONE, SAMPLE, asked, running_engine

AT_ONCE = 2


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executions, "_BEGUN_AT_ONCE", AT_ONCE)


class Steps:
    """Runs that note when they begin, and wait where they are told to until they may continue."""

    def __init__(self, where: str = "working") -> None:
        self.begun: list[str] = []
        self.may_end = asyncio.Event()
        self._where = where

    async def run(self, request: Request, durable: Durable) -> Result:
        self.begun.append(request.payload.name)
        if self._where == "attending":
            await durable.attend(self._wait())
        elif self._where == "pausing":
            await durable.pause(60)
        else:
            durable.enter(Phase(self._where))
            await self._wait()
        return DONE

    async def _wait(self) -> None:
        await self.may_end.wait()


def requests(numbers: Iterable[int]) -> list[Request]:
    return [asked(f"shop-{number}") for number in numbers]


async def test_of_many_only_so_many_are_in_progress_and_the_oldest_is_next(url: str) -> None:
    steps = Steps()
    async with running_engine(url, steps.run) as here:
        for each in requests(range(6)):
            await here.accept(SAMPLE, each)
        await until(lambda: len(steps.begun) == AT_ONCE)
        await asyncio.sleep(0.05)
        assert steps.begun == ["shop-0", "shop-1"]
        assert here.executions.phase_of("T1-shop-5") is Phase.ACCEPTED
        steps.may_end.set()
        await all_finished()
    assert steps.begun == [f"shop-{number}" for number in range(6)]


@pytest.mark.parametrize("where", ["telling", "pausing", "attending"])
async def test_what_waits_for_a_time_for_people_or_to_be_told_keeps_nobody_waiting(url: str, where: str) -> None:
    steps = Steps(where)
    async with running_engine(url, steps.run) as here:
        for each in requests(range(5)):
            await here.accept(SAMPLE, each)
        await until(lambda: len(steps.begun) == 5)
        steps.may_end.set()


async def test_what_has_not_begun_does_not_delay_the_end_and_is_resumed_by_the_next_process(url: str) -> None:
    first, second = Steps("pausing"), Steps()
    second.may_end.set()
    async with running_engine(url, first.run, executor_id="a") as here:
        here.executions._room = Turns(0)
        for each in requests(range(3)):
            await here.accept(SAMPLE, each)
        assert here.executions.at_rest
    assert first.begun == []
    async with running_engine(url, second.run, executor_id="a"):
        await until(lambda: sorted(second.begun) == ["shop-0", "shop-1", "shop-2"])
        await all_finished()


async def test_when_as_many_as_it_may_hold_are_there_the_next_is_not_stored(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executions, "_HELD_AT_MOST", 3)
    steps = Steps()
    one, two, three, four = requests(range(4))
    async with running_engine(url, steps.run) as here:
        for each in (one, two, three):
            await here.accept(SAMPLE, each)
        await until(lambda: here.executions.full)
        with pytest.raises(TooManyAtOnce):
            await here.accept(SAMPLE, four)
        assert await here.find(four.id) is None
        # Slack delivers again what is accepted already.
        assert await here.accept(SAMPLE, three) == three
        steps.may_end.set()
        await all_finished()
        assert await here.accept(SAMPLE, four) == four
        await all_finished()
    assert steps.begun == ["shop-0", "shop-1", "shop-2", "shop-3"]


async def test_a_form_that_was_accepted_and_done_before_the_burst_is_no_new_one(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executions, "_HELD_AT_MOST", 2)
    steps = Steps()
    early, *burst = requests(range(3))
    async with running_engine(url, steps.run) as here:
        steps.may_end.set()
        await here.accept(SAMPLE, early)
        await all_finished()
        steps.may_end.clear()
        for each in burst:
            await here.accept(SAMPLE, each)
        await until(lambda: here.executions.full)
        assert await here.accept(SAMPLE, early) == early
        steps.may_end.set()
        await all_finished()


async def test_those_that_wait_for_people_do_not_fill_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executions, "_HELD_AT_MOST", 2)
    steps = Steps("attending")
    async with running_engine(url, steps.run) as here:
        for each in requests(range(5)):
            await here.accept(SAMPLE, each)
            await until(lambda: steps.begun[-1:] == [each.payload.name])  # noqa: B023  awaited within the round
            await until(lambda: not here.executions.full)
        steps.may_end.set()
        await all_finished()
    assert len(steps.begun) == 5
