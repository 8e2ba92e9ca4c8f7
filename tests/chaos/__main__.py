"""`python -m tests.chaos --kills 200 --database sqlite --seed 1`: the long run. Exit code 1 on any broken promise."""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.plan import Plan
from tests.chaos.run import run
from tests.support.bot_process import BotDied


def main() -> int:
    """Run what the command line asks for; 0 when every promise was kept."""
    asked = _arguments()
    plan = Plan(
        kills=asked.kills,
        database=asked.database,
        seed=asked.seed,
        requests=asked.requests,
        replicas=asked.replicas,
        hurried=asked.hurried,
        faults=not asked.no_faults,
        outsider=not asked.no_outsider,
        elsewhere=asked.elsewhere,
        approvals=asked.approvals,
    )
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    print(f"{plan}\nlogs and SQLite file: {folder}", flush=True)
    try:
        result = asyncio.run(run(plan, folder, lambda line: print(line, flush=True)))
    except BotDied as died:
        print(f"\n{died}\nseed {plan.seed}, kept: {folder}")
        return 1
    for paragraph in result.details:
        print(f"\n{paragraph}")
    print(f"\n{result.table()}")
    if result.verdict.violations:
        print(f"kept: {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--requests", type=int, default=8, help="how many people come in each life")
    parser.add_argument("--replicas", type=int, default=1, help="processes on one database (PostgreSQL)")
    parser.add_argument("--hurried", action="store_true", help="look-ups within seconds, as the short runs have them")
    parser.add_argument("--no-faults", action="store_true", help="kills alone")
    parser.add_argument("--no-outsider", action="store_true", help="nobody else at work in the same cloud")
    parser.add_argument(
        "--elsewhere", action="store_true", help="registries land in another project than the list shows"
    )
    parser.add_argument("--approvals", action="store_true", help="each request waits for somebody's yes")
    asked = parser.parse_args()
    if asked.replicas > 1 and asked.database != "postgres":
        parser.error("--replicas needs --database postgres")
    return asked


if __name__ == "__main__":
    sys.exit(main())
