"""A request can be followed in the log by its reference alone: from the command to the last message, whatever happens."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import ask_for, filled_in, open_form, outcome_of, words
from tests.support.postgres import scratch_database
from tests.support.running import environment_for
from tests.support.waiting import until

Start = Callable[..., BotProcess]
_TAKEN_OVER_WITHIN = 60.0
_BUSY = Fault.answer(503, {"error_code": "APIGW.0203", "error_msg": "backend unavailable"})


@pytest.fixture
async def start(slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> AsyncIterator[Start]:
    """Makes processes, with pauses of milliseconds instead of minutes; all are dead at the end."""
    made: list[BotProcess] = []

    def make(**changes: str) -> BotProcess:
        environment = {**environment_for(slack, cloud, tmp_path / "bot.sqlite3"), **changes}
        log = tmp_path / f"{len(made)}.log"
        made.append(BotProcess(environment, log=log, module=("tests.chaos.hurried", "run")))
        return made[-1]

    async with ending(made):
        yield make


def send_to(slack: LocalSlack, bot: BotProcess) -> None:
    slack.request_url = f"{bot.address}/slack/events"


async def reference_of(slack: LocalSlack, name: str = "shop") -> str:
    return words(await outcome_of(slack, name)).split("Reference: ")[1][: len("R-7K2F9")]


def followed(reference: str, *bots: BotProcess) -> list[dict[str, Any]]:
    """The lines about it, of all processes, in the order of their time."""
    lines = [json.loads(line) for bot in bots for line in bot.said.splitlines() if line.startswith("{")]
    return sorted((line for line in lines if line.get("reference") == reference), key=lambda line: line["timestamp"])


def events(lines: list[dict[str, Any]]) -> list[str]:
    return [line["event"] for line in lines]


def in_order(wanted: list[str], lines: list[dict[str, Any]]) -> None:
    """Whether these events come one after the other, with others between them."""
    rest = iter(events(lines))
    assert [each for each in wanted if each not in rest] == [], events(lines)


async def ended(bot: BotProcess, reference: str) -> None:
    await until(lambda: "request ended" in events(followed(reference, bot)), seconds=30)


async def test_a_success_is_followed_from_the_command_to_its_message(start: Start, slack: LocalSlack) -> None:
    bot = start()
    await up(bot)
    send_to(slack, bot)
    view_id = await open_form(slack)
    await slack.submit(view_id, filled_in(name="no good"))
    await slack.submit(view_id, filled_in(name="shop"))
    reference = await reference_of(slack)
    await ended(bot, reference)
    lines = followed(reference, bot)
    accepted = "request accepted: shop"
    in_order(
        ["command heard", "form refused", accepted, "sent", "answered", "concluded", "told", "request ended"], lines
    )
    assert lines[0]["requester"] == company.ANA
    after = lines[events(lines).index(accepted) :]
    assert {(line["name"], line["request"]) for line in after} == {("shop", f"{company.TEAM_ID}-{view_id}")}
    (answered,) = [line for line in lines if line["event"] == "answered"]
    assert (answered["step"], answered["kind"]) == ("create", "created")
    assert answered["trace_id"] == lines[-1]["trace_id"]


async def test_the_start_says_what_runs_here(start: Start, slack: LocalSlack) -> None:
    bot = start(COMMAND="/kube-registry")
    await up(bot)
    (line,) = [line for line in map(json.loads, bot.said.splitlines()) if line["event"] == "started"]
    told = {key: line[key] for key in ("version", "mode", "database", "executor", "region", "command")}
    assert told == {
        "version": "0.1.0",
        "mode": "http",
        "database": "sqlite",
        "executor": "sqlite",
        "region": "ap-southeast-3",
        "command": "/kube-registry",
    }


async def test_a_refusal_is_followed_with_its_code(start: Start, slack: LocalSlack, cloud: LocalCodeArts) -> None:
    bot = start()
    await up(bot)
    send_to(slack, bot)
    cloud.faults.add("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))
    await ask_for(slack, "shop")
    reference = await reference_of(slack)
    await ended(bot, reference)
    lines = followed(reference, bot)
    in_order(["command heard", "request accepted: shop", "answered", "concluded", "told", "request ended"], lines)
    for event in ("answered", "concluded", "request ended"):
        assert [line["code"] for line in lines if line["event"] == event] == ["CR.4102"]


async def test_a_gateway_that_is_down_for_a_while_leaves_a_line_for_each_attempt(
    start: Start, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    bot = start()
    await up(bot)
    send_to(slack, bot)
    cloud.faults.add("create", _BUSY, times=2)
    cloud.faults.add("list", _BUSY, times=3)
    slack.faults.add("chat.postMessage", Fault.answer(503, "<html>"))
    await ask_for(slack, "shop")
    reference = await reference_of(slack)
    await ended(bot, reference)
    lines = followed(reference, bot)
    assert {"waiting", "Slack refused a message"} <= set(events(lines))
    assert sum(line.get("status") == 503 for line in lines) >= 1
    in_order(["command heard", "request accepted: shop", "waiting", "concluded", "told", "request ended"], lines)


async def test_a_crash_is_seen_and_what_came_after_it(start: Start, slack: LocalSlack, cloud: LocalCodeArts) -> None:
    first, second = start(), start()
    await up(first)
    send_to(slack, first)
    cloud.faults.add("create", Fault.hang(apply=True))
    await ask_for(slack, "shop")
    await cloud.wait_for(lambda: not cloud.faults.waiting("create"))
    await first.kill()
    await up(second)
    send_to(slack, second)
    reference = await reference_of(slack)
    await ended(second, reference)
    assert "request ended" not in events(followed(reference, first))
    in_order(
        [
            "command heard",
            "request accepted: shop",
            "request resumed",
            "answered",
            "concluded",
            "told",
            "request ended",
        ],
        followed(reference, first, second),
    )


async def test_a_request_is_followed_from_one_replica_to_the_other(
    start: Start, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    with scratch_database() as database:
        first, second = start(DATABASE_URL=database), start(DATABASE_URL=database)
        await up(first, second)
        send_to(slack, first)
        cloud.faults.add("create", Fault.hang(apply=True))
        await ask_for(slack, "shop")
        await cloud.wait_for(lambda: not cloud.faults.waiting("create"))
        await first.kill()
        send_to(slack, second)
        await slack.wait_for(
            lambda: any(each.text.startswith("Registry `shop`: ") for each in slack.messages(company.TEAM_SHOP)),
            timeout=_TAKEN_OVER_WITHIN,
        )
        reference = await reference_of(slack)
        await ended(second, reference)
        in_order(["request resumed", "concluded", "told", "request ended"], followed(reference, second))
        await second.leave()
