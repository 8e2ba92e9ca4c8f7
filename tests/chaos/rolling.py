"""`python -m tests.chaos.rolling`: two replicas behind a real nginx, one restarted every five seconds. Any loss: exit code 1.

Every other person presses a button that the replica of the moment may not live to answer. Counted are what Slack was not
answered in time, or not with 200, and what was accepted and came to nothing.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bot.playground.slack.records import Delivery
from tests.chaos import databases
from tests.chaos.plan import Plan
from tests.chaos.scene import Scene, scene
from tests.chaos.verdict import Verdict, judge
from tests.support.bot_process import BotProcess, up
from tests.support.nginx import balancing

_REQUESTS_EACH = 2  # the command, and the form
_QUIET_WITHIN = 60.0  # seconds
LEAVES_WITHIN = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolled:
    """What a run came to. `slowest` is the longest that Slack waited for an answer, in milliseconds."""

    verdict: Verdict
    requests: int
    refused: list[Delivery]
    restarts: int
    slowest: float

    def table(self) -> str:
        """The figures, one a line."""
        rows: list[tuple[str, object]] = [
            ("requests", self.requests),
            ("refused", len(self.refused)),
            ("restarts", f"{self.restarts}, SIGTERM and kill -9 in turn"),
            ("accepted", self.verdict.accepted),
            ("lost", self.verdict.count("lost")),
            ("doubled", self.verdict.count("doubled")),
            ("misreported", self.verdict.count("misreported")),
            ("slowest answer", f"{self.slowest:.0f} ms"),
        ]
        return "\n".join(f"{name:<18} {value}" for name, value in rows)


async def roll(folder: Path, *, seconds: float, rate: float, every: float = 5.0) -> Rolled:
    """People come at `rate` requests a second, and a replica is restarted `every` so many seconds."""
    async with _behind_nginx(folder) as here:
        await up(*here.replicas)
        here.crowd.arrive(round(seconds * rate / _REQUESTS_EACH), within=seconds)
        restarts = await _restart_in_turn(here, seconds=seconds, every=every)
        await _quiet(here)
        deliveries = here.slack.deliveries
        return Rolled(
            verdict=judge(here.crowd.asked, here.slack, here.cloud),
            requests=len(deliveries),
            refused=[each for each in deliveries if each.error or each.body],
            restarts=restarts,
            slowest=max(each.milliseconds for each in deliveries),
        )


@contextlib.asynccontextmanager
async def _behind_nginx(folder: Path) -> AsyncIterator[Scene]:
    plan = Plan(kills=0, seed=7, database="postgres", replicas=2, hurried=True, faults=False, outsider=False)
    async with scene(plan, folder) as here, balancing([each.port for each in here.replicas], folder) as address:
        here.crowd.reach(address)
        yield here


async def _restart_in_turn(here: Scene, *, seconds: float, every: float) -> int:
    started, count = time.monotonic(), 0
    while (count + 1) * every < seconds:
        await asyncio.sleep(started + (count + 1) * every - time.monotonic())
        victim = here.replicas[count // 2 % 2]
        await (_replaced if count % 2 == 0 else _killed)(here, victim)
        count += 1
    return count


async def _replaced(here: Scene, victim: BotProcess) -> None:
    here.timeline.note(f"SIGTERM {victim.name}")
    code = await victim.leave(seconds=LEAVES_WITHIN)
    assert code == 0, victim.last_words()
    await up(victim)


async def _killed(here: Scene, victim: BotProcess) -> None:
    await here.kill(victim, "behind nginx")
    await up(victim)


async def _quiet(here: Scene) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_QUIET_WITHIN):
            while here.crowd.waiting or here.unfinished or databases.pending(here.database_url):
                await asyncio.sleep(0.2)
                here.notice_outcomes()


def main() -> int:
    """Run what the command line asks for; 0 when nothing was refused or lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.rolling", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=20, help="requests a second")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rolling-") as folder:
        rolled = asyncio.run(roll(Path(folder), seconds=asked.seconds, rate=asked.rate))
    for each in [*rolled.refused, *rolled.verdict.violations]:
        print(each)
    print(rolled.table())
    return 1 if rolled.refused or rolled.verdict.violations else 0


if __name__ == "__main__":
    sys.exit(main())
