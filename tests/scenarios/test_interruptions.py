"""What interrupts a request from the inside: a bug of ours, a record that is refused, the end of the process. All are told."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.codearts.client import CodeArts
from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.workflow import supervisor
from tests.support.database import read_only, statuses
from tests.support.people import about, ask_for, outcome_of, words
from tests.support.running import HURRY, all_finished, running_bot
from tests.support.waiting import until

DIRECT = "D" + company.ANA[1:]


def creates(cloud: LocalCodeArts) -> int:
    return sum(call.operation == "create" for call in cloud.calls)


async def bug(*_arguments: Any, **_keywords: Any) -> None:
    raise RuntimeError("nobody foresaw this")


@pytest.mark.usefixtures("bot")
async def test_a_bug_in_the_middle_of_a_creation_is_told_as_unconfirmed_with_the_reference_of_the_log(
    slack: LocalSlack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(CodeArts, "create_registry", bug)
    await ask_for(slack, "shop")
    read = words(await outcome_of(slack, "shop"))
    await all_finished()
    assert "Status: unconfirmed" in read
    assert "The bot itself failed while it waited for Huawei Cloud." in read
    assert "nobody foresaw this" not in read
    (line,) = [line for line in caplog.records if line.getMessage() == "step failed"]
    assert f"Reference: {line.__dict__['reference']}" in read
    assert "nobody foresaw this" in caplog.text


@pytest.mark.usefixtures("bot")
async def test_a_bug_before_anything_was_created_does_not_keep_the_request_from_its_outcome(
    slack: LocalSlack, cloud: LocalCodeArts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CodeArts, "find_all", bug)
    await ask_for(slack, "shop")
    message = await outcome_of(slack, "shop")
    await all_finished()
    assert "Status: success" in words(message)
    assert creates(cloud) == 1
    assert about(slack, "shop") == [message]


@pytest.mark.usefixtures("bot")
async def test_nonsense_from_slack_while_the_outcome_is_told_does_not_silence_it(
    slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    slack.faults.add("conversations.history", Fault.answer(200, {"ok": True, "messages": [1]}))
    await ask_for(slack, "shop")
    message = await outcome_of(slack, "shop")
    await all_finished()
    assert "Status: success" in words(message)
    assert about(slack, "shop") == [message]
    assert creates(cloud) == 1


@pytest.mark.usefixtures("bot")
async def test_a_creation_whose_record_is_refused_is_resumed_and_looked_up_not_repeated(
    slack: LocalSlack,
    cloud: LocalCodeArts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(supervisor, "_RESUME_AFTER_SECONDS", (0.05,))
    cloud.faults.add("create", Fault.slow(0.2))
    await ask_for(slack, "shop", description="Images of the web shop")  # what shows that it is this one
    await cloud.wait_for(lambda: creates(cloud) == 1)
    with read_only(tmp_path / "bot.sqlite3"):
        await cloud.wait_for(lambda: bool(cloud.registries))
        await until(lambda: "request interrupted, to be resumed" in caplog.text)
    message = await outcome_of(slack, "shop")
    await all_finished()
    assert "Confirmed by look-up" in words(message)
    assert (creates(cloud), len(cloud.registries)) == (1, 1)
    assert about(slack, "shop") == [message]


@pytest.mark.usefixtures("bot")
async def test_an_outcome_told_by_response_url_whose_record_is_refused_is_not_told_there_twice(
    slack: LocalSlack,
    cloud: LocalCodeArts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Meanwhile the bot is invited: the channel could be told a second time, by another route."""
    monkeypatch.setattr(supervisor, "_RESUME_AFTER_SECONDS", (0.05,))
    slack.faults.add("response_url", Fault.slow(0.3))
    await ask_for(slack, "shop", channel=company.SECRET_PROJECT)
    await slack.wait_for(lambda: any(call.method == "response_url" for call in slack.calls))
    with read_only(tmp_path / "bot.sqlite3"):
        await until(lambda: "request interrupted, to be resumed" in caplog.text)
        slack.invite_bot(company.SECRET_PROJECT)
    await all_finished()
    await until(lambda: set(statuses(tmp_path / "bot.sqlite3").values()) == {"SUCCESS"})
    told = [each for each in about(slack, "shop", channel=company.SECRET_PROJECT) if each.ephemeral_to is None]
    assert [message.via for message in told] == ["response_url"]
    assert "Status: success" in words(await outcome_of(slack, "shop", channel=DIRECT))


async def test_a_request_left_between_two_attempts_is_finished_by_the_next_process(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    cloud.faults.add("create", Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "over ratelimit"}))
    policy = dataclasses.replace(HURRY, repeats=(0.5,))
    async with running_bot(settings(), slack, policy=policy, finished_within=None):
        await ask_for(slack, "shop")
        await cloud.wait_for(lambda: creates(cloud) == 1 and not cloud.faults.waiting("create"))
    assert set(statuses(tmp_path / "bot.sqlite3").values()) == {"PENDING"}
    async with running_bot(settings(), slack, policy=policy):
        message = await outcome_of(slack, "shop")
    assert "Status: success" in words(message)
    assert (creates(cloud), len(cloud.registries)) == (2, 1)
    assert about(slack, "shop") == [message]


async def test_a_finished_request_is_not_told_again_by_the_next_process(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop")
        message = await outcome_of(slack, "shop")
    calls = len(slack.calls)
    async with running_bot(settings(), slack) as second:
        assert await second.health.why_not_ready() == []
    assert [call.method for call in slack.calls[calls:]] == ["auth.test"]
    assert about(slack, "shop") == [message]
    assert creates(cloud) == 1
