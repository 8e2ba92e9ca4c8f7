"""How fast Slack is answered: the command (its form opens) and the submission (stored, where it is stored at all)."""

import contextlib
from collections.abc import Callable
from functools import partial

from benchmarks.contestants import Contestant, Outside, bare_bolt, bot, outside, signature_only
from benchmarks.figures import Promise, Row, Samples, Section, Values, alternate, quantile
from benchmarks.plan import Plan
from benchmarks.world import Until

TITLE = "Answers to Slack"
AT_ONCE = 32
_PEERS = ("bolt", "bolt, before_response", "floor")
_P50, _P99, _RATE, _CPU = "p50", "p99", "32 in flight", "CPU"


def run(plan: Plan) -> Section:
    """All contestants are up all the time and are asked in turn."""
    with contextlib.ExitStack() as stack:
        world = stack.enter_context(outside(plan))
        contestants = [
            stack.enter_context(context)
            for context in (
                bot(plan, world),
                bare_bolt(plan, world),
                bare_bolt(plan, world, before_response=True),
                signature_only(plan),
            )
        ]
        for each in contestants:
            _warm_up(world, each)
        measure: dict[str, Callable[[], Values]] = {
            each.name: partial(_round, plan, world, each) for each in contestants
        }
        samples = alternate(measure, rounds=plan.pick(quick=3, full=5))
    return Section(
        title=TITLE,
        rows=_rows(samples),
        notes=[
            "The bot stores each submission and creates the registry; the peers store nothing and create nothing.",
            "One after another: the next command is typed when the form is open.",
            "The next form is sent when the last was answered; “alone”: when the last request was finished.",
            "The CPU of the bot's submission is that of the whole request.",
            *world.refusals,
        ],
    )


def _warm_up(world: Outside, to: Contestant) -> None:
    world.run("command", to, requests=50, at_once=5, drained=to.name != "floor")
    world.run("submission", to, requests=50, at_once=5, drained=to.name == "bot")


def _round(plan: Plan, world: Outside, to: Contestant) -> Values:
    opens, creates = to.name != "floor", to.name == "bot"
    one_by_one, many, stored = (
        plan.pick(quick=30, full=300),
        plan.pick(quick=256, full=1600),
        plan.pick(quick=64, full=800),
    )
    until_open: Until = "end" if opens else "answer"
    values: dict[str, float] = {}

    cpu = to.child.cpu_seconds()
    commands = world.run("command", to, requests=one_by_one, until=until_open, drained=opens)
    values[f"command {_CPU}"] = (to.child.cpu_seconds() - cpu) / one_by_one * 1000
    values |= _latency("command", commands.answers)
    if opens:
        values |= _latency("form open", commands.ends)
    burst = world.run("command", to, requests=many, at_once=AT_ONCE, drained=opens)
    values[f"command {_RATE}"] = many / burst.drained_seconds

    cpu = to.child.cpu_seconds()
    submissions = world.run("submission", to, requests=one_by_one, drained=creates)
    values[f"submission {_CPU}"] = (to.child.cpu_seconds() - cpu) / one_by_one * 1000
    values |= _latency("submission", submissions.answers)
    until_done: Until = "end" if creates else "answer"
    alone = world.run("submission", to, requests=one_by_one, until=until_done, drained=creates)
    values |= _latency("submission alone", alone.answers)
    burst = world.run("submission", to, requests=stored, at_once=AT_ONCE, drained=creates)
    values[f"submission {_RATE}"] = stored / burst.seconds
    return values


def _latency(what: str, milliseconds: list[float]) -> Values:
    return {f"{what} {_P50}": quantile(milliseconds, 0.5), f"{what} {_P99}": quantile(milliseconds, 0.99)}


def _rows(samples: Samples) -> list[Row]:
    promises = {
        ("command p50", "bolt"): Promise(at_most=0.15),
        ("submission p50", "bolt"): Promise(at_most=0.8),
        ("submission alone p50", "bolt"): Promise(at_most=0.6),
        ("command 32 in flight", "bolt"): Promise(at_least=1.5),
    }
    kinds = ("command", "form open", "submission", "submission alone")
    figures = [(f"{kind} {share}", "ms") for kind in kinds for share in (_P50, _P99)]
    figures += [(f"{kind} {_RATE}", "/s") for kind in ("command", "submission")]
    figures += [(f"{kind} {_CPU}", "ms") for kind in ("command", "submission")]
    return [
        samples.row(figure, unit, "bot", peer, promises.get((figure, peer)))
        for figure, unit in figures
        for peer in _PEERS
        if not (figure.startswith("form open") and peer == "floor")
    ]
