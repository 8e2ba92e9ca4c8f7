"""`kill -9` in the middle of telling people, and the next process: one registry, and one message that tells how it ended."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.support.bot_process import BotProcess, ending, up
from tests.support.database import locked, rows, statuses, steps
from tests.support.people import about, ask_for, words
from tests.support.running import environment_for
from tests.support.waiting import until

FINISHED_WITHIN = 60.0
DIRECT = "D" + company.ANA[1:]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
async def process(slack: LocalSlack, cloud: LocalCodeArts, file: Path, tmp_path: Path) -> AsyncIterator[BotProcess]:
    """The real command. A call to CodeArts that hangs is waited for until the process is killed."""
    environment = {**environment_for(slack, cloud, file), "CODEARTS_READ_TIMEOUT": "60"}
    bot = BotProcess(environment, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        slack.request_url = f"{bot.address}/slack/events"
        yield bot


async def killed_and_started_again(process: BotProcess, file: Path) -> None:
    """Returns when the next process has finished everything."""
    await process.kill()
    assert set(statuses(file).values()) == {"PENDING"}
    await up(process)
    await until(lambda: set(statuses(file).values()) == {"SUCCESS"}, seconds=FINISHED_WITHIN)
    assert_one_receipt(file)
    assert "Traceback" not in process.said
    assert "UnexpectedStep" not in process.said


def assert_one_receipt(file: Path) -> None:
    """It says how it ended, and each thing that happened once; an address that is found later changes the message."""
    assert rows(file, "SELECT name, state FROM registry_bot_requests") == [("shop", "created")]
    events = [code for (code,) in rows(file, "SELECT code FROM registry_bot_events ORDER BY number")]
    assert [event for event in events if event in {"asked", "sent", "answered", "told"}] == [
        *("asked", "sent", "answered", "told")
    ]


def outcomes(slack: LocalSlack, channel: str = company.TEAM_SHOP) -> list[Message]:
    return [each for each in about(slack, "shop", channel=channel) if each.text.startswith("Registry `shop`: ")]


def calls(slack: LocalSlack, method: str) -> int:
    return sum(call.method == method for call in slack.calls)


def assert_one_registry_and_one_message(slack: LocalSlack, cloud: LocalCodeArts) -> Message:
    assert [registry.display_name for registry in cloud.registries] == ["shop"]
    (message,) = about(slack, "shop")
    assert "Status: success" in words(message)
    return message


async def test_while_the_outcome_is_being_posted(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path
) -> None:
    slack.faults.add("chat.postMessage", Fault.hang(apply=True))
    await ask_for(slack, "shop")
    await slack.wait_for(lambda: bool(outcomes(slack)), timeout=30)
    await killed_and_started_again(process, file)
    assert_one_registry_and_one_message(slack, cloud)
    assert calls(slack, "chat.postMessage") == 1


async def test_between_the_post_of_the_outcome_and_the_end_of_the_request(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path
) -> None:
    slack.faults.add("chat.postMessage", Fault.slow(0.5))
    await ask_for(slack, "shop")
    await slack.wait_for(lambda: calls(slack, "chat.postMessage") == 1)
    with locked(file):
        await slack.wait_for(lambda: bool(outcomes(slack)))
        await asyncio.sleep(0.5)  # the answer arrives, and the end of the request waits for the file
        await process.kill()
    await killed_and_started_again(process, file)
    assert_one_registry_and_one_message(slack, cloud)
    assert calls(slack, "chat.postMessage") == 1


@pytest.mark.parametrize("heard", [True, False], ids=["answered", "answer lost"])
async def test_after_the_channel_was_told_that_it_is_being_worked_on(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path, heard: bool
) -> None:
    cloud.faults.add("create", Fault.hang(apply=True))
    if not heard:
        slack.faults.add("chat.postMessage", Fault.hang(apply=True))
    await ask_for(slack, "shop", description="Images of the web shop")  # what shows that it is this one
    await slack.wait_for(lambda: bool(about(slack, "shop")))
    await killed_and_started_again(process, file)
    message = assert_one_registry_and_one_message(slack, cloud)
    assert "Confirmed by look-up" in words(message)
    # The second one says until when the lost answer is being looked up.
    assert [text.split(".")[0] for text, _ in message.history] == ["Creating the registry shop"] * 2


async def test_while_that_message_is_being_changed(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path
) -> None:
    cloud.faults.add("create", Fault.slow(4))
    slack.faults.add("chat.update", Fault.hang(apply=True))
    await ask_for(slack, "shop")
    await slack.wait_for(lambda: bool(outcomes(slack)), timeout=20)
    await killed_and_started_again(process, file)
    assert_one_registry_and_one_message(slack, cloud)
    assert calls(slack, "chat.postMessage") == 1


async def test_while_it_is_told_another_way_the_requester_is_told_for_sure_and_the_channel_not_twice(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path
) -> None:
    slack.faults.add("response_url", Fault.hang(apply=True))
    await ask_for(slack, "shop", channel=company.SECRET_PROJECT)
    await slack.wait_for(lambda: bool(outcomes(slack, company.SECRET_PROJECT)))
    (request_id,) = statuses(file)
    assert steps(file, request_id)[-1] == "first attempt"
    await killed_and_started_again(process, file)
    assert len(outcomes(slack, company.SECRET_PROJECT)) == 1
    assert len(outcomes(slack, DIRECT)) == 1


async def test_before_the_first_attempt_is_recorded_the_next_process_makes_its_own(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path
) -> None:
    """The channel refused, and that is not on record; the bot is invited before the next process comes."""
    slack.faults.add("chat.postMessage", Fault.slow(0.5))
    await ask_for(slack, "shop", channel=company.SECRET_PROJECT)
    await slack.wait_for(lambda: calls(slack, "chat.postMessage") == 1)
    with locked(file):
        await slack.wait_for(lambda: slack.calls[-1].status is not None)
        await process.kill()
    slack.invite_bot(company.SECRET_PROJECT)
    await killed_and_started_again(process, file)
    (message,) = outcomes(slack, company.SECRET_PROJECT)
    assert message.via == "chat.postMessage"
    assert DIRECT not in slack.channels
