"""Approvals over `kill -9`, two replicas, an operator's word, a reminder: one decision, one creation or none, told once."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.approving import (
    ALWAYS,
    APPROVE,
    WITHDRAW,
    answered,
    approve,
    decline,
    question_about,
    questions,
    told,
)
from tests.support.bot_process import BotProcess, ending, up
from tests.support.database import rows, statuses
from tests.support.people import about, ask_for, filled_in, open_form, outcome_of, words
from tests.support.postgres import query
from tests.support.running import environment_for, running_bot
from tests.support.terminal import command
from tests.support.waiting import until

SettingsOf = Callable[..., Settings]
FINISHED_WITHIN = 60.0
DECIDED = "('approved', 'declined', 'withdrawn', 'expired', 'cancelled')"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
async def process(slack: LocalSlack, cloud: LocalCodeArts, file: Path, tmp_path: Path) -> AsyncIterator[BotProcess]:
    bot = BotProcess({**environment_for(slack, cloud, file), **ALWAYS}, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        slack.request_url = f"{bot.address}/slack/events"
        yield bot


def codes(file: Path) -> list[str]:
    return [code for (code,) in rows(file, "SELECT code FROM registry_bot_events ORDER BY number")]


async def finished(file: Path) -> None:
    await until(lambda: set(statuses(file).values()) == {"SUCCESS"}, seconds=FINISHED_WITHIN)


def assert_created_once(slack: LocalSlack, cloud: LocalCodeArts, file: Path) -> None:
    assert [each.display_name for each in cloud.registries] == ["shop"]
    assert len(questions(slack, "shop")) == 1
    assert len([each for each in about(slack, "shop") if each.ephemeral_to is None]) == 1
    happened = codes(file)
    assert [happened.count(code) for code in ("asked", "waiting", "approved", "sent", "told")] == [1] * 5


async def test_killed_while_it_waits(slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path) -> None:
    await ask_for(slack, "shop")
    await question_about(slack, "shop")
    await until(lambda: "waiting" in codes(file))
    for _ in range(2):
        await process.kill()
        await up(process)
    await approve(slack, "shop")
    await answered(slack, "shop", "Approved")
    await outcome_of(slack, "shop")
    await finished(file)
    assert_created_once(slack, cloud, file)
    assert "Traceback" not in process.said


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_killed_while_the_approvers_are_asked_or_told(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path, method: str
) -> None:
    slack.invite_bot(company.PLATFORM)  # so that it can look for its own message
    if method == "chat.postMessage":
        slack.faults.add(method, Fault.slow(0))
        slack.faults.add(method, Fault.hang(apply=True))
        await ask_for(slack, "shop")
        await question_about(slack, "shop")
        await process.kill()
        await up(process)
        await until(lambda: "waiting" in codes(file), seconds=30)
        await approve(slack, "shop")
    else:
        await ask_for(slack, "shop")
        await question_about(slack, "shop")
        await until(lambda: "waiting" in codes(file))
        slack.faults.add(method, Fault.hang(apply=True))
        await approve(slack, "shop")
        await slack.wait_for(lambda: "Approved" in "".join(map(words, questions(slack, "shop"))), timeout=30)
        await process.kill()
        await up(process)
    await answered(slack, "shop", "Approved")
    await outcome_of(slack, "shop")
    await finished(file)
    assert_created_once(slack, cloud, file)


async def test_killed_right_after_the_decision(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path
) -> None:
    await ask_for(slack, "shop")
    await question_about(slack, "shop")
    await until(lambda: "waiting" in codes(file))
    await approve(slack, "shop")
    await until(lambda: "approved" in codes(file))
    await process.kill()
    await up(process)
    await outcome_of(slack, "shop")
    await answered(slack, "shop", "Approved")
    await finished(file)
    assert_created_once(slack, cloud, file)


async def test_killed_while_the_approvers_message_cannot_be_changed_yet(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path
) -> None:
    """The first life told the address at once and has nothing to look up; the second one goes the same way."""
    await ask_for(slack, "shop")
    await question_about(slack, "shop")
    await until(lambda: "waiting" in codes(file))
    busy = Fault.answer(429, {"ok": False, "error": "ratelimited"}, headers={"Retry-After": "1"})
    slack.faults.add("chat.update", busy)
    slack.faults.add("chat.update", Fault.slow(0))  # the outcome
    slack.faults.add("chat.update", busy, times=None)
    await approve(slack, "shop")
    closed = "SELECT count(*) FROM operation_outputs WHERE function_name = 'close question'"
    await until(lambda: rows(file, closed)[0][0] >= 2, seconds=30)
    await process.kill()
    slack.faults.clear("chat.update")
    await up(process)
    await answered(slack, "shop", "Approved")
    await finished(file)
    assert_created_once(slack, cloud, file)
    assert "cannot be resumed" not in process.said


async def test_an_answer_that_came_while_nobody_worked_is_found(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path
) -> None:
    """As if another replica had taken it, and both had died."""
    await ask_for(slack, "shop")
    await question_about(slack, "shop")
    await until(lambda: "waiting" in codes(file))
    await process.kill()
    (request_id,) = rows(file, "SELECT id FROM registry_bot_requests")[0]
    columns = "key, request_id, at, who, code, details"
    values = {"key": f"{request_id} decided", "id": request_id, "who": company.BEN}
    rows(file, f"INSERT INTO registry_bot_events ({columns}) VALUES (:key, :id, 1.0, :who, 'approved', '{{}}')", values)
    await up(process)
    await outcome_of(slack, "shop")
    await answered(slack, "shop", "Approved")
    assert [each.display_name for each in cloud.registries] == ["shop"]


async def test_an_operator_gives_up_a_request_that_waits(
    slack: LocalSlack, cloud: LocalCodeArts, process: BotProcess, file: Path, tmp_path: Path
) -> None:
    await ask_for(slack, "shop")
    await question_about(slack, "shop")
    await until(lambda: "waiting" in codes(file))
    environment = environment_for(slack, cloud, file)
    shown = await command("show", "shop", environment=environment, cwd=tmp_path)
    assert f"approvers asked in: {company.PLATFORM}" in shown.out, shown
    assert "waits until: 20" in shown.out, shown
    again = await command("retry", "shop", environment=environment, cwd=tmp_path)
    assert again.out.strip().endswith(": nothing to do, because it waits for an approval"), again
    done = await command("cancel", "shop", environment=environment, cwd=tmp_path)
    assert (done.code or 0, done.out.strip().endswith(": done")) == (0, True), done
    await told(slack, "shop", "was cancelled")
    await answered(slack, "shop", "Cancelled")
    await finished(file)
    assert cloud.registries == []
    assert rows(file, "SELECT state, code FROM registry_bot_requests") == [("refused", "cancelled")]
    shown = await command("show", "shop", environment=environment, cwd=tmp_path)
    assert "status: cancelled\nreason: The people who run this bot cancelled the request." in shown.out, shown
    shown = await command("audit", "--format", "jsonl", environment=environment, cwd=tmp_path)
    audited = [json.loads(line)["event"] for line in shown.out.splitlines()]
    assert [each for each in audited if each in {"asked", "waiting", "cancelled", "concluded", "told"}] == [
        *("asked", "waiting", "cancelled", "concluded", "told")
    ]


async def test_what_was_declined_is_not_cancelled_while_people_are_still_being_told(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, file: Path
) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        await ask_for(slack, "shop")
        await question_about(slack, "shop")
        slack.faults.add("chat.update", Fault.slow(20))
        await decline(slack, "shop", "Please use the one you have.")
        await slack.wait_for(lambda: not slack.faults.waiting("chat.update"), timeout=30)
        assert rows(file, "SELECT state FROM registry_bot_requests") == [("waiting",)]
        said = await command("cancel", "shop", environment=environment_for(slack, cloud, file), cwd=tmp_path)
        assert said.out.strip().endswith("it has an outcome by now"), said
        await told(slack, "shop", "was declined")
    assert rows(file, "SELECT state, code FROM registry_bot_requests") == [("refused", "declined")]
    assert "cancelled" not in codes(file)


async def test_the_approvers_are_reminded_once(
    settings: SettingsOf, slack: LocalSlack, tmp_path: Path, file: Path
) -> None:
    async with running_bot(settings(**ALWAYS, APPROVAL_TTL="4s"), slack):
        await ask_for(slack, "shop")
        question = await question_about(slack, "shop")
        await slack.wait_for(lambda: bool(slack.thread(company.PLATFORM, question.ts)), timeout=30)
        await told(slack, "shop", "was not approved in time")
    (reminder,) = slack.thread(company.PLATFORM, question.ts)
    assert f"<@{company.BEN}>" in reminder.text
    assert codes(file).count("reminded") == 1


async def test_it_can_be_withdrawn_at_home(settings: SettingsOf, slack: LocalSlack, file: Path) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        await ask_for(slack, "shop")
        await question_about(slack, "shop")
        await slack.open_home()
        await slack.wait_for(
            lambda: company.ANA in slack.homes and WITHDRAW in json.dumps(slack.homes[company.ANA].view), timeout=30
        )
        await slack.press_at_home(WITHDRAW)
        await told(slack, "shop", "was withdrawn")
        await slack.wait_for(lambda: WITHDRAW not in json.dumps(slack.homes[company.ANA].view), timeout=30)
    assert "withdrawn" in json.dumps(slack.homes[company.ANA].view)


async def test_the_requester_reads_that_the_approvers_cannot_be_reached_and_when_they_were(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        view_id = await open_form(slack)
        await slack.wait_for(lambda: any(call.method == "conversations.info" for call in slack.calls))
        slack.channels[company.PLATFORM].is_archived = True  # after the form was opened
        assert (await slack.submit(view_id, filled_in(name="shop"))).json is None
        await told(slack, "shop", "I cannot reach the approvers at the moment")
        slack.channels[company.PLATFORM].is_archived = False
        await question_about(slack, "shop")
        await told(slack, "shop", "I am asking the approvers")
        await approve(slack, "shop")
        await outcome_of(slack, "shop")
    assert len(cloud.registries) == 1


# ---- two replicas ----


@pytest.fixture
async def two(
    database: str, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> AsyncIterator[tuple[BotProcess, BotProcess]]:
    values = {**environment_for(slack, cloud, tmp_path / "unused"), "DATABASE_URL": database, **ALWAYS}
    made = [BotProcess(values | {"EXECUTOR_ID": each}, name=each, log=tmp_path / f"{each}.log") for each in "ab"]
    async with ending(made):
        await up(*made)
        yield made[0], made[1]


async def test_both_approvers_at_once_on_two_replicas(
    slack: LocalSlack, cloud: LocalCodeArts, database: str, two: tuple[BotProcess, BotProcess]
) -> None:
    """Of Approve and Withdraw, and of Approve and Approve, one holds, and everybody is told once."""
    names = [f"shop-{number}" for number in range(6)]
    for number, name in enumerate(names):
        slack.request_url = f"{two[number % 2].address}/slack/events"
        await ask_for(slack, name)
        question = await question_about(slack, name)
        waiting = await told(slack, name, "is waiting for approval")
        slack.request_url = f"{two[0].address}/slack/events"
        first = asyncio.create_task(slack.press(question.ts, APPROVE, channel=company.PLATFORM, user=company.BEN))
        await asyncio.sleep(0)  # it is on its way to this replica now
        slack.request_url = f"{two[1].address}/slack/events"
        if number % 2:
            await slack.press(waiting.ts, WITHDRAW, user=company.ANA)
        else:
            await slack.press(question.ts, APPROVE, channel=company.PLATFORM, user=company.CHIARA)
        await first
    statement = f"SELECT request_id FROM registry_bot_events WHERE code IN {DECIDED}"
    await until(
        lambda: query(database, "SELECT count(*) FROM registry_bot_requests WHERE told_at IS NOT NULL") == [(6,)],
        seconds=FINISHED_WITHIN,
    )
    assert len(query(database, statement)) == len(names)
    created = query(database, "SELECT name FROM registry_bot_requests WHERE state = 'created'")
    made = sorted(str(name) for (name,) in created)
    assert sorted(each.display_name for each in cloud.registries) == made
    assert {name for number, name in enumerate(names) if number % 2 == 0} <= set(made)
    for name in names:
        (message,) = [each for each in about(slack, name) if each.ephemeral_to is None]
        assert ("is ready" in words(message)) == (name in made)
        closed = await answered(slack, name, "Approved" if name in made else "Withdrawn")
        assert not slack.thread(company.PLATFORM, closed.ts)
