"""One call to CodeArts: our client beside the vendor's SDK, against the same server."""

import contextlib
import importlib.util
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.children import Child
from benchmarks.contestants import outside
from benchmarks.figures import Promise, Row, Samples, Section, Values, alternate
from benchmarks.plan import Plan

TITLE = "One call to CodeArts"
SDK = "huaweicloudsdkcodeartsartifact"
_CALLERS = {"bot": "ours", "sdk": "sdk"}


def run(plan: Plan) -> Section:
    """Fresh processes each round for the first call; one process for the rest of it."""
    if importlib.util.find_spec(SDK) is None:
        return Section(title=TITLE, rows=[], notes=[f"skipped: {SDK} is not installed (it is in the `bench` extra)"])
    rounds = plan.pick(quick=2, full=7)
    with outside(plan) as world:
        first = alternate({name: partial(_first, plan, name, world.codearts_url) for name in _CALLERS}, rounds=rounds)
        with contextlib.ExitStack() as stack:
            children = {name: stack.enter_context(_caller(plan, name, world.codearts_url)) for name in _CALLERS}
            for name, child in children.items():
                _round(plan, name, child)
            measure: dict[str, Callable[[], Values]] = {
                name: partial(_round, plan, name, child) for name, child in children.items()
            }
            calls = alternate(measure, rounds=rounds)
    notes = [
        "In flight, the SDK's best of its sync client with 32 threads and its async client, which has 8 of its own.",
        "aiohttp's import alone takes as long as all of the SDK (aiohttp/connector.py reads every trusted authority);",
        "the bot's process pays that once, for Slack.",
    ]
    return Section(title=TITLE, rows=[*_call_rows(calls), *_first_rows(first)], notes=notes)


@contextlib.contextmanager
def _caller(plan: Plan, name: str, url: str) -> Iterator[Child]:
    module = "benchmarks.peers.codearts_caller"
    with Child("-m", module, _CALLERS[name], url, name=name, folder=plan.scratch(), asked=True) as child:
        child.hear()
        yield child


def _first(plan: Plan, name: str, url: str) -> Values:
    module = "benchmarks.peers.codearts_caller"
    with Child("-m", module, _CALLERS[name], url, name=name, folder=plan.scratch(), asked=True) as child:
        said = child.hear()
        return {
            "import": said["import"] * 1000,
            "import + first call": (said["import"] + said["first_call"]) * 1000,
            "import + first call, CPU": said["cpu"] * 1000,
            "memory after it": child.memory(),
        }


def _round(plan: Plan, name: str, child: Child) -> Values:
    few, many = plan.pick(quick=150, full=1000), plan.pick(quick=300, full=3000)
    alone = child.ask({"way": "one by one", "calls": few})
    ways = ["at once"] if name == "bot" else ["at once", "at once, its async client"]
    burst = min((child.ask({"way": way, "calls": many}) for way in ways), key=lambda said: said["seconds"])
    return {
        "CPU of a call": alone["cpu"] / few * 1000,
        "CPU of a call, 32 in flight": burst["cpu"] / many * 1000,
        "one after another": few / alone["seconds"],
        "32 in flight": many / burst["seconds"],
        "memory": child.memory(),
    }


def _call_rows(samples: Samples) -> list[Row]:
    cheap, fast = Promise(at_most=0.6), Promise(at_least=2.5)
    return [
        samples.row("CPU of a call", "ms", "bot", "sdk", cheap),
        samples.row("CPU of a call, 32 in flight", "ms", "bot", "sdk", cheap),
        samples.row("one after another", "/s", "bot", "sdk"),
        samples.row("32 in flight", "/s", "bot", "sdk", fast),
        samples.row("memory", "MB", "bot", "sdk"),
    ]


def _first_rows(samples: Samples) -> list[Row]:
    no_slower = Promise(at_most=1.0)
    return [
        samples.row("import", "ms", "bot", "sdk"),
        samples.row("import + first call", "ms", "bot", "sdk", no_slower),
        samples.row("import + first call, CPU", "ms", "bot", "sdk", no_slower),
        samples.row("memory after it", "MB", "bot", "sdk"),
    ]
