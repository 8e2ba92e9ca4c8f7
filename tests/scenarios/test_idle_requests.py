"""What DBOS gives up, the bot picks up again: no request stays pending with nobody working on it, no name stays blocked."""

import asyncio
import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.workflow import upkeep
from tests.support.database import read_only, statuses
from tests.support.people import about, ask_for, outcome_of
from tests.support.running import QUICK, running_bot
from tests.support.waiting import until

# How the outcome is told: as a message of its own, or as a change of the one that said "creating".
TELLINGS = {"chat.postMessage": 60.0, "chat.update": 0.02}


@pytest.mark.parametrize("telling", TELLINGS)
async def test_a_request_whose_end_could_not_be_recorded_is_finished_without_a_restart(
    settings: Callable[..., Settings],
    slack: LocalSlack,
    cloud: LocalCodeArts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    telling: str,
) -> None:
    monkeypatch.setattr(upkeep, "HEARTBEAT_SECONDS", 0.2)
    cloud.faults.add("list", Fault.slow(0.2))
    slack.faults.add(telling, Fault.slow(0.5))
    file = tmp_path / "bot.sqlite3"
    delivery = dataclasses.replace(QUICK, progress_after=TELLINGS[telling])
    async with running_bot(settings(), slack, delivery=delivery):
        await ask_for(slack, "shop")
        await slack.wait_for(lambda: any(call.method == telling for call in slack.calls))
        with read_only(file):
            await slack.wait_for(lambda: any(call.method == telling and call.applied for call in slack.calls))
            await asyncio.sleep(0.5)
            assert set(statuses(file).values()) == {"PENDING"}
        await until(lambda: set(statuses(file).values()) == {"SUCCESS"})
    assert len(cloud.registries) == 1
    assert [message.text.startswith("Registry `shop`: success") for message in about(slack, "shop")] == [True]


async def test_a_name_is_free_again_once_the_outcome_is_told_although_a_further_channel_cannot_be(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no"}))
    busy = Fault.answer(200, {"ok": False, "error": "message_limit_exceeded"})
    delivery = dataclasses.replace(QUICK, progress_after=60)
    async with running_bot(settings(NOTIFY_CHANNELS=company.PLATFORM), slack, delivery=delivery) as bot:
        slack.faults.add("chat.postMessage", Fault.slow(0))
        slack.faults.add("chat.postMessage", busy, times=None)
        await ask_for(slack, "shop")
        first = await outcome_of(slack, "shop")
        assert "error" in first.text
        await slack.wait_for(lambda: any(call.args.get("channel") == company.PLATFORM for call in slack.calls))
        assert await bot.health.why_not_ready() == []
        again = await ask_for(slack, "shop")
        assert again.body == ""
        slack.faults.clear("chat.postMessage")
