"""The durable engine on its real database: one request one run, whatever happens to the write or to the process."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.app import Service
from bot.codearts.client import CodeArts
from bot.config import Settings
from bot.errors import NotSaved
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.registry.models import Submission
from bot.workflow import engine as engine_module
from tests.support.database import locked, read_only
from tests.support.people import about, filled_in, open_form, outcome_of, words
from tests.support.running import HURRY, all_finished, running_bot

ASKED = Submission(
    request_id="T1-V1",
    name="shop",
    description="ours",
    requester=company.ANA,
    channel=company.TEAM_SHOP,
    team="T1",
    asked_at=time.time(),
)


def creates(cloud: LocalCodeArts) -> int:
    return sum(call.operation == "create" for call in cloud.calls)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form waits for the database for a moment only, and what was interrupted is resumed at once."""
    monkeypatch.setattr(engine_module, "SAVE_WITHIN_SECONDS", 0.2)
    monkeypatch.setattr(engine_module, "_RESUME_AFTER_SECONDS", (0.05,))


@pytest.fixture
def kept(bot: Service, tmp_path: Path) -> Callable[[], list[tuple[str, str]]]:
    """Reads (workflow id, status) of every request off the database file itself."""

    def read() -> list[tuple[str, str]]:
        with contextlib.closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as connection:
            return connection.execute("SELECT workflow_uuid, status FROM workflow_status").fetchall()

    return read


async def test_a_request_is_on_disk_when_start_returns(
    bot: Service, cloud: LocalCodeArts, kept: Callable[[], list[tuple[str, str]]]
) -> None:
    cloud.latency = 0.1
    assert await bot.engine.start(ASKED) == ASKED
    assert kept() == [("T1-V1", "PENDING")]
    await all_finished()
    assert kept() == [("T1-V1", "SUCCESS")]


async def test_the_same_request_started_twice_at_once_runs_once(
    bot: Service, cloud: LocalCodeArts, slack: LocalSlack
) -> None:
    results = await asyncio.gather(*(bot.engine.start(ASKED) for _ in range(5)))
    await all_finished()
    assert results == [ASKED] * 5
    assert creates(cloud) == 1
    assert len(about(slack, "shop")) == 1


async def test_a_request_started_again_after_it_is_done_is_not_run_again(
    bot: Service, cloud: LocalCodeArts, slack: LocalSlack
) -> None:
    await bot.engine.start(ASKED)
    await all_finished()
    assert await bot.engine.start(ASKED) == ASKED
    await all_finished()
    assert creates(cloud) == 1
    assert len(about(slack, "shop")) == 1


async def test_other_words_under_the_same_id_get_the_stored_ones_back(bot: Service, cloud: LocalCodeArts) -> None:
    await bot.engine.start(ASKED)
    assert await bot.engine.start(replace(ASKED, name="other", asked_at=time.time())) == ASKED
    await all_finished()
    assert [registry.display_name for registry in cloud.registries] == ["shop"]


async def test_a_read_only_database_refuses_the_request_for_certain(
    bot: Service, cloud: LocalCodeArts, kept: Callable[[], list[tuple[str, str]]]
) -> None:
    with read_only(bot), pytest.raises(NotSaved, match="readonly") as refused:
        await bot.engine.start(ASKED)
    assert not refused.value.in_doubt
    assert kept() == []
    assert cloud.calls == []


async def test_a_request_refused_by_the_database_can_be_made_again(bot: Service, cloud: LocalCodeArts) -> None:
    with read_only(bot), pytest.raises(NotSaved):
        await bot.engine.start(ASKED)
    assert await bot.engine.start(ASKED) == ASKED
    await all_finished()
    assert creates(cloud) == 1


@pytest.mark.usefixtures("impatient")
async def test_a_slow_database_leaves_it_in_doubt_and_pressing_again_finds_the_same_request(
    bot: Service, cloud: LocalCodeArts, slack: LocalSlack, tmp_path: Path
) -> None:
    with locked(tmp_path / "bot.sqlite3"):
        for press in ("first", "second"):
            with pytest.raises(NotSaved, match="in time") as refused:
                await bot.engine.start(replace(ASKED, description=press))
            assert refused.value.in_doubt
        assert cloud.calls == []
    message = await outcome_of(slack, "shop")
    stored = await bot.engine.start(ASKED)
    await all_finished()
    # Which of the two the database took first is its own business; the person is told what it was.
    assert stored.description in {"first", "second"}
    assert f"Description: {stored.description}" in words(message)
    assert creates(cloud) == 1
    assert about(slack, "shop") == [message]


@pytest.mark.usefixtures("impatient")
async def test_a_slow_database_is_told_in_the_form_as_press_again(
    bot: Service, cloud: LocalCodeArts, slack: LocalSlack, tmp_path: Path
) -> None:
    view_id = await open_form(slack)
    with locked(tmp_path / "bot.sqlite3"):
        await slack.submit(view_id, filled_in(name="shop"))
        opened = slack.views[view_id]
        assert opened.errors == {
            "registry_name": "Saving takes too long. Press “Create registry” again: it cannot be created twice."
        }
    while opened.open:  # SQLite sleeps between its looks at the lock, and the form is impatient here
        await slack.submit(view_id, filled_in(name="shop"))
    await outcome_of(slack, "shop")
    assert creates(cloud) == 1


