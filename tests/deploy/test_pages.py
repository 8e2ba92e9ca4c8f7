"""What the operator's pages give to be copied does what they say."""

import asyncio
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.config import Settings
from bot.playground.slack.server import LocalSlack
from tests.support.people import ask_for, outcome_of
from tests.support.running import running_bot
from tests.support.terminal import SOURCES, Finished, command

DATABASE_PAGE = SOURCES / "docs/operations/database.md"


async def ran(script: str, environment: Mapping[str, str], folder: Path) -> None:
    """Raises AssertionError, with what it printed, when it fails."""
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCES), **environment}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script), cwd=folder, env=given, stderr=asyncio.subprocess.PIPE
    )
    _, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()


async def test_receipts_move_from_sqlite_to_postgresql_and_more_are_added_there(
    slack: LocalSlack, settings: Callable[..., Settings], postgres_url: str, tmp_path: Path
) -> None:
    async def registry_bot(*words: str) -> Finished:
        return await command(*words, environment={"DATABASE_URL": postgres_url}, cwd=tmp_path)

    before = settings()
    async with running_bot(before, slack):
        await ask_for(slack, "before")
        await outcome_of(slack, "before")
    assert (await registry_bot("migrate")).code == 0
    (script,) = re.findall(r"```python\n(.*?)```", DATABASE_PAGE.read_text(), re.DOTALL)
    old = before.database_url
    await ran(script, {"OLD": str(old), "DATABASE_URL": postgres_url}, tmp_path)

    async with running_bot(settings(DATABASE_URL=postgres_url), slack):
        await ask_for(slack, "after")
        await outcome_of(slack, "after")
    for name in ("before", "after"):
        shown = await registry_bot("show", name)
        assert "status: success" in shown.out
        assert " told " in shown.out
