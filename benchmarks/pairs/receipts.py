"""Questions about receipts, and a submission, where the ledger has two hundred requests or a hundred thousand."""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.contestants import Contestant, Outside, bot_with_past, outside
from benchmarks.figures import Promise, Row, Samples, Section, Values, alternate, quantile
from benchmarks.plan import Plan
from benchmarks.slack_requests import Kind
from benchmarks.stand_ins import FILLED_LEAST
from benchmarks.world import Until
from tests.support.postgres import why_no_postgres

TITLE = "Receipts of 100,000 requests"
_SOON = Promise(of="value", at_most=50)
_AS_QUICK = Promise(of="difference", at_most=1)
_PAUSE_SECONDS = 0.05  # as in `growing_work`
_QUESTIONS: tuple[Kind, ...] = ("status", "list", "home")


def run(plan: Plan) -> Section:
    """Both bots of a database are up at once, and are asked in turn."""
    missing = why_no_postgres()
    kinds = ["SQLite"] if plan.quick or missing else ["SQLite", "PostgreSQL"]
    rows: list[Row] = []
    with outside(plan) as world:
        for kind in kinds:
            rows += _of(plan, world, kind)
    return Section(
        title=TITLE,
        rows=rows,
        notes=[
            "status: by name, until the answer. list: the first page. Home: from opening it until Slack has it.",
            "A tenth of the requests are those of whoever looks; half are from public channels.",
            *world.refusals,
            *([missing] if missing else []),
        ],
    )


def _of(plan: Plan, world: Outside, kind: str) -> list[Row]:
    with contextlib.ExitStack() as stack:
        few, many = (
            stack.enter_context(bot_with_past(plan, world, kind, finished=level))
            for level in (2 * FILLED_LEAST, 100_000)
        )
        for each in (few, many):
            for question in _QUESTIONS:
                world.run(question, each, requests=10, until=_until(question), drained=question == "home")
        measure: dict[str, Callable[[], Values]] = {
            each.name: partial(_round, plan, world, each) for each in (few, many)
        }
        samples = alternate(measure, rounds=plan.pick(quick=2, full=5))
    return [*_rows(samples, many.name, few.name)]


def _round(plan: Plan, world: Outside, to: Contestant) -> Values:
    number = plan.pick(quick=60, full=300)
    values: dict[str, float] = {}
    for question in _QUESTIONS:
        at_home = question == "home"
        measured = world.run(question, to, requests=number, until=_until(question), drained=at_home)
        times = measured.ends if at_home else measured.answers
        values |= {f"{question} p50": quantile(times, 0.5), f"{question} p99": quantile(times, 0.99)}
    submitted = world.run("submission", to, requests=number, pause=_PAUSE_SECONDS)
    values["submission p50"] = quantile(submitted.answers, 0.5)
    return values


def _until(question: Kind) -> Until:
    return "end" if question == "home" else "answer"


def _rows(samples: Samples, many: str, few: str) -> Iterator[Row]:
    for question in _QUESTIONS:
        yield samples.row(f"{question} p50", "ms", many, few)
        yield samples.row(f"{question} p99", "ms", many, few, _SOON)
    yield samples.row("submission p50", "ms", many, few, _AS_QUICK)
