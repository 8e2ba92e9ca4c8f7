"""Reading the names of 10,000 registries in the background, and what a submission costs meanwhile."""

import time
from functools import partial

from benchmarks.contestants import Contestant, Outside, bot, outside
from benchmarks.figures import Promise, Row, Samples, Section, Values, alternate, quantile
from benchmarks.plan import Plan
from benchmarks.world import Measured

TITLE = "The index of 10,000 names"
REGISTRIES = 10_000
_SUBMISSIONS = 20  # about as many as are answered while the names are read
_FRESH_SECONDS = 5.5  # the bot reads the names once in five seconds at most
_AS_QUICK = Promise(of="difference", at_most=1)
_AT_REST, _MEANWHILE = "nothing read", "while they are read"


def run(plan: Plan) -> Section:
    """One bot: a command has it read the names, and forms are submitted while it does."""
    with outside(plan, registries=REGISTRIES) as world, bot(plan, world) as contestant:
        world.run("submission", contestant, requests=50, at_once=5, until="end")
        measure = {
            _AT_REST: partial(_submissions, world, contestant),
            _MEANWHILE: partial(_meanwhile, world, contestant),
        }
        samples = alternate(measure, rounds=plan.pick(quick=2, full=9))
    return Section(
        title=TITLE,
        rows=_rows(samples),
        notes=["Read: from the first page that CodeArts is asked for to the last, of 100 rows each.", *world.refusals],
    )


def _submissions(world: Outside, to: Contestant) -> Values:
    return _answers(world.run("submission", to, requests=_SUBMISSIONS, until="end"))


def _meanwhile(world: Outside, to: Contestant) -> Values:
    time.sleep(_FRESH_SECONDS)
    world.run("command", to, requests=1, until="end")
    submitted = world.run("submission", to, requests=_SUBMISSIONS, until="end")
    time.sleep(_FRESH_SECONDS)
    later = world.run("submission", to, requests=1, until="end")
    return {**_answers(submitted), "names read in": max(submitted.refreshes + later.refreshes, default=float("inf"))}


def _answers(measured: Measured) -> Values:
    return {"submission p50": quantile(measured.answers, 0.5), "submission p90": quantile(measured.answers, 0.9)}


def _rows(samples: Samples) -> list[Row]:
    return [
        samples.row("names read in", "ms", _MEANWHILE, None, Promise(of="value", at_most=5000)),
        samples.row("submission p50", "ms", _MEANWHILE, _AT_REST, _AS_QUICK),
        samples.row("submission p90", "ms", _MEANWHILE, _AT_REST),
    ]
