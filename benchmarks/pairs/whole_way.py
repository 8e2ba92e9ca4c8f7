"""From the submission to the final message, and how many requests a second can be kept up, on each database."""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial

from benchmarks.contestants import Contestant, Outside, bot, outside, straight
from benchmarks.figures import Promise, Row, Samples, Section, Values, alternate, quantile
from benchmarks.plan import Plan
from tests.support.postgres import fresh_database, why_no_postgres

TITLE = "From submission to final message (remote latencies zero)"
IN_FLIGHT = 32
_SQLITE, _POSTGRES, _TWO, _FLOOR = "SQLite", "PostgreSQL", "PostgreSQL ×2", "floor"
_ABOVE_THE_FLOOR = Promise(of="difference", at_most=40)


def run(plan: Plan) -> Section:
    """Two processes share one database of their own."""
    missing = why_no_postgres()
    with contextlib.ExitStack() as stack:
        world = stack.enter_context(outside(plan))
        teams = {_SQLITE: [stack.enter_context(bot(plan, world, name=_SQLITE))]}
        if missing is None:
            for name, size in ((_POSTGRES, 1), (_TWO, 2)):
                url = stack.enter_context(fresh_database("bench"))
                teams[name] = [stack.enter_context(bot(plan, world, name=name, database=url)) for _ in range(size)]
        teams[_FLOOR] = [stack.enter_context(straight(plan, world))]
        for team in teams.values():
            world.run("submission", *team, requests=60, at_once=8, until="end")
        measure: dict[str, Callable[[], Values]] = {
            name: partial(_round, plan, world, team) for name, team in teams.items()
        }
        samples = alternate(measure, rounds=plan.pick(quick=2, full=5))
    notes = [
        "In flight: 32 people send the next form when they read the outcome of the last. CPU: all of the bot's processes.",
        "The floor loses what it has accepted when it is killed; the bot does not.",
    ]
    return Section(
        title=TITLE, rows=_rows(samples, missing), notes=[*notes, *world.refusals, *([missing] if missing else [])]
    )


def _round(plan: Plan, world: Outside, team: Sequence[Contestant]) -> Values:
    few, many = plan.pick(quick=30, full=200), plan.pick(quick=96, full=800)
    alone = world.run("submission", *team[:1], requests=few, until="end")
    cpu = sum(each.child.cpu_seconds() for each in team)
    kept_up = world.run("submission", *team, requests=many, at_once=IN_FLIGHT, until="end")
    cpu = sum(each.child.cpu_seconds() for each in team) - cpu
    return {
        "p50": quantile(alone.ends, 0.5),
        "p99": quantile(alone.ends, 0.99),
        "kept up": many / kept_up.drained_seconds,
        "p50, 32 in flight": quantile(kept_up.ends, 0.5),
        "CPU of a request": cpu / many * 1000,
    }


def _rows(samples: Samples, missing: str | None) -> list[Row]:
    least = {_SQLITE: 100, _POSTGRES: 60}
    cheap = {_SQLITE: Promise(of="value", at_most=9)}
    rows = []
    for name in (_SQLITE,) if missing else (_SQLITE, _POSTGRES):
        kept_up = Promise(of="value", at_least=least[name])
        rows += [
            samples.row("p50", "ms", name, _FLOOR, _ABOVE_THE_FLOOR),
            samples.row("p99", "ms", name, _FLOOR),
            samples.row("kept up", "/s", name, _FLOOR, kept_up),
            samples.row("p50, 32 in flight", "ms", name, _FLOOR),
            samples.row("CPU of a request", "ms", name, _FLOOR, cheap.get(name)),
        ]
    if not missing:
        rows += [
            samples.row("kept up", "/s", _TWO, _POSTGRES, Promise(at_least=1.3)),
            samples.row("CPU of a request", "ms", _TWO, _POSTGRES),
        ]
    return rows
