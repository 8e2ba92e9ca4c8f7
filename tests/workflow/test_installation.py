"""A database that is away for a moment belongs to nobody else."""

import asyncio
from pathlib import Path

import pytest

from bot.workflow import installation as installation_module
from bot.workflow.database import open_database
from bot.workflow.installation import DatabaseClaim, Installation
from bot.workflow.tables import prepare
from tests.support.database import locked, rows
from tests.support.waiting import until


async def test_a_database_that_is_away_when_slack_says_who_we_are_is_claimed_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workflow.database._BUSY_TIMEOUT_MS", 20)
    monkeypatch.setattr(installation_module, "_SECONDS_BETWEEN_LOOKS", 0.01)
    file = tmp_path / "bot.sqlite3"
    database = open_database(f"sqlite:///{file}")
    prepare(database)
    asked: list[Installation] = []

    def ours() -> Installation:
        asked.append(Installation(slack="T1/U1", cloud="https://cloud", account="1"))
        return asked[-1]

    belonging = DatabaseClaim(database, ours)
    with locked(file):
        settling = asyncio.create_task(belonging.settle_later())
        await until(lambda: len(asked) > 6 or settling.done())
    await asyncio.wait_for(settling, 20)
    assert not belonging.foreign
    assert rows(file, "SELECT slack FROM registry_bot_installation") == [("T1/U1",)]
    database.dispose()
