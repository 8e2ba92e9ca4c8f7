"""Work that continues after the answer."""

import asyncio
import logging

import pytest

from bot.slack.inbound.background import Background


async def test_draining_waits_for_work_in_progress() -> None:
    background, go_on, done = Background(), asyncio.Event(), []

    async def work(number: int) -> None:
        await go_on.wait()
        done.append(number)

    for number in range(3):
        background.run(work(number))
    draining = asyncio.create_task(background.drain(60))
    await asyncio.sleep(0)
    assert not draining.done()
    go_on.set()
    await draining
    assert sorted(done) == [0, 1, 2]


async def test_draining_does_not_wait_longer_than_it_is_told() -> None:
    background, ended = Background(), asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    background.run(endless())
    async with asyncio.timeout(60):
        await background.drain(0.01)
    assert not ended.is_set()
    for task in background._tasks:
        task.cancel()
    await background.drain(60)
    assert ended.is_set()


async def test_draining_nothing_is_over_at_once() -> None:
    await Background().drain(60)


async def test_a_failure_is_logged_and_stops_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    background, done = Background(), asyncio.Event()

    async def fail() -> None:
        raise RuntimeError("the kitchen burns")

    async def succeed() -> None:
        done.set()

    background.run(fail())
    background.run(succeed())
    await background.drain(60)
    assert done.is_set()
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("bot.slack.inbound.background", logging.ERROR)
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == "the kitchen burns"


async def test_work_that_was_cancelled_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    background = Background()

    async def cancelled() -> None:
        raise asyncio.CancelledError

    background.run(cancelled())
    await background.drain(60)
    await asyncio.sleep(0)
    assert caplog.records == []
    assert not background._tasks
