"""How soon it is ready, and what it takes: memory and CPU at rest, and memory after thousands of requests."""

import contextlib
import time
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.contestants import Contestant, Outside, bare_bolt, bot, outside
from benchmarks.figures import Promise, Row, Samples, Section, Values, alternate
from benchmarks.plan import Plan
from tests.support.postgres import fresh_database, why_no_postgres

TITLE = "Start, memory and rest"
AT_ONCE = 32
_SETTLE_SECONDS = 0.5
_SMALL = Promise(of="value", at_most=115)
_STILL, _STILL_ON_POSTGRES = Promise(of="value", at_most=10), Promise(of="value", at_most=15)
_POSTGRES = "bot on PostgreSQL"

Start = Callable[[Plan, Outside], contextlib.AbstractContextManager[Contestant]]


def run(plan: Plan) -> Section:
    """A fresh process each round; in the growth part, one for all of its requests."""
    starts: dict[str, Start] = {"bot": bot, "bolt": bare_bolt}
    warm_up, many = plan.pick(quick=50, full=1000), plan.pick(quick=100, full=10_000)
    missing = why_no_postgres()
    with outside(plan) as world:
        rest = alternate(
            {
                name: partial(_at_rest, plan, world, start)
                for name, start in {**starts, **({} if missing else {_POSTGRES: _on_postgres})}.items()
            },
            rounds=plan.pick(quick=2, full=5),
        )
        growth = alternate(
            {name: partial(_growth, plan, world, start, warm_up, many) for name, start in starts.items()},
            rounds=plan.pick(quick=1, full=2),
        )
    return Section(
        title=TITLE,
        rows=[*_rest_rows(rest, on_postgres=not missing), *_growth_rows(growth, many)],
        notes=[
            "Ready: the bot's /readyz says 200 (database, durable engine and Slack are there); the bare app answers at all.",
            f"Growth: over {many:,} requests after {warm_up:,} for warming up; a request is a command and a submission.",
            *([f"Left out: {missing}."] if missing else []),
            *world.refusals,
        ],
    )


@contextlib.contextmanager
def _on_postgres(plan: Plan, world: Outside) -> Iterator[Contestant]:
    with fresh_database("bench") as url, bot(plan, world, database=url) as contestant:
        yield contestant


def _at_rest(plan: Plan, world: Outside, start: Start) -> Values:
    with start(plan, world) as contestant:
        ready = contestant.child.cpu_seconds()
        time.sleep(_SETTLE_SECONDS)
        seconds, settled = plan.pick(quick=2, full=20), contestant.child.cpu_seconds()
        time.sleep(seconds)
        return {
            "ready": contestant.ready_seconds * 1000,
            "ready, CPU": ready * 1000,
            "memory at rest": contestant.child.memory(),
            "CPU at rest": (contestant.child.cpu_seconds() - settled) / seconds * 1000,
        }


def _growth(plan: Plan, world: Outside, start: Start, warm_up: int, many: int) -> Values:
    with start(plan, world) as contestant:
        _requests(world, contestant, warm_up)
        before = contestant.child.memory()
        _requests(world, contestant, many)
        after = contestant.child.memory()
    return {
        "memory after warm-up": before,
        "memory after all": after,
        "growth by 1,000": (after - before) / many * 1000,
        "growth by 10,000": (after - before) / many * 10_000,
    }


def _requests(world: Outside, contestant: Contestant, number: int) -> None:
    # In portions: signatures are made before the first is sent and are good for five minutes.
    for begun in range(0, number, 1000):
        portion = min(1000, number - begun)
        world.run("command", contestant, requests=portion, at_once=AT_ONCE)
        stores = contestant.name == "bot"
        world.run(
            "submission",
            contestant,
            requests=portion,
            at_once=AT_ONCE,
            until="end" if stores else "answer",
            drained=stores,
        )
    time.sleep(_SETTLE_SECONDS)


def _rest_rows(samples: Samples, *, on_postgres: bool) -> list[Row]:
    return [
        samples.row("ready", "ms", "bot", "bolt"),
        samples.row("ready, CPU", "ms", "bot", "bolt"),
        samples.row("memory at rest", "MB", "bot", "bolt", _SMALL),
        samples.row("CPU at rest", "ms/s", "bot", "bolt", _STILL),
        *([samples.row("CPU at rest", "ms/s", _POSTGRES, "bolt", _STILL_ON_POSTGRES)] if on_postgres else []),
    ]


def _growth_rows(samples: Samples, many: int) -> list[Row]:
    # Over few requests the allocator's steps would be multiplied, so the promise is for the full run.
    small = Promise(of="value", at_most=1.0) if many >= 10_000 else None
    return [
        samples.row("memory after warm-up", "MB", "bot", "bolt"),
        samples.row("memory after all", "MB", "bot", "bolt"),
        samples.row("growth by 1,000", "MB", "bot", "bolt"),
        samples.row("growth by 10,000", "MB", "bot", "bolt", small),
    ]
