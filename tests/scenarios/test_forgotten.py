"""What DBOS gives up, the bot picks up again: no request stays pending with nobody working on it, no name stays blocked."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from bot.registry.models import Submission

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.workflow import upkeep
from tests.support.database import read_only
from tests.support.people import about, ask_for, outcome_of
from tests.support.running import running_bot


def state_of(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT status FROM workflow_status")]


async def test_a_request_whose_end_could_not_be_recorded_is_finished_without_a_restart(
    settings: Callable[..., Settings],
    slack: LocalSlack,
    cloud: LocalCodeArts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upkeep, "BEAT_SECONDS", 0.2)
    async with running_bot(settings(), slack) as bot:
        slack.faults.add("chat.update", Fault.slow(0.5))
        await ask_for(slack, "shop")
        await slack.wait_for(lambda: not slack.faults.waiting("chat.update"))
        with read_only(bot):
            await asyncio.sleep(1)
            assert state_of(tmp_path / "bot.sqlite3") == ["PENDING"]
        async with asyncio.timeout(20):
            while state_of(tmp_path / "bot.sqlite3") != ["SUCCESS"]:  # noqa: ASYNC110  another thread writes it
                await asyncio.sleep(0.1)
    assert len(cloud.registries) == 1
    assert [message.text.startswith("Registry `shop`: success") for message in about(slack, "shop")] == [True]


async def test_a_name_is_free_again_once_the_outcome_is_told_although_a_further_channel_cannot_be(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no"}))
    busy = Fault.answer(200, {"ok": False, "error": "message_limit_exceeded"})
    async with running_bot(settings(NOTIFY_CHANNELS=company.PLATFORM), slack) as bot:
        slack.faults.add("chat.update", Fault.slow(0.5))
        await ask_for(slack, "shop")
        await slack.wait_for(lambda: not slack.faults.waiting("chat.update"))
        slack.faults.add("chat.postMessage", busy, times=2)
        first = await outcome_of(slack, "shop")
        assert "error" in first.text
        await slack.wait_for(
            lambda: slack.calls[-1].method == "chat.postMessage" and slack.calls[-1].args["channel"] == company.PLATFORM
        )
        assert await bot.health.why_not_ready() == []
        again = await ask_for(slack, "shop")
        assert again.body == ""


async def test_a_claim_from_the_future_does_not_block_a_name(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    left = Submission(
        request_id="T1-V9",
        name="shop",
        description=None,
        requester=company.BEN,
        channel=company.TEAM_SHOP,
        team="T1",
        asked_at=time.time() + 3600,
    )
    async with running_bot(settings(), slack) as bot:
        assert await bot.engine._claims.claim(left) is None
        assert await bot.engine.start(replace(left, request_id="T1-V10", asked_at=time.time()))
        await slack.wait_for(lambda: len(cloud.registries) == 1)
