"""The twenty combinations of person, place and policy that matter most, by signed bodies: created, waiting, offered or no."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.approving import ALWAYS, approve, question_about, questions
from tests.support.database import rows
from tests.support.people import filled_in, open_form, outcome_of
from tests.support.running import running_bot

SettingsOf = Callable[..., Settings]
OTHER_COMPANY = "T0OTHERCOMP"
OUTSIDE = {**ALWAYS, "APPROVAL": "outside_policy"}
GROUP = {"ALLOWED_GROUPS": company.PLATFORM_TEAM}
CHIARA_ALONE = {"APPROVERS": ""}
HERE = {"ALLOWED_CHANNELS": company.TEAM_SHOP}
THERE = {"ALLOWED_CHANNELS": company.GENERAL}
GUESTS, OTHERS = {"ALLOW_GUESTS": "yes"}, {"ALLOW_EXTERNAL": "yes"}


@dataclass(frozen=True, slots=True)
class Case:
    """Who asks under which settings, and what is to come of it. `is_`: what Slack says of Ana."""

    settings: dict[str, str]
    expected: Literal["created", "waits", "offered", "no"]
    is_: dict[str, Any] = field(default_factory=dict)
    by: str = company.ANA


GUEST, STRANGER = {"is_guest": True}, {"team": OTHER_COMPANY}
CASES = {
    "a member": Case({}, "created"),
    "a guest": Case({}, "no", GUEST),
    "a guest who may": Case(GUESTS, "created", GUEST),
    "a stranger": Case({}, "no", STRANGER),
    "a stranger who may": Case(OTHERS, "created", STRANGER),
    "not in the group": Case(GROUP, "no"),
    "in the group": Case(GROUP, "created", by=company.CHIARA),
    "in an allowed channel": Case(HERE, "created"),
    "in another channel": Case(THERE, "no"),
    "each waits: a member": Case(ALWAYS, "waits"),
    "each waits: a guest": Case(ALWAYS, "no", GUEST),
    "each waits: a guest who may": Case({**ALWAYS, **GUESTS}, "waits", GUEST),
    "each waits: a stranger": Case(ALWAYS, "no", STRANGER),
    "each waits: not in the group": Case({**ALWAYS, **GROUP}, "no"),
    "each waits: an approver": Case(ALWAYS, "waits", by=company.BEN),
    "each waits: the only approver": Case({**ALWAYS, **CHIARA_ALONE}, "no", by=company.CHIARA),
    "outside: within": Case({**OUTSIDE, **GROUP}, "created", by=company.CHIARA),
    "outside: not in the group": Case({**OUTSIDE, **GROUP}, "offered"),
    "outside: guests are asked after": Case({**OUTSIDE, **GROUP, "ALLOW_GUESTS": "no"}, "offered"),
    "outside: in another channel": Case({**OUTSIDE, **THERE}, "offered"),
    "outside: a guest": Case({**OUTSIDE, **GROUP}, "no", GUEST),
    "outside: a stranger": Case({**OUTSIDE, **GROUP}, "no", STRANGER),
    "outside: the only approver": Case({**OUTSIDE, **CHIARA_ALONE, **THERE}, "no", by=company.CHIARA),
}


@pytest.mark.parametrize("name", CASES)
async def test_what_comes_of_it(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, name: str
) -> None:
    case = CASES[name]
    slack.users[company.ANA] = replace(slack.users[company.ANA], **case.is_)
    # Nobody is denied at the door before the form is there: the door is another test's.
    async with running_bot(settings(), slack):
        view_id = await open_form(slack, user=case.by)
    async with running_bot(settings(**case.settings), slack, finished_within=None):
        delivery = await slack.submit(view_id, filled_in(name="shop"))
        found = "no" if delivery.json and "errors" in delivery.json else "offered" if delivery.json else "taken"
        if found == "taken" and case.expected == "waits":
            await question_about(slack, "shop")
            assert cloud.registries == []
            found = "waits"
            approver = company.CHIARA if case.by == company.BEN else company.BEN
            await approve(slack, "shop", user=approver)
        if found == "taken" or case.expected == "waits":
            await outcome_of(slack, "shop")
            found = "created" if found == "taken" else found
    assert found == case.expected
    assert len(cloud.registries) == (1 if case.expected in {"created", "waits"} else 0)
    kept = rows(tmp_path / "bot.sqlite3", "SELECT state FROM registry_bot_requests")
    assert kept == ([("created",)] if case.expected in {"created", "waits"} else [])
    assert len(questions(slack, "shop")) == (1 if case.expected == "waits" else 0)
