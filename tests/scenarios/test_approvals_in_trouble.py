"""A request waits while things go wrong: clocks, the database at the click, Slack, the question, its channel, old records."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.workflow import answers, approvals
from bot.workflow.answers import Answers
from tests.support.approving import (
    ALWAYS,
    APPROVE,
    WITHDRAW,
    answered,
    approve,
    decline,
    only_for,
    question_about,
    questions,
    told,
)
from tests.support.database import locked, read_only, rows, statuses
from tests.support.people import about, ask_for, outcome_of, words
from tests.support.running import all_finished, running_bot
from tests.support.waiting import until

SettingsOf = Callable[..., Settings]
DIRECT = f"D{company.ANA[1:]}"
DAY = 24 * 60 * 60.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


def codes(file: Path) -> list[str]:
    return [code for (code,) in rows(file, "SELECT code FROM registry_bot_events ORDER BY number")]


async def asked(slack: LocalSlack, file: Path) -> None:
    """It waits, and that the approvers have been asked is on record."""
    assert (await ask_for(slack, "shop")).json is None
    await question_about(slack, "shop")
    await until(lambda: "waiting" in codes(file))


# ---- the clock ----


class Clock:
    """The clock of a request that waits for an answer: the machine's, some seconds ahead."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setitem(Answers.__init__.__kwdefaults__ or {}, "clock", made)
    monkeypatch.setattr(answers, "_AT_ONCE_SECONDS", 0.2)  # after so long it is noticed, instead of a minute
    return made


async def test_a_clock_that_jumps_by_a_day_reminds_once_and_one_that_jumps_by_a_week_expires(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, file: Path, clock: Clock
) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        await asked(slack, file)
        clock.ahead = DAY + 1
        (question,) = questions(slack, "shop")
        await slack.wait_for(lambda: bool(slack.thread(company.PLATFORM, question.ts)), timeout=30)
        clock.ahead = 2 * DAY
        await asyncio.sleep(0.5)  # it would be noticed in that time
        assert len(slack.thread(company.PLATFORM, question.ts)) == 1
        assert not {"approved", "expired"} & set(codes(file))
        clock.ahead = 7 * DAY + 1
        ended = await told(slack, "shop", "was not approved in time")
        await answered(slack, "shop", "Not answered in time")
        await slack.wait_for(lambda: len(slack.thread(company.TEAM_SHOP, ended.ts)) == 1)
    assert cloud.registries == []
    assert [codes(file).count(each) for each in ("reminded", "expired", "told")] == [1, 1, 1]


async def test_a_clock_that_is_set_back_four_minutes_changes_nothing(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, file: Path, clock: Clock
) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        await asked(slack, file)
        clock.ahead = -240.0
        await approve(slack, "shop")
        await answered(slack, "shop", "Approved")
        await outcome_of(slack, "shop")
    assert len(cloud.registries) == 1


# ---- the database at the click ----


@pytest.mark.parametrize("trouble", [locked, read_only])
async def test_a_click_that_the_database_does_not_take_is_said_in_words_and_counts_once(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, file: Path, trouble: Callable[[Path], object]
) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        await asked(slack, file)
        with trouble(file):  # type: ignore[attr-defined]
            await approve(slack, "shop")
            await only_for(slack, company.BEN, "Your answer may not have been saved.")
            if trouble is read_only:  # the form is opened by what can be read
                view_id = await decline(slack, "shop", "Not now", user=company.CHIARA)
                await slack.wait_for(lambda: bool(slack.views[view_id].errors), timeout=30)
                assert "may not have been saved" in slack.views[view_id].errors["decline_reason"]
        for _ in range(2):
            if questions(slack, "shop")[0].blocks[-1]["elements"][0]["action_id"] == APPROVE:
                await approve(slack, "shop")
        await outcome_of(slack, "shop")
        await answered(slack, "shop", "Approved")
    assert len(cloud.registries) == 1
    assert [codes(file).count(each) for each in ("approved", "declined", "sent", "told")] == [1, 0, 1, 1]


# ---- Slack at the question ----


