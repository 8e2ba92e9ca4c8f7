"""Two replicas behind a real nginx, replaced one after the other; `python -m tests.chaos.rolling` does it for longer."""

from pathlib import Path

import pytest

from tests.chaos.rolling import roll

pytestmark = [pytest.mark.timeout(240), pytest.mark.usefixtures("postgres")]


async def test_a_rolling_restart_behind_nginx_refuses_and_loses_nothing(tmp_path: Path) -> None:
    rolled = await roll(tmp_path, seconds=21, rate=8)
    print(rolled.table())
    assert rolled.restarts == 4
    assert not rolled.refused, rolled.refused
    assert not rolled.verdict.violations, rolled.verdict.violations
    assert rolled.verdict.accepted > 70, rolled.table()
