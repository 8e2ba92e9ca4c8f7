"""What thousands of requests at once take of memory, and what is left of it when they are done."""

import contextlib
import sqlite3
import time
from pathlib import Path

from benchmarks.contestants import bot, outside
from benchmarks.figures import Row, Samples, Section, Values, alternate
from benchmarks.plan import Plan

TITLE = "A burst (remote latencies zero)"
_AT_ONCE = 64
_PORTION = 500  # signatures are made before the first is sent
_LEFT_SECONDS = 30.0
_SLOW_SECONDS = 1200.0


def run(plan: Plan) -> Section:
    """One fresh process on SQLite."""
    many = plan.pick(quick=500, full=10_000)
    samples = alternate({"bot": lambda: _burst(plan, many)}, rounds=1)
    return Section(
        title=TITLE,
        rows=_rows(samples),
        notes=[
            f"{many:,} forms, {_AT_ONCE} in flight, as fast as they are accepted; refused ones are not sent again.",
            f"Afterwards: {_LEFT_SECONDS:.0f} s after the last outcome.",
        ],
    )


def _burst(plan: Plan, many: int) -> Values:
    file = plan.scratch() / "burst.sqlite3"
    with outside(plan) as world, bot(plan, world, database=f"sqlite:///{file}") as contestant:
        rest = height = contestant.child.memory()
        refused = 0
        for _ in range(many // _PORTION):
            sent = world.run(
                "submission", contestant, requests=_PORTION, at_once=_AT_ONCE, drained=False, may_refuse=True
            )
            refused += len(sent.refused)
            height = max(height, contestant.child.memory())
        pending = _pending(file)
        deadline = time.monotonic() + _SLOW_SECONDS
        while _pending(file) and time.monotonic() < deadline:
            height = max(height, contestant.child.memory())
            time.sleep(1)
        time.sleep(_LEFT_SECONDS)
        afterwards = contestant.child.memory()
        return {
            "rest": rest,
            "refused": float(refused),
            "pending": pending,
            "height": height,
            "afterwards": afterwards,
        }


def _pending(file: Path) -> float:
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        query = "SELECT count(*) FROM registry_bot_requests WHERE state = 'under_way'"
        return float(connection.execute(query).fetchone()[0])


def _rows(samples: Samples) -> list[Row]:
    return [
        samples.row("rest", "MB", "bot"),
        samples.row("refused", "forms", "bot"),
        samples.row("pending", "requests", "bot"),
        samples.row("height", "MB", "bot"),
        samples.row("afterwards", "MB", "bot"),
    ]
