"""The form says before it accepts whether anybody could decide, and a denial inside it offers the way to an approval."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.access.policy import Obstacle
from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Delivery
from bot.playground.slack.server import LocalSlack
from tests.support.approving import ALWAYS, approve, question_about, questions, told
from tests.support.database import rows
from tests.support.people import filled_in, open_form, outcome_of, words
from tests.support.running import running_bot

SettingsOf = Callable[..., Settings]
OUTSIDE = {**ALWAYS, "APPROVAL": "outside_policy", "ALLOWED_USERS": company.BEN, "SUPPORT_CONTACT": "#platform-help"}


def error_in(delivery: Delivery) -> str:
    assert delivery.json is not None, delivery
    return str(delivery.json["errors"]["registry_name"])


def states(tmp_path: Path) -> list[tuple[str, str]]:
    return rows(tmp_path / "bot.sqlite3", "SELECT name, state FROM registry_bot_requests")


async def submit(slack: LocalSlack, name: str = "shop", *, user: str = company.ANA) -> Delivery:
    return await slack.submit(await open_form(slack, user=user), filled_in(name=name))


def archive(slack: LocalSlack) -> None:
    slack.channels[company.PLATFORM].is_archived = True


def hide(slack: LocalSlack) -> None:
    slack.channels[company.PLATFORM].is_private = True


def close(slack: LocalSlack) -> None:
    slack.credentials.scopes -= {"chat:write.public"}
    slack.credentials.__dict__.pop("headers", None)  # what its answers say of its scopes is made once


OBSTACLES: dict[str, tuple[dict[str, str], Callable[[LocalSlack], Any], str]] = {
    "nobody but the requester": (
        {"APPROVERS": company.ANA, "APPROVER_GROUPS": ""},
        lambda _slack: None,
        "nobody but you",
    ),
    "only the requester in the group": (
        {"APPROVERS": ""},
        lambda slack: slack.groups[company.PLATFORM_TEAM].members.symmetric_difference_update(
            {company.ANA, company.CHIARA}
        ),
        "nobody but you",
    ),
    "an empty group": (
        {"APPROVERS": ""},
        lambda slack: slack.groups[company.PLATFORM_TEAM].members.clear(),
        "nobody but you",
    ),
    "the group is gone": ({"APPROVERS": ""}, lambda slack: slack.groups.clear(), "could not find out who can give it"),
    "the group may not be read": (
        {"APPROVERS": ""},
        lambda slack: setattr(slack.credentials, "scopes", slack.credentials.scopes - {"usergroups:read"}),
        "could not find out who can give it",
    ),
    "Slack does not answer": (
        {"APPROVERS": ""},
        lambda slack: slack.faults.add("usergroups.users.list", Fault.answer(500, "down"), times=None),
        "could not find out who can give it",
    ),
    "the channel is archived": ({}, archive, "is archived"),
    "the channel is gone": ({"APPROVAL_CHANNEL": "C0NOWHERE00"}, lambda _slack: None, "does not exist"),
    "the channel is private": ({}, hide, "does not exist, or I am not a member"),
    "the bot may not post there": ({}, close, "I may not post"),
    "channels may not be read": (
        {},
        lambda slack: setattr(slack.credentials, "scopes", slack.credentials.scopes - {"channels:read"}),
        "could not find out whether I can reach",
    ),
    "nothing is said of the channel": (
        {},
        lambda slack: slack.faults.add("conversations.info", Fault.slow(5.0), times=None),
        "could not find out whether I can reach",
    ),
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
async def test_the_form_says_before_it_accepts_that_nobody_could_decide(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, obstacle: str
) -> None:
    changes, happens, said = OBSTACLES[obstacle]
    happens(slack)
    rules = {**ALWAYS, "SUPPORT_CONTACT": "#platform-help", **changes}
    async with running_bot(settings(**rules), slack):
        delivery = await submit(slack)
    assert said in error_in(delivery)
    assert "#platform-help" in error_in(delivery)
    assert states(tmp_path) == []
    assert questions(slack, "shop") == []
    assert cloud.registries == []
    # It is on record that somebody asked, and why nothing came of it.
    ((who, details),) = rows(
        tmp_path / "bot.sqlite3", "SELECT who, details FROM registry_bot_events WHERE code = 'denied'"
    )
    assert who == company.ANA
    assert json.loads(details)["name"] == "shop"
    assert json.loads(details)["rule"] in set(Obstacle)


async def test_an_obstacle_that_is_removed_is_noticed_at_once(settings: SettingsOf, slack: LocalSlack) -> None:
    archive(slack)
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        view_id = await open_form(slack)
        assert "is archived" in error_in(await slack.submit(view_id, filled_in(name="shop")))
        slack.channels[company.PLATFORM].is_archived = False
        assert (await slack.submit(view_id, filled_in(name="shop"))).json is None
        await question_about(slack, "shop")


async def test_where_every_request_needs_an_approval_the_form_says_so_and_takes_a_reason(
    settings: SettingsOf, slack: LocalSlack
) -> None:
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        view_id = await open_form(slack)
        assert "Every request needs an approval" in json.dumps(slack.views[view_id].view)
        values = {**filled_in(name="shop"), "approval_reason": {"reason": "For *our* <!here> images"}}
        assert (await slack.submit(view_id, values)).json is None
        question = await question_about(slack, "shop")
    assert "For *our* <!here> images" in words(question)
    assert "<!here>" not in question.text


# ---- Ask for it ----


async def test_a_denial_known_at_the_door_opens_the_form_with_one_more_field(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(**OUTSIDE), slack):
        view_id = await open_form(slack)
        shown = json.dumps(slack.views[view_id].view)
        assert "You are not among the people who can request registries here." in shown
        assert "Why do you need it?" in shown
        assert (await slack.submit(view_id, filled_in(name="shop"))).error == "incomplete_form"
        values = {**filled_in(name="shop"), "approval_reason": {"reason": "Our team is new"}}
        assert (await slack.submit(view_id, values)).json is None
        question = await question_about(slack, "shop")
        assert "not among the people who need none" in words(question)
        assert "Our team is new" in words(question)
        assert cloud.registries == []
        await approve(slack, "shop")
        await outcome_of(slack, "shop")
    assert len(cloud.registries) == 1


async def test_a_denial_inside_the_form_offers_the_way_and_keeps_what_was_typed(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    rules = {**OUTSIDE, "ALLOWED_USERS": "", "ALLOWED_CHANNELS": company.GENERAL}
    async with running_bot(settings(**rules), slack, finished_within=None):
        await slack.shortcut("create_registry_anywhere")
        await slack.wait_for(lambda: bool(slack.views))
        (view_id,) = slack.views
        assert "Why do you need it?" not in json.dumps(slack.views[view_id].view)
        values = filled_in(name="shop", description="ours", channel=company.TEAM_SHOP)
        answer = await slack.submit(view_id, values)
        assert answer.json["response_action"] == "update"
        shown = json.dumps(slack.views[view_id].view)
        assert "Registries cannot be requested for this channel." in shown
        assert "Why do you need it?" in shown
        assert states(tmp_path) == []
        again = await slack.submit(view_id, {**values, "approval_reason": {"reason": "We all sit there"}})
        assert again.json is None
        question = await question_about(slack, "shop")
        await told(slack, "shop", "is waiting for approval")
    assert "the channel is not among those that need none" in words(question)
    assert "ours" in words(question)
    assert cloud.registries == []


async def test_with_outside_policy_people_who_may_ask_need_no_approval(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(**OUTSIDE), slack):
        assert (await submit(slack, user=company.BEN)).json is None
        await outcome_of(slack, "shop")
    assert questions(slack, "shop") == []
    assert len(cloud.registries) == 1


async def test_what_nobody_can_say_about_a_person_is_no_reason_to_ask_approvers(
    settings: SettingsOf, slack: LocalSlack, tmp_path: Path
) -> None:
    slack.groups.clear()
    rules = {**OUTSIDE, "ALLOWED_USERS": "", "ALLOWED_GROUPS": company.PLATFORM_TEAM}
    async with running_bot(settings(**rules), slack):
        values = {**filled_in(name="shop"), "approval_reason": {"reason": "Please"}}
        view_id = await open_form(slack)
        delivery = await slack.deliver_raw(slack.submission_body(view_id, values))
    assert "I could not find out whether you are among the people" in error_in(delivery)
    assert states(tmp_path) == []


@pytest.mark.parametrize("kind", ["guest", "foreign", "unknown"])
async def test_guests_and_people_of_other_companies_are_never_offered_it(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, kind: str
) -> None:
    of_kind: dict[str, dict[str, Any]] = {
        "guest": {"is_guest": True},
        "foreign": {"team": "T0OTHERCOMP"},
        "unknown": {},
    }
    changes = of_kind[kind]
    slack.users[company.ANA] = replace(slack.users[company.ANA], **changes)
    rules = {**OUTSIDE, "ALLOW_GUESTS": "no"} if kind == "unknown" else OUTSIDE
    if kind == "unknown":
        slack.faults.add("users.info", Fault.answer(500, "down"), times=None)
    async with running_bot(settings(**rules), slack):
        # As the form was before anybody knew: with a reason that was typed, forged or not.
        view_id = await open_form(slack, user=company.BEN)
        body = slack.submission_body(
            view_id, {**filled_in(name="shop"), "approval_reason": {"reason": "Please"}}, user=company.ANA
        )
        delivery = await slack.deliver_raw(body)
    assert "errors" in delivery.json
    assert states(tmp_path) == []
    assert cloud.registries == []


async def test_without_anybody_who_could_decide_nothing_is_offered(
    settings: SettingsOf, slack: LocalSlack, tmp_path: Path
) -> None:
    archive(slack)
    rules = {**OUTSIDE, "ALLOWED_USERS": "", "ALLOWED_CHANNELS": company.GENERAL}
    async with running_bot(settings(**rules), slack):
        await slack.shortcut("create_registry_anywhere")
        await slack.wait_for(lambda: bool(slack.views))
        (view_id,) = slack.views
        delivery = await slack.submit(view_id, filled_in(name="shop", channel=company.TEAM_SHOP))
    assert "Registries cannot be requested for this channel." in str(delivery.json["errors"])
    assert states(tmp_path) == []