@pytest.mark.usefixtures("impatient")
async def test_a_healthy_bot_answers_while_the_database_is_locked(
    bot: Service, slack: LocalSlack, tmp_path: Path
) -> None:
    with locked(tmp_path / "bot.sqlite3"):
        with pytest.raises(NotSaved):
            await bot.engine.start(ASKED)
        assert (await slack.command("help")).status == 200
        await open_form(slack)
    await all_finished()


async def test_a_bug_in_the_middle_of_a_creation_ends_as_unconfirmed_and_is_announced(
    bot: Service, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def bug(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(CodeArts, "create_registry", bug)
    await bot.engine.start(ASKED)
    read = words(await outcome_of(slack, "shop"))
    assert "Status: unconfirmed" in read
    (reference,) = {part for part in read.replace(")", " ").split() if f"reference {part}" in caplog.text}
    assert f"The bot itself failed while it waited for Huawei Cloud (reference {reference})." in read
    assert "nobody foresaw this" not in read


async def test_a_bug_before_anything_was_posted_still_ends_in_an_outcome(
    bot: Service, cloud: LocalCodeArts, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def bug(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(CodeArts, "find", bug)
    await bot.engine.start(ASKED)
    assert "Status: success" in words(await outcome_of(slack, "shop"))
    await all_finished()
    assert creates(cloud) == 1
    assert len([message for message in about(slack, "shop") if "Status" in words(message)]) == 1


async def test_nonsense_from_slack_while_the_outcome_is_told_does_not_silence_it(
    bot: Service, cloud: LocalCodeArts, slack: LocalSlack
) -> None:
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    slack.faults.add("conversations.history", Fault.answer(200, {"ok": True, "messages": [1]}))
    await bot.engine.start(ASKED)
    message = await outcome_of(slack, "shop")
    await all_finished()
    assert "Status: success" in words(message)
    assert about(slack, "shop") == [message]
    assert creates(cloud) == 1


@pytest.mark.usefixtures("impatient")
async def test_a_request_cut_off_by_the_database_is_resumed_and_looked_up_not_repeated(
    bot: Service, cloud: LocalCodeArts, slack: LocalSlack, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.faults.add("create", Fault.slow(0.2))
    await bot.engine.start(ASKED)
    await cloud.wait_for(lambda: creates(cloud) == 1)
    with read_only(bot):
        await cloud.wait_for(lambda: bool(cloud.registries))
        await slack.wait_for(lambda: "will be resumed" in caplog.text)
    read = words(await outcome_of(slack, "shop"))
    await all_finished()
    assert "Status: success" in read
    assert creates(cloud) == 1
    assert len(cloud.registries) == 1
    assert len(about(slack, "shop")) == 1


async def test_a_request_left_between_two_attempts_is_finished_by_the_next_process(
    settings: Callable[..., Settings], cloud: LocalCodeArts, slack: LocalSlack
) -> None:
    cloud.faults.add("create", Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "over ratelimit"}))
    async with app.serve(settings()) as first:
        await first.engine.start(ASKED)
        await cloud.wait_for(lambda: creates(cloud) == 1 and not cloud.faults.waiting("create"))
    async with running_bot(settings(), slack):
        read = words(await outcome_of(slack, "shop"))
    assert "Status: success" in read
    assert creates(cloud) == 2
    assert len(cloud.registries) == 1
    assert len(about(slack, "shop")) == 1


async def test_a_pending_request_that_cannot_be_read_does_not_keep_the_next_process_from_starting(
    settings: Callable[..., Settings], cloud: LocalCodeArts, slack: LocalSlack, tmp_path: Path
) -> None:
    cloud.faults.add("create", Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "over ratelimit"}))
    async with app.serve(settings(), runbook_patience=replace(HURRY, repeats=(60,))) as first:
        await first.engine.start(ASKED)
        await cloud.wait_for(lambda: creates(cloud) == 1 and not cloud.faults.waiting("create"))
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as connection, connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        with_inputs = [
            table
            for table in tables
            if any(c[1] == "inputs" for c in connection.execute(f"PRAGMA table_info({table})"))
        ]
        assert with_inputs
        for table in with_inputs:
            connection.execute(f"UPDATE {table} SET inputs = 'of another format'")
    async with app.serve(settings(), runbook_patience=HURRY) as second:
        slack.request_url = f"{second.address}/slack/events"
        await slack.submit(await open_form(slack), filled_in(name="other"))
        assert "Status: success" in words(await outcome_of(slack, "other"))


async def test_a_finished_request_is_not_run_again_by_the_next_process(
    settings: Callable[..., Settings], cloud: LocalCodeArts, slack: LocalSlack
) -> None:
    async with running_bot(settings(), slack) as first:
        await first.engine.start(ASKED)
        message = await outcome_of(slack, "shop")
    calls = len(slack.calls)
    async with running_bot(settings(), slack) as second:
        assert await second.engine.start(ASKED) == ASKED
    assert [call.method for call in slack.calls[calls:]] == ["auth.test"]
    assert about(slack, "shop") == [message]
    assert creates(cloud) == 1
