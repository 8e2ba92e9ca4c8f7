"""Two processes on one PostgreSQL: what a dead one left behind is finished by the other."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.faults import Fault
from tests.chaos import databases
from tests.chaos.plan import Plan
from tests.chaos.run import run
from tests.chaos.scene import Scene, scene
from tests.chaos.verdict import judge
from tests.support.people import words

pytestmark = [pytest.mark.timeout(240), pytest.mark.usefixtures("postgres")]

_TAKEOVER_SECONDS = 15.0


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Scene]:
    """Both run; every delivery goes to a random one of those alive."""
    async with scene(Plan(kills=0, seed=5, database="postgres", replicas=2), tmp_path) as here:
        for replica in here.replicas:
            await replica.start()
            await replica.listening()
        yield here


async def test_a_dead_replicas_requests_are_finished_by_the_other_within_15_seconds(two: Scene) -> None:
    await _proven(two)
    # Each create call has arrived when the kill comes, and its answer is lost with the process.
    two.cloud.faults.add("create", Fault.slow(1.5), times=None)
    victim, other = two.replicas
    two.behind_balancer.remove(other)
    two.crowd.arrive(20, within=0.2)
    await two.timeline.until(lambda: _arrived(two) == 21 and not two.crowd.waiting, seconds=20)
    assert await two.kill(victim, "and it stays dead") > 0
    killed_at = time.monotonic()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_TAKEOVER_SECONDS):
            while two.unfinished:
                await asyncio.sleep(0.05)
                two.notice_outcomes()
    took = time.monotonic() - killed_at
    print(f"{len(two.crowd.asked)} requests finished by the other {took:.1f} s after the kill")
    other.check()
    assert not two.unfinished, f"{len(two.unfinished)} of 20 were not finished in {took:.1f} s\n{other.last_words()}"
    assert not judge(two.crowd.asked, two.slack, two.cloud).violations


async def test_a_replica_that_leaves_on_sigterm_hands_its_work_over_and_is_gone_within_10_seconds(two: Scene) -> None:
    await _proven(two)
    two.cloud.faults.add("create", Fault.slow(1.0), times=None)
    leaving, other = two.replicas
    two.crowd.arrive(20, within=0.2)
    await two.timeline.until(lambda: _arrived(two) >= 11, seconds=20)
    assert await leaving.leave(seconds=10) == 0, leaving.last_words()
    async with asyncio.timeout(_TAKEOVER_SECONDS):
        while two.crowd.waiting or two.unfinished or databases.pending(two.database_url):
            await asyncio.sleep(0.05)
            two.notice_outcomes()
    other.check()
    assert not judge(two.crowd.asked, two.slack, two.cloud).violations


async def test_replicas_that_die_in_turn_lose_double_and_misreport_nothing(tmp_path: Path) -> None:
    result = await run(Plan(kills=4, seed=6, database="postgres", replicas=2, hurried=True), tmp_path)
    assert not result.verdict.violations, "\n\n".join([*result.details, result.table()])
    assert result.verdict.accepted > 30, result.table()


async def _proven(here: Scene) -> None:
    """One registry was created and showed in the list, so that what appears later can be told from somebody else's."""
    here.crowd.arrive(1, within=0)
    await here.timeline.until(lambda: _looked_at(here), seconds=20)
    here.notice_outcomes()


def _looked_at(here: Scene) -> bool:
    messages = [words(each) for channel in here.slack.channels for each in here.slack.messages(channel)]
    return any("Address: " in each for each in messages)


def _arrived(here: Scene) -> int:
    return sum(call.operation == "create" for call in here.cloud.calls)
