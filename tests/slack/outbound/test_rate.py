"""The queue for a channel, in simulated time: seconds pass only while everybody waits."""

import asyncio
import heapq
import itertools
from collections.abc import Coroutine
from typing import Any

from bot.slack.outbound.rate import RateLimiter


class Time:
    """A clock and a sleep that belong together."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._numbers = itertools.count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        event = asyncio.Event()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), event))
        await event.wait()

    async def run(self, *work: Coroutine[Any, Any, Any]) -> None:
        """Run all of it to its end."""
        tasks = [asyncio.create_task(each) for each in work]
        while True:
            for _ in range(3):
                await asyncio.sleep(0)
            if all(task.done() for task in tasks):
                break
            self.now, _, event = heapq.heappop(self._sleepers)
            event.set()
        await asyncio.gather(*tasks)


def simulated() -> tuple[Time, RateLimiter]:
    clock = Time()
    return clock, RateLimiter(clock=clock, sleep=clock.sleep)


async def test_nobody_waits_while_slack_has_not_complained() -> None:
    clock, limiter = simulated()
    assert limiter.delay("C1") == 0
    await clock.run(*(limiter.wait("C1") for _ in range(100)))
    assert clock.now == 0


async def test_after_a_429_calls_go_one_a_second_in_the_order_they_came() -> None:
    clock, limiter = simulated()
    passed: list[tuple[int, float]] = []

    async def post(number: int) -> None:
        await limiter.wait("C1")
        passed.append((number, clock.now))

    limiter.back_off("C1", 1)
    await clock.run(*(post(number) for number in range(4)))
    assert passed == [(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)]


async def test_a_call_after_a_429_waits_as_long_as_slack_asked() -> None:
    clock, limiter = simulated()
    limiter.back_off("C1", 30)
    assert limiter.delay("C1") == 30
    await clock.run(limiter.wait("C1"))
    assert clock.now == 30


async def test_a_429_that_asks_for_no_time_still_slows_down() -> None:
    clock, limiter = simulated()
    limiter.back_off("C1", 0)
    await clock.run(limiter.wait("C1"))
    assert clock.now == 1


async def test_a_shorter_429_does_not_shorten_a_longer_one() -> None:
    _, limiter = simulated()
    limiter.back_off("C1", 30)
    limiter.back_off("C1", 1)
    assert limiter.delay("C1") == 30


async def test_one_channel_does_not_wait_for_another() -> None:
    clock, limiter = simulated()
    limiter.back_off("C1", 60)
    assert limiter.delay("C2") == 0
    await clock.run(limiter.wait("C2"))
    assert clock.now == 0


async def test_once_the_queue_is_empty_nobody_waits_any_more() -> None:
    clock, limiter = simulated()
    limiter.back_off("C1", 1)
    await clock.run(limiter.wait("C1"), limiter.wait("C1"))
    clock.now = 10
    await clock.run(*(limiter.wait("C1") for _ in range(10)))
    assert clock.now == 10


async def test_two_hundred_get_through_a_channel_of_one_a_second_with_few_refusals() -> None:
    clock, limiter = simulated()
    refusals, passed, free_at = 0, 0, 0.0

    async def post() -> None:
        nonlocal refusals, passed, free_at
        while True:
            await limiter.wait("C1")
            await asyncio.sleep(0)  # the call is on its way
            if clock.now >= free_at:
                free_at, passed = clock.now + 1, passed + 1
                return
            refusals += 1
            limiter.back_off("C1", 1)

    await clock.run(*(post() for _ in range(200)))
    assert passed == 200
    # All at once they met a channel that had not complained yet; from then on they came in turn.
    assert refusals == 199
    assert clock.now <= 201
