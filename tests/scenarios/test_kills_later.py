"""`kill -9` between attempts, in the word to the requester, and in a check: the ledger has neither a hole nor a double."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.features.create_registry import wording
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.scenarios.test_buttons import CHECK, NOTED, ONCE, only, replies, unconfirmed
from tests.support.bot_process import BotProcess, ending, up
from tests.support.database import rows, statuses, steps
from tests.support.people import ask_for, outcome_of, words
from tests.support.running import environment_for, running_bot, settings_for
from tests.support.waiting import until

BUSY = Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "busy"}, {"Retry-After": "6"})
NO_RIGHT = Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
async def process(slack: LocalSlack, cloud: LocalCodeArts, file: Path, tmp_path: Path) -> AsyncIterator[BotProcess]:
    """The real command, not started yet."""
    environment = {**environment_for(slack, cloud, file), "CODEARTS_READ_TIMEOUT": "60", **NOTED}
    bot = BotProcess(environment, log=tmp_path / "bot.log")
    async with ending([bot]):
        yield bot


async def begin(process: BotProcess, slack: LocalSlack) -> None:
    await up(process)
    slack.request_url = f"{process.address}/slack/events"


def events(file: Path) -> list[str]:
    return [code for (code,) in rows(file, "SELECT code FROM registry_bot_events ORDER BY number")]


async def all_ended(file: Path, process: BotProcess) -> None:
    await until(lambda: set(statuses(file).values()) == {"SUCCESS"}, seconds=60)
    assert "Traceback" not in process.said


async def test_between_two_attempts(slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path) -> None:
    await begin(process, slack)
    cloud.faults.add("create", BUSY)
    await ask_for(slack, "shop")
    (request_id,) = statuses(file)
    await until(lambda: "create" in steps(file, request_id))
    await process.kill()
    await begin(process, slack)
    assert "Status: success" in words(await outcome_of(slack, "shop"))
    await all_ended(file, process)
    assert events(file)[:8] == [
        *("asked", "looked_up", "sent", "answered"),
        *("sent", "answered", "concluded", "told"),
    ]
    assert len(cloud.registries) == 1


async def test_while_the_requester_is_mentioned(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path
) -> None:
    await begin(process, slack)
    cloud.faults.add("create", NO_RIGHT)
    slack.faults.add("chat.postMessage", Fault.slow(0))
    slack.faults.add("chat.postMessage", Fault.hang(apply=True))
    await ask_for(slack, "shop")
    message = await outcome_of(slack, "shop")
    await slack.wait_for(lambda: bool(replies(slack, message)))
    await process.kill()
    await begin(process, slack)
    await all_ended(file, process)
    assert replies(slack, await outcome_of(slack, "shop")) == [
        wording.REPLY_REFUSED.format(requester=company.ANA, name="shop")
    ]
    assert events(file) == ["asked", "looked_up", "sent", "answered", "concluded", "told"]


@pytest.mark.parametrize("instant", ["looking", "changing"])
async def test_in_a_check(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path, instant: str
) -> None:
    async with running_bot(settings_for(slack, cloud, file, **NOTED), slack, policy=ONCE, finished_within=None):
        message = await unconfirmed(slack, cloud)
    cloud.faults.clear()
    await begin(process, slack)
    looked = sum(call.operation == "list" for call in cloud.calls)
    if instant == "looking":
        cloud.faults.add("list", Fault.hang())
    else:
        slack.faults.add("chat.update", Fault.hang(apply=True))
    await slack.press(message.ts, CHECK, user=company.BEN)
    if instant == "looking":
        await cloud.wait_for(lambda: sum(call.operation == "list" for call in cloud.calls) > looked)
    else:
        await slack.wait_for(lambda: "Status: success" in words(only(slack)))
    await process.kill()
    await begin(process, slack)
    await until(lambda: rows(file, "SELECT state FROM registry_bot_requests") == [("created",)], seconds=60)
    await until(lambda: rows(file, CHECKS) == [("SUCCESS",)], seconds=60)
    assert "Status: success" in words(only(slack))
    concluded = rows(file, "SELECT who FROM registry_bot_events WHERE code = 'concluded' ORDER BY number")
    assert concluded == [(None,), (company.BEN,)]
    assert (events(file).count("asked"), events(file).count("told"), len(cloud.registries)) == (1, 1, 1)
    assert replies(slack, message).count(wording.REPLY_CREATED.format(requester=company.ANA, name="shop")) == 1


CHECKS = "SELECT status FROM workflow_status WHERE name = 'check_registry'"
