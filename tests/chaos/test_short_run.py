"""Kill the bot a few times in `make test`; `python -m tests.chaos` does it for as long as you like."""

from pathlib import Path

import pytest

from tests.chaos.plan import Plan
from tests.chaos.run import Result, run

pytestmark = pytest.mark.timeout(240)


async def test_twelve_kills_on_sqlite_lose_double_and_misreport_nothing(tmp_path: Path) -> None:
    _kept(await run(Plan(kills=12, seed=2, hurried=True), tmp_path), people=13 * 8)


@pytest.mark.usefixtures("postgres")
async def test_six_kills_on_postgresql_lose_double_and_misreport_nothing(tmp_path: Path) -> None:
    _kept(await run(Plan(kills=6, seed=3, database="postgres", hurried=True), tmp_path), people=7 * 8)


async def test_where_the_list_shows_another_project_nothing_is_doubled_or_misreported_either(tmp_path: Path) -> None:
    result = await run(Plan(kills=6, seed=4, hurried=True, elsewhere=True), tmp_path)
    _kept(result, people=7 * 8)
    # Nobody could know the result of a call that a kill interrupted.
    assert result.verdict.unknowable > 0, result.table()


async def test_what_waits_for_a_yes_is_decided_once_and_created_once_or_not_at_all(tmp_path: Path) -> None:
    result = await run(Plan(kills=6, seed=5, hurried=True, approvals=True), tmp_path)
    print(result.table())
    assert not result.verdict.violations, "\n\n".join([*result.details, result.table()])
    assert result.verdict.accepted > 7 * 8 * 0.4, result.table()


def _kept(result: Result, *, people: int) -> None:
    print(result.table())
    assert not result.verdict.violations, "\n\n".join([*result.details, result.table()])
    assert result.verdict.accepted > people * 0.6, result.table()
