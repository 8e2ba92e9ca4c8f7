"""The oldest is served first, each turn is passed on, and none gets lost when somebody stops waiting."""

import asyncio

import pytest

from bot.workflow.turns import Turns


async def hold(turns: Turns, age: int, order: list[int], go_on: asyncio.Event) -> None:
    async with turns.turn(age):
        order.append(age)
        await go_on.wait()


async def test_the_oldest_that_waits_is_next() -> None:
    turns, go_on = Turns(1), asyncio.Event()
    order: list[int] = []
    tasks = [asyncio.create_task(hold(turns, age, order, go_on)) for age in (5, 9, 2, 7, 2)]
    await asyncio.sleep(0)
    assert order == [5]
    go_on.set()
    await asyncio.gather(*tasks)
    assert order == [5, 2, 2, 7, 9]


async def test_so_many_hold_it_at_once() -> None:
    turns, go_on = Turns(2), asyncio.Event()
    order: list[int] = []
    tasks = [asyncio.create_task(hold(turns, age, order, go_on)) for age in (1, 2, 3)]
    await asyncio.sleep(0)
    assert order == [1, 2]
    go_on.set()
    await asyncio.gather(*tasks)


async def test_who_stops_waiting_takes_no_turn_along_not_even_one_just_given() -> None:
    turns, go_on = Turns(1), asyncio.Event()
    order: list[int] = []
    await turns.acquire(0)
    waits, given, last = (asyncio.create_task(hold(turns, age, order, go_on)) for age in (1, 2, 3))
    await asyncio.sleep(0)
    waits.cancel()
    turns.release()
    await asyncio.sleep(0)  # `waits` is gone, `given` has been given the turn or has it
    given.cancel()
    go_on.set()
    await last
    assert order[-1] == 3
    for gone in (waits, given):
        with pytest.raises(asyncio.CancelledError):
            await gone
    async with asyncio.timeout(1), turns.turn(4):
        pass
