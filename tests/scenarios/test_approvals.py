"""Requests that wait for an approval, through the front door."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.self_check import check
from tests.support.approving import (
    ALWAYS,
    APPROVE,
    DECLINE,
    WITHDRAW,
    answered,
    approve,
    buttons,
    decline,
    only_for,
    question_about,
    questions,
    told,
)
from tests.support.database import rows
from tests.support.people import ask_for, filled_in, open_form, outcome_of, words
from tests.support.running import running_bot

SettingsOf = Callable[..., Settings]


def happened(tmp_path: Path, name: str) -> list[tuple[str, str | None, dict[str, Any]]]:
    """(event, who, details) of all that happened to the requests of this name."""
    statement = (
        "SELECT code, who, details FROM registry_bot_events WHERE request_id IN "
        "(SELECT id FROM registry_bot_requests WHERE name = :name) ORDER BY number"
    )
    return [
        (code, who, json.loads(kept)) for code, who, kept in rows(tmp_path / "bot.sqlite3", statement, {"name": name})
    ]


def row(tmp_path: Path, name: str) -> tuple[Any, ...]:
    columns = "state, code, decided_by, decided_why"
    (found,) = rows(
        tmp_path / "bot.sqlite3", f"SELECT {columns} FROM registry_bot_requests WHERE name = :name", {"name": name}
    )
    return found


async def test_a_request_waits_is_approved_and_created(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        assert (await ask_for(slack, "shop", description="Images of the shop")).json is None
        message = await told(slack, "shop", "is waiting for approval")
        question = await question_about(slack, "shop")
        assert buttons(message) >= {WITHDRAW}
        assert buttons(question) >= {APPROVE, DECLINE}
        said = words(question)
        assert f"<@{company.ANA}> asks for the Docker registry shop" in said
        assert "Images of the shop" in said
        assert f"<@{company.BEN}>" in said
        assert cloud.registries == []
        assert row(tmp_path, "shop") == ("waiting", None, None, None)
        await approve(slack, "shop")
        closed = await answered(slack, "shop", "Approved")
        assert f"<@{company.BEN}>" in words(closed)
        outcome = await outcome_of(slack, "shop")
    assert outcome.ts == message.ts
    assert f"approved by <@{company.BEN}>" in words(outcome)
    assert len(cloud.registries) == 1
    assert row(tmp_path, "shop") == ("created", None, company.BEN, None)
    events = happened(tmp_path, "shop")
    assert [code for code, _who, _details in events][:3] == ["asked", "waiting", "approved"]
    assert [who for code, who, _details in events if code == "approved"] == [company.BEN]


async def test_a_request_is_declined_with_a_reason_that_everybody_reads(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        await ask_for(slack, "shop")
        await decline(slack, "shop", "Use <!channel> the *team's* one", user=company.CHIARA)
        closed = await answered(slack, "shop", "Declined")
        message = await told(slack, "shop", "was declined")
    for each in (closed, message):
        assert f"<@{company.CHIARA}>" in words(each)
        assert "Use <!channel> the *team's* one" in words(each)
        assert "<!channel>" not in each.text
    assert not buttons(message) & {WITHDRAW}
    (reply,) = slack.thread(company.TEAM_SHOP, message.ts)
    assert f"<@{company.ANA}>" in reply.text
    assert cloud.registries == []
    assert row(tmp_path, "shop") == ("refused", "declined", company.CHIARA, "Use <!channel> the *team's* one")
    assert [code for code, _who, _details in happened(tmp_path, "shop")][:4] == [
        "asked",
        "waiting",
        "declined",
        "concluded",
    ]


@pytest.mark.parametrize("answer", [APPROVE, DECLINE])
async def test_the_requester_cannot_answer_their_own_request_not_even_through_a_group(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, answer: str
) -> None:
    slack.groups[company.PLATFORM_TEAM].members.add(company.ANA)
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        await ask_for(slack, "shop")
        question = await question_about(slack, "shop")
        await slack.press(question.ts, answer, channel=company.PLATFORM, user=company.ANA)
        await only_for(slack, company.ANA, "You asked for `shop` yourself")
        await slack.wait_for(lambda: "denied" in [code for code, _who, _details in happened(tmp_path, "shop")])
    assert row(tmp_path, "shop")[0] == "waiting"
    assert cloud.registries == []


@pytest.mark.parametrize("answer", [APPROVE, DECLINE])
async def test_a_person_who_is_not_an_approver_is_told_so_and_it_is_on_record(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, answer: str
) -> None:
    rules = {**ALWAYS, "APPROVERS": ""}
    async with running_bot(settings(**rules), slack, finished_within=None):
        await ask_for(slack, "shop")
        question = await question_about(slack, "shop")
        await slack.press(question.ts, answer, channel=company.PLATFORM, user=company.BEN)
        await only_for(slack, company.BEN, "You are not an approver")
        await slack.wait_for(lambda: "denied" in [code for code, _who, _details in happened(tmp_path, "shop")])
    (denied,) = [each for each in happened(tmp_path, "shop") if each[0] == "denied"]
    assert denied[1] == company.BEN
    assert denied[2]["rule"] == "answer_not_approver"
    assert row(tmp_path, "shop")[0] == "waiting"
    assert cloud.registries == []


async def test_a_person_who_is_no_longer_an_approver_when_the_form_is_sent_cannot_decline(
    settings: SettingsOf, slack: LocalSlack, tmp_path: Path
) -> None:
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        await ask_for(slack, "shop")
        question = await question_about(slack, "shop")
        before = set(slack.views)
        await slack.press(question.ts, DECLINE, channel=company.PLATFORM, user=company.CHIARA)
        await slack.wait_for(lambda: bool(set(slack.views) - before), timeout=30)
        (view_id,) = set(slack.views) - before
        slack.groups[company.PLATFORM_TEAM].members.clear()
        await slack.submit(view_id, {"decline_reason": {"reason": "No"}})
        assert "You are not an approver" in json.dumps(slack.views[view_id].view)
        await slack.wait_for(lambda: "denied" in [code for code, _who, _details in happened(tmp_path, "shop")])
    assert row(tmp_path, "shop")[0] == "waiting"


async def test_rights_are_looked_up_again_at_the_click(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        for name in ("shop", "till"):
            await ask_for(slack, name)
        await approve(slack, "shop", user=company.CHIARA)
        await outcome_of(slack, "shop")
        slack.groups[company.PLATFORM_TEAM].members.clear()
        await approve(slack, "till", user=company.CHIARA)
        await only_for(slack, company.CHIARA, "You are not an approver")
        slack.groups.clear()
        await approve(slack, "till", user=company.CHIARA)
        await only_for(slack, company.CHIARA, "I could not find out whether you are an approver")
    assert row(tmp_path, "till")[0] == "waiting"
    assert [each.display_name for each in cloud.registries] == ["shop"]


async def test_each_late_answer_gets_its_own_sentence(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        for name in ("shop", "till"):
            await ask_for(slack, name)
        question, second = await question_about(slack, "shop"), await question_about(slack, "till")
        old = {each.ts: list(each.blocks) for each in (question, second)}
        await approve(slack, "shop")
        await decline(slack, "till", "Not now")
        await outcome_of(slack, "shop")
        await told(slack, "till", "was declined")
        for each in (question, second):  # as somebody sees it whose client was away
            each.blocks = old[each.ts]
        await slack.press(question.ts, APPROVE, channel=company.PLATFORM, user=company.CHIARA)
        await only_for(slack, company.CHIARA, f"`shop` was approved by <@{company.BEN}>")
        await slack.press(second.ts, DECLINE, channel=company.PLATFORM, user=company.CHIARA)
        await only_for(slack, company.CHIARA, f"`till` was declined by <@{company.BEN}>")
    assert [each.display_name for each in cloud.registries] == ["shop"]


async def test_only_the_requester_can_withdraw_it(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        await ask_for(slack, "shop")
        await question_about(slack, "shop")
        message = await told(slack, "shop", "is waiting for approval")
        await slack.press(message.ts, WITHDRAW, user=company.BEN)
        await only_for(slack, company.BEN, f"Only <@{company.ANA}>", channel=company.TEAM_SHOP)
        assert row(tmp_path, "shop")[0] == "waiting"
        await slack.press(message.ts, WITHDRAW, user=company.ANA)
        ended = await told(slack, "shop", "was withdrawn")
        await answered(slack, "shop", "Withdrawn")
    assert not buttons(ended) & {WITHDRAW}
    assert slack.thread(company.TEAM_SHOP, ended.ts) == []
    assert cloud.registries == []
    assert row(tmp_path, "shop")[:2] == ("refused", "withdrawn")


async def test_nobody_answers_in_time(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(**ALWAYS, APPROVAL_TTL="2s"), slack):
        await ask_for(slack, "shop")
        ended = await told(slack, "shop", "was not approved in time")
        await answered(slack, "shop", "Not answered in time")
        await slack.wait_for(lambda: bool(slack.thread(company.TEAM_SHOP, ended.ts)))
    assert cloud.registries == []
    assert row(tmp_path, "shop")[:2] == ("refused", "expired")
    assert [who for code, who, _details in happened(tmp_path, "shop") if code == "expired"] == [None]


async def test_its_name_is_held_while_it_waits(settings: SettingsOf, slack: LocalSlack) -> None:
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        await ask_for(slack, "shop")
        await question_about(slack, "shop")
        view_id = await open_form(slack, user=company.BEN)
        delivery = await slack.submit(view_id, filled_in(name="Shop"))
    assert delivery.json is not None
    assert "@ana asked for “Shop” first, and it is waiting for approval" in delivery.json["errors"]["registry_name"]


async def test_it_keeps_waiting_after_a_restart_and_asks_nobody_twice(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        await ask_for(slack, "shop")
        await question_about(slack, "shop")
    async with running_bot(settings(**ALWAYS), slack):
        await approve(slack, "shop")
        await answered(slack, "shop", "Approved")
        await outcome_of(slack, "shop")
    assert len(questions(slack, "shop")) == 1
    assert len(cloud.registries) == 1
    assert [code for code, _who, _details in happened(tmp_path, "shop")].count("waiting") == 1


async def test_approvers_see_the_receipt_of_a_private_request_that_they_are_asked_about_and_others_do_not(
    settings: SettingsOf, slack: LocalSlack, tmp_path: Path
) -> None:
    slack.channels[company.SECRET_PROJECT].members.add(company.BOT_USER)
    rules = {**ALWAYS, "APPROVERS": company.CHIARA, "APPROVER_GROUPS": "", "NOTIFY_CHANNELS": company.GENERAL}
    async with running_bot(settings(**rules), slack):
        await ask_for(slack, "shop", channel=company.SECRET_PROJECT)
        question = await question_about(slack, "shop")
        await slack.press(question.ts, "receipt_show", channel=company.PLATFORM, user=company.BEN)
        await only_for(slack, company.BEN, "was requested from a channel that not everybody can see")
        before = set(slack.views)
        await slack.press(question.ts, "receipt_show", channel=company.PLATFORM, user=company.CHIARA)
        await slack.wait_for(lambda: bool(set(slack.views) - before), timeout=30)
        await decline(slack, "shop", "Not now", user=company.CHIARA)
        await told(slack, "shop", "was declined", channel=company.SECRET_PROJECT)
        await slack.wait_for(lambda: bool(slack.messages(company.GENERAL)), timeout=30)
    (notice,) = slack.messages(company.GENERAL)
    assert notice.text == "A registry requested in a private channel: declined"
    seen = [who for code, who, _details in happened(tmp_path, "shop") if code == "seen"]
    assert seen == [company.CHIARA]


async def test_check_looks_at_the_channel_of_the_approvers(settings: SettingsOf, slack: LocalSlack) -> None:
    slack.channels[company.PLATFORM].is_archived = True
    slack.groups.clear()
    found = {each.code: each.values.get("setting") for each in await check(settings(**ALWAYS))}
    assert found["channel_archived"] == "APPROVAL_CHANNEL"
    assert found["group_not_found"] == "APPROVER_GROUPS"
