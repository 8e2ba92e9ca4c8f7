"""What it costs that work has piled up: finished requests in the database, and requests that wait for CodeArts."""

import contextlib
from collections.abc import Callable
from functools import partial

from benchmarks.contestants import Contestant, Outside, bot, bot_with_past, outside
from benchmarks.figures import Promise, Row, Samples, Section, Values, alternate, quantile
from benchmarks.plan import Plan
from benchmarks.world import Until
from tests.support.postgres import why_no_postgres

TITLE = "As work grows"
_PAUSE_SECONDS = 0.05  # so that no request meets what the one before it left behind
_AS_QUICK = Promise(at_most=1.2)


def run(plan: Plan) -> Section:
    """All bots of a part are up at once, each on its own database, and are asked in turn."""
    missing = why_no_postgres()
    kinds = ["SQLite"] if plan.quick or missing else ["SQLite", "PostgreSQL"]
    rows: list[Row] = []
    with outside(plan) as world:
        for kind in kinds:
            rows += _finished(plan, world, kind)
        rows += _waiting(plan, world)
    return Section(
        title=TITLE,
        rows=rows,
        notes=[
            "Finished requests are copies of a real one in the tables of DBOS and of the ledger (and claims, on PostgreSQL).",
            *world.refusals,
            "Waiting requests are creations that CodeArts never answers; the requests measured join them.",
        ],
    )


def _finished(plan: Plan, world: Outside, kind: str) -> list[Row]:
    with contextlib.ExitStack() as stack:
        bots = {
            f"{kind}, {level:,} finished": stack.enter_context(bot_with_past(plan, world, kind, finished=level))
            for level in plan.levels(quick=(0, 100_000), full=(0, 1_000, 100_000))
        }
        samples = _alternate(plan, world, bots, until="end")
    empty, *grown = bots
    figures = ("answer p50", "answer p99", "final message p50", "CPU of a request")
    rows = [
        samples.row(figure, "ms", name, empty, _AS_QUICK if figure == "answer p50" else None)
        for figure in figures
        for name in grown
    ]
    ready = Samples()
    for name, each in bots.items():
        ready.add(name, {"ready": each.ready_seconds * 1000})
    return [*rows, *(ready.row("ready", "ms", name, empty) for name in grown)]


def _waiting(plan: Plan, world: Outside) -> list[Row]:
    levels = plan.levels(quick=(0, 300), full=(0, 100, 1_000))
    with contextlib.ExitStack() as stack:
        bots = {
            f"{level:,} waiting": stack.enter_context(bot(plan, world, name=str(level), CODEARTS_READ_TIMEOUT="3600"))
            for level in levels
        }
        for level, each in zip(levels, bots.values(), strict=True):
            world.run("submission", each, requests=40, at_once=8)
            if level:
                world.run("slow submission", each, requests=level, at_once=8, drained=False)
        samples = _alternate(plan, world, bots, until="answer")
        memory = Samples()
        for name, each in bots.items():
            memory.add(name, {"memory": each.child.memory()})
    empty, *grown = bots
    rows = [samples.row(figure, "ms", name, empty) for figure in ("answer p50", "answer p99") for name in grown]
    return [*rows, *(memory.row("memory", "MB", name, empty) for name in grown)]


def _alternate(plan: Plan, world: Outside, bots: dict[str, Contestant], *, until: Until) -> Samples:
    for each in bots.values():
        world.run("submission", each, requests=10, drained=until == "end")
    measure: dict[str, Callable[[], Values]] = {
        name: partial(_round, plan, world, each, until) for name, each in bots.items()
    }
    return alternate(measure, rounds=plan.pick(quick=3, full=9))


def _round(plan: Plan, world: Outside, to: Contestant, until: Until) -> Values:
    number, pause = plan.pick(quick=30, full=100), _PAUSE_SECONDS if until == "answer" else 0.0
    cpu = to.child.cpu_seconds()
    measured = world.run("submission", to, requests=number, until=until, drained=until == "end", pause=pause)
    values = {"answer p50": quantile(measured.answers, 0.5), "answer p99": quantile(measured.answers, 0.99)}
    if measured.ends:
        values["final message p50"] = quantile(measured.ends, 0.5)
        values["CPU of a request"] = (to.child.cpu_seconds() - cpu) / number * 1000
    return values