REFUSALS = {
    "busy": Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}),
    "down": Fault.answer(500, "down"),
    "refused": Fault.answer(200, {"ok": False, "error": "restricted_action"}),
    "lost": Fault.drop(apply=True),
    "never sent": Fault.drop(),
}


@pytest.mark.parametrize("fault", REFUSALS)
async def test_approvers_are_asked_once_whatever_slack_says_at_first(
    settings: SettingsOf,
    slack: LocalSlack,
    cloud: LocalCodeArts,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    monkeypatch.setattr(approvals, "_ASK_AGAIN_AFTER", (0.2,))
    slack.invite_bot(company.PLATFORM)  # elsewhere it cannot look for what may have been posted, and asks twice
    slack.faults.add("chat.postMessage", Fault.slow(0))  # where it was asked for
    slack.faults.add("chat.postMessage", REFUSALS[fault], times=2 if fault != "lost" else 1)
    async with running_bot(settings(**ALWAYS), slack):
        await asked(slack, file)
        await approve(slack, "shop")
        await answered(slack, "shop", "Approved")
        await outcome_of(slack, "shop")
    assert len(cloud.registries) == 1
    assert codes(file).count("waiting") == 1
    assert len(questions(slack, "shop")) == 1


@pytest.mark.parametrize("fault", REFUSALS)
async def test_the_message_of_a_waiting_request_becomes_its_outcome_whatever_slack_says_at_first(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, file: Path, fault: str
) -> None:
    slack.faults.add("chat.postMessage", REFUSALS[fault])
    async with running_bot(settings(**ALWAYS), slack):
        await asked(slack, file)
        await approve(slack, "shop")
        await answered(slack, "shop", "Approved")
        await outcome_of(slack, "shop")
        await all_finished()
    assert len(cloud.registries) == 1
    assert codes(file).count("told") == 1
    assert [each.text.startswith("Registry `shop`: success") for each in about(slack, "shop")] == [True]
    waits = [each for each in about(slack, "shop", channel=DIRECT) if "is waiting for approval" in each.text]
    assert len(waits) == (1 if fault == "refused" else 0)


# ---- the question, and its channel ----


def delete(slack: LocalSlack) -> None:
    slack.delete(company.PLATFORM, questions(slack, "shop")[0].ts)


def archive(slack: LocalSlack) -> None:
    slack.channels[company.PLATFORM].is_archived = True


@pytest.mark.parametrize("answer", ["withdrawn", "expired"])
@pytest.mark.parametrize("lost", [delete, archive])
async def test_a_question_that_nobody_can_answer_any_more_ends_as_it_is_told(
    settings: SettingsOf,
    slack: LocalSlack,
    cloud: LocalCodeArts,
    file: Path,
    clock: Clock,
    lost: Callable[[LocalSlack], None],
    answer: str,
) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        await asked(slack, file)
        lost(slack)
        if answer == "withdrawn":
            (message,) = about(slack, "shop")
            await slack.press(message.ts, WITHDRAW)
            await told(slack, "shop", "was withdrawn")
        else:
            clock.ahead = DAY + 1  # the reminder has nowhere to go
            await asyncio.sleep(0.5)
            clock.ahead = 7 * DAY + 1
            await told(slack, "shop", "was not approved in time")
    assert cloud.registries == []
    assert len([each for each in about(slack, "shop") if each.ephemeral_to is None]) == 1
    assert set(statuses(file).values()) == {"SUCCESS"}
    assert [codes(file).count(each) for each in (answer, "told")] == [1, 1]


# ---- old records ----


async def test_a_request_that_waits_longer_than_records_are_kept_is_not_lost(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, file: Path
) -> None:
    rules = {**ALWAYS, "RETENTION_DAYS": "1", "APPROVAL_TTL": "30d"}
    async with running_bot(settings(**rules), slack, finished_within=None):
        await asked(slack, file)
    days = int(5 * DAY * 1000)
    rows(file, f"UPDATE workflow_status SET created_at = created_at - {days}, updated_at = updated_at - {days}")
    async with running_bot(settings(**rules), slack):
        await approve(slack, "shop")
        await answered(slack, "shop", "Approved")
        assert "Status: success" in words(await outcome_of(slack, "shop"))
    assert len(cloud.registries) == 1
