"""Approvers who may not answer (any more): being named in APPROVERS gives no right beyond the rules for everybody."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.approving import ALWAYS, approve, decline, only_for, open_decline_form
from tests.support.database import rows
from tests.support.people import ask_for, outcome_of
from tests.support.running import running_bot

SettingsOf = Callable[..., Settings]
OTHER_COMPANY = "T0OTHERCOMP"


def make(slack: LocalSlack, user: str, **changes: Any) -> None:
    slack.users[user] = replace(slack.users[user], **changes)


def events(tmp_path: Path, code: str) -> list[str]:
    """The rules in the events of this code, or their details."""
    found = rows(tmp_path / "bot.sqlite3", "SELECT details FROM registry_bot_events WHERE code = :code", {"code": code})
    return [json.loads(details).get("rule", "") for (details,) in found]


BARRED: dict[str, tuple[dict[str, Any], dict[str, str], str, str]] = {
    "a guest": ({"is_guest": True}, {}, "answer_guest", "Guests cannot answer requests"),
    "somebody who has left": ({"is_deleted": True}, {}, "answer_not_approver", "You are not an approver"),
    "an app": ({"is_bot": True}, {}, "answer_not_approver", "You are not an approver"),
    "of another company": ({"team": OTHER_COMPANY}, {}, "answer_external", "Only people from this company"),
    "of another company, where guests may": (
        {"team": OTHER_COMPANY},
        {"ALLOW_GUESTS": "yes"},
        "answer_external",
        "Only people from this company",
    ),
}


@pytest.mark.parametrize("kind", BARRED)
async def test_a_person_who_may_no_longer_answer_is_told_so_and_it_is_on_record(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, kind: str
) -> None:
    changes, rules, rule, words = BARRED[kind]
    async with running_bot(settings(**ALWAYS, **rules), slack):
        await ask_for(slack, "shop")
        view_id = await open_decline_form(slack, "shop")
        make(slack, company.BEN, **changes)
        await approve(slack, "shop")
        await only_for(slack, company.BEN, words)
        await slack.submit(view_id, {"decline_reason": {"reason": "No"}})
        assert words in json.dumps(slack.views[view_id].view)
        await slack.wait_for(lambda: len(events(tmp_path, "denied")) == 2, timeout=30)
        assert cloud.registries == []
        await approve(slack, "shop", user=company.CHIARA)
        await outcome_of(slack, "shop")
    assert events(tmp_path, "denied") == [rule, rule]
    assert events(tmp_path, "declined") == []
    assert len(cloud.registries) == 1


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"is_guest": True}, {"ALLOW_GUESTS": "yes"}),
        ({"team": OTHER_COMPANY}, {"ALLOW_EXTERNAL": "yes"}),
    ],
)
async def test_where_the_rules_let_them_ask_they_may_also_answer(
    settings: SettingsOf,
    slack: LocalSlack,
    cloud: LocalCodeArts,
    changes: dict[str, Any],
    rules: dict[str, str],
) -> None:
    make(slack, company.BEN, **changes)
    async with running_bot(settings(**ALWAYS, **rules), slack):
        await ask_for(slack, "shop")
        await approve(slack, "shop")
        await outcome_of(slack, "shop")
    assert len(cloud.registries) == 1


@pytest.mark.parametrize("changes", [{"is_guest": True}, {"is_deleted": True}, {"team": OTHER_COMPANY}])
async def test_the_form_says_so_where_every_approver_is_one_of_them(
    settings: SettingsOf, slack: LocalSlack, tmp_path: Path, changes: dict[str, Any]
) -> None:
    make(slack, company.BEN, **changes)
    async with running_bot(settings(**ALWAYS | {"APPROVER_GROUPS": ""}), slack):
        answer = await ask_for(slack, "shop")
    assert "nobody but you could give it" in json.dumps(answer.json)
    assert rows(tmp_path / "bot.sqlite3", "SELECT id FROM registry_bot_requests") == []


@pytest.mark.parametrize("blank", ["\u200b\u200b", "\u2060 \ufeff", " \n\t\u00a0", "\u202e"])
async def test_a_reason_of_which_nothing_can_be_seen_is_none(
    settings: SettingsOf, slack: LocalSlack, tmp_path: Path, blank: str
) -> None:
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        await ask_for(slack, "shop")
        view_id = await decline(slack, "shop", blank)
        assert "Please write a few words" in slack.views[view_id].errors["decline_reason"]
    assert events(tmp_path, "declined") == []
