"""How long `registry-bot audit` takes for a hundred thousand events, and that it holds few of them at a time."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from benchmarks.children import SOURCES, ChildDied
from benchmarks.figures import Promise, Section, Values, alternate
from benchmarks.plan import Plan
from bot.ledger.tables import EVENTS
from bot.workflow.database import open_database
from bot.workflow.tables import prepare
from tests.support.postgres import fresh_database, why_no_postgres

TITLE = "Export of the audit"
_FEW, _MANY = 1_000, 100_000
_LOOK_EVERY = 500  # lines
_SOON, _FLAT = Promise(of="value", at_most=10), Promise(of="difference", at_most=10)
# In words that both databases understand; the rows are made there, so that this process stays small.
_FILL = sa.text(
    f"INSERT INTO {EVENTS.name} (number, key, request_id, at, who, code, trace_id, details) "
    "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :events) SELECT n, 'k' || n, 'T1-V' || n / 7, "
    '1000 + n, \'U0ANA\', \'told\', \'143-\' || n, \'{"route":"channel","channel":"C0SHOP","ts":"1.2"}\' FROM n'
)


def run(plan: Plan) -> Section:
    """Two databases of each kind, exported in turn, each time by a fresh process."""
    missing = why_no_postgres()
    rows = []
    with contextlib.ExitStack() as stack:
        for kind in ["SQLite"] if missing else ["SQLite", "PostgreSQL"]:
            urls = {count: stack.enter_context(_filled(plan, kind, count)) for count in (_FEW, _MANY)}
            few, many = (f"{kind}, {count:,} events" for count in (_FEW, _MANY))
            exports = {few: partial(_export, urls[_FEW], _FEW), many: partial(_export, urls[_MANY], _MANY)}
            samples = alternate(exports, rounds=plan.pick(quick=1, full=5))
            rows.append(samples.row("export", "s", many, None, _SOON))
            rows.append(samples.row("memory", "MB", many, few, _FLAT))
    notes = ["The whole command, from its start to its end; memory is the most that the process ever held."]
    return Section(title=TITLE, rows=rows, notes=[*notes, *([missing] if missing else [])])


@contextlib.contextmanager
def _filled(plan: Plan, kind: str, events: int) -> Iterator[str]:
    with contextlib.ExitStack() as stack:
        if kind == "SQLite":
            url = f"sqlite:///{plan.scratch() / 'bot.sqlite3'}"
        else:
            url = stack.enter_context(fresh_database("bench_audit"))
        database = open_database(url)
        prepare(database)
        with database.begin() as connection:
            connection.execute(_FILL, {"events": events})
        database.dispose()
        yield url


def _export(url: str, events: int) -> Values:
    began = time.monotonic()
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(SOURCES)}
    with subprocess.Popen([sys.executable, "-m", "bot", "audit"], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        lines, memory = 0, 0.0
        for lines, _ in enumerate(process.stdout, start=1):
            if lines % _LOOK_EVERY == 0:
                memory = max(memory, _most_held(process.pid))
    if (process.returncode, lines) != (0, events):
        raise ChildDied(f"exit code {process.returncode} after {lines} of {events} lines")
    return {"export": time.monotonic() - began, "memory": memory}


def _most_held(pid: int) -> float:
    # What the system counts for a process that has ended includes what this one held when it was forked.
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
