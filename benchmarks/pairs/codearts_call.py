"""One call to CodeArts: our client beside the vendor's SDK, against the same server."""

import contextlib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.children import SOURCES, Child
from benchmarks.contestants import outside
from benchmarks.figures import Promise, Row, Samples, Section, Values, alternate
from benchmarks.plan import Plan

TITLE = "One call to CodeArts"
SDK = "huaweicloudsdkcodeartsartifact"
_CALLERS = {"bot": "ours", "sdk": "sdk"}


def run(plan: Plan) -> Section:
    """A whole process each round for one registry from the terminal; one process for the rest of it."""
    if importlib.util.find_spec(SDK) is None:
        return Section(title=TITLE, rows=[], notes=[f"skipped: {SDK} is not installed (it is in the `bench` extra)"])
    rounds = plan.pick(quick=2, full=7)
    with outside(plan) as world:
        whole = alternate(
            {name: partial(_whole_process, plan, name, world.codearts_url) for name in _CALLERS},
            rounds=plan.pick(quick=4, full=10),
        )
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
        "Whole process: `registry-bot create` (looks for the name, then creates) beside a script of the vendor's SDK.",
    ]
    return Section(title=TITLE, rows=[*_call_rows(calls), *_whole_rows(whole)], notes=notes)


@contextlib.contextmanager
def _caller(plan: Plan, name: str, url: str) -> Iterator[Child]:
    module = "benchmarks.peers.codearts_caller"
    with Child("-m", module, _CALLERS[name], url, name=name, folder=plan.scratch(), asked=True) as child:
        child.hear()
        yield child


def _whole_process(plan: Plan, name: str, url: str) -> Values:
    commands = {
        "bot": ("-m", "bot", "create", "bench-terminal"),
        "sdk": ("-m", "benchmarks.peers.vendor_sample", url, "bench-terminal"),
    }
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCES),
        "HUAWEICLOUD_SDK_AK": "AKBENCH",
        "HUAWEICLOUD_SDK_SK": "benchmarks",
        "HUAWEICLOUD_SDK_DOMAIN_ID": "d" * 32,
        "CODEARTS_PROJECT_ID": "p" * 32,
        "CODEARTS_ENDPOINT": url,
    }
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, *commands[name]], env=environment, cwd=plan.scratch(), check=True, capture_output=True
    )
    return {"whole process": (time.perf_counter() - begun) * 1000}


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


def _whole_rows(samples: Samples) -> list[Row]:
    return [samples.row("whole process", "ms", "bot", "sdk", Promise(at_most=1.5))]
