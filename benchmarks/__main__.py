"""`python -m benchmarks [--quick] [--only NAME …] [--json FILE]`."""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import report
from benchmarks.children import SOURCES, ChildDied
from benchmarks.figures import Section
from benchmarks.pairs import (
    answers,
    audit,
    burst,
    codearts_call,
    footprint,
    growing_work,
    name_index,
    receipts,
    whole_way,
)
from benchmarks.plan import Plan

PAIRS: dict[str, Callable[[Plan], Section]] = {
    "answers": answers.run,
    "codearts": codearts_call.run,
    "whole-way": whole_way.run,
    "footprint": footprint.run,
    "growing-work": growing_work.run,
    "receipts": receipts.run,
    "name-index": name_index.run,
    "audit": audit.run,
    "burst": burst.run,
}


def main() -> int:
    """Run the pairs in order; print each table as it is there. 1 when a promise is not kept."""
    given = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that processes and scratch databases are cleared away
    machine, load, begun = report.machine(), os.getloadavg(), time.monotonic()
    sections: list[Section] = []
    print(f"{machine['cores']} cores, Python {machine['python']}, load {load[0]:.1f}; medians over the rounds")
    with tempfile.TemporaryDirectory(prefix="registry-bot-bench-") as folder:
        plan = Plan(quick=given.quick, folder=Path(folder))
        for name in given.only or PAIRS:
            started = time.monotonic()
            try:
                section = PAIRS[name](plan)
            except ChildDied as error:
                print(f"\n{name} broke off: {error}", file=sys.stderr)
                return 2
            sections.append(section)
            print(report.table(section), f"\n\n({name}: {time.monotonic() - started:.0f} s)", sep="", flush=True)
    seconds = time.monotonic() - begun
    loads = {"before": load, "after": os.getloadavg()}
    report.write(given.json, sections, machine=machine, load=loads, quick=given.quick, seconds=round(seconds))
    print(f"\n{seconds:.0f} s; every round is in {given.json}")
    return int(any(row.verdict is False for section in sections for row in section.rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="The bot beside its peers.")
    parser.add_argument("--quick", action="store_true", help="a look in a few minutes; too few requests to quote")
    parser.add_argument("--only", nargs="+", choices=PAIRS, metavar="NAME", help=f"some of: {', '.join(PAIRS)}")
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    default = SOURCES / "bench-results" / f"{stamp}.json"
    parser.add_argument("--json", type=Path, default=default, metavar="FILE", help="where every value goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
