"""Answers that do not count: nothing happens, and there is one line in the log and one event."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import actions, company, payloads
from bot.playground.slack.actions import Use
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.support.approving import ALWAYS, APPROVE, DECLINE, WITHDRAW, only_for, open_decline_form, question_about
from tests.support.database import rows
from tests.support.people import ask_for, outcome_of
from tests.support.running import running_bot

SettingsOf = Callable[..., Settings]
Change = Callable[[dict[str, Any]], None]
OTHER_COMPANY = "T0OTHERCOMP"


def press_body(slack: LocalSlack, message: Message, action_id: str, *, user: str) -> bytes:
    payload = actions.used_in_message(slack.workspace, message, Use(action_id=action_id), user=user)
    return payloads.encoded("interactive", payload)


def bent(body: bytes, change: Change) -> bytes:
    payload = json.loads(parse_qs(body.decode())["payload"][0])
    change(payload)
    return urlencode({"payload": json.dumps(payload)}).encode()


def denied(tmp_path: Path) -> list[tuple[str, str]]:
    """(who, rule) of each."""
    found = rows(tmp_path / "bot.sqlite3", "SELECT who, details FROM registry_bot_events WHERE code = 'denied'")
    return [(who, json.loads(details)["rule"]) for who, details in found]


def decisions(tmp_path: Path) -> list[str]:
    codes = "('approved', 'declined', 'withdrawn', 'expired')"
    found = rows(tmp_path / "bot.sqlite3", f"SELECT code FROM registry_bot_events WHERE code IN {codes}")
    return [code for (code,) in found]


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.getMessage() == "an answer does not count"]


FORGED: dict[str, tuple[str, Change, str]] = {
    "somebody else's press": (APPROVE, lambda payload: payload["user"].update(id=company.ANA), "answer_own"),
    "a press by nobody of the approvers": (
        APPROVE,
        lambda payload: payload["user"].update(id="U0STRANGER0"),
        "answer_not_approver",
    ),
    "a press sent elsewhere": (APPROVE, lambda payload: payload["team"].update(id=OTHER_COMPANY), "answer_workspace"),
    "an approver's press from another company": (
        APPROVE,
        lambda payload: (payload["user"].update(team_id=OTHER_COMPANY), payload["team"].update(id=OTHER_COMPANY))[0],
        "answer_external",
    ),
    "a request that does not exist": (
        APPROVE,
        lambda payload: payload["actions"][0].update(value="T0-V0"),
        "answer_no_request",
    ),
    "no request at all": (
        APPROVE,
        lambda payload: payload["actions"][0].update(value="<!channel> {json: [" * 50),
        "answer_no_request",
    ),
    "declined by whoever asked": (DECLINE, lambda payload: payload["user"].update(id=company.ANA), "answer_own"),
    "declined elsewhere": (DECLINE, lambda payload: payload["team"].update(id=OTHER_COMPANY), "answer_workspace"),
    "withdrawn by the approver": (
        APPROVE,
        lambda payload: payload["actions"][0].update(action_id=WITHDRAW),
        "answer_not_requester",
    ),
}


@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_press_does_nothing_and_is_one_line_and_one_event(
    settings: SettingsOf,
    slack: LocalSlack,
    cloud: LocalCodeArts,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    forged: str,
) -> None:
    action_id, change, rule = FORGED[forged]
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        await ask_for(slack, "shop")
        question = await question_about(slack, "shop")
        body = bent(press_body(slack, question, action_id, user=company.BEN), change)
        answers = [await slack.deliver_raw(body) for _ in range(2)]
        await slack.wait_for(lambda: len(lines(caplog)) == 2 and bool(denied(tmp_path)), timeout=30)
    assert {each.status for each in answers} == {200}
    assert [each for _who, each in denied(tmp_path)] == [rule]
    assert decisions(tmp_path) == []
    assert cloud.registries == []


EDITED: dict[str, Any] = {
    "no JSON": "{",
    "a list": "[1]",
    "nested without end": "[" * 2000,
    "another request": json.dumps({"request": "T0-V0"}),
    "things of other kinds": json.dumps({"request": {"a": [1]}}),
}


def edited(metadata: str) -> Change:
    return lambda payload: payload["view"].update(private_metadata=metadata)


VIEWS: dict[str, tuple[Change, str]] = {
    **{name: (edited(metadata), "answer_no_request") for name, metadata in EDITED.items()},
    "sent by whoever asked": (lambda payload: payload["user"].update(id=company.ANA), "answer_own"),
    "another team's view": (lambda payload: payload["view"].update(team_id=OTHER_COMPANY), "answer_workspace"),
    "sent elsewhere": (lambda payload: payload["team"].update(id=OTHER_COMPANY), "answer_workspace"),
}


@pytest.mark.parametrize("forged", VIEWS)
async def test_a_forged_form_declines_nothing_and_is_one_line_and_one_event(
    settings: SettingsOf,
    slack: LocalSlack,
    cloud: LocalCodeArts,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    forged: str,
) -> None:
    change, rule = VIEWS[forged]
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        await ask_for(slack, "shop")
        view_id = await open_decline_form(slack, "shop")
        body = slack.submission_body(view_id, {"decline_reason": {"reason": "No"}})
        answer = await slack.deliver_raw(bent(body, change))
        await slack.wait_for(lambda: bool(denied(tmp_path)), timeout=30)
    assert answer.json["response_action"] == "update", answer
    assert [each for _who, each in denied(tmp_path)] == [rule]
    assert len(lines(caplog)) == 1
    assert decisions(tmp_path) == []
    assert cloud.registries == []


async def test_an_approval_that_is_delivered_again_changes_nothing(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        await ask_for(slack, "shop")
        question = await question_about(slack, "shop")
        body = press_body(slack, question, APPROVE, user=company.BEN)
        await slack.deliver_raw(body)
        await outcome_of(slack, "shop")
        for _ in range(3):
            await slack.deliver_raw(body)
        await only_for(slack, company.BEN, f"`shop` was approved by <@{company.BEN}>")
    assert decisions(tmp_path) == ["approved"]
    assert len(cloud.registries) == 1


async def test_an_approval_with_another_signature_is_refused(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        await ask_for(slack, "shop")
        question = await question_about(slack, "shop")
        body = press_body(slack, question, APPROVE, user=company.BEN)
        answer = await slack.deliver_raw(body, signature="v0=" + "0" * 64)
        old = await slack.deliver_raw(body, timestamp="1000000000")
    assert (answer.status, old.status) == (401, 401)
    assert decisions(tmp_path) == []
    assert cloud.registries == []
