"""Who may ask, through the front door: at every door, in the form, at the buttons, and on the record."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Delivery
from bot.playground.slack.server import LocalSlack
from tests.support.database import rows
from tests.support.people import ask_for, filled_in, open_form, outcome_of, words
from tests.support.running import all_finished, running_bot

SettingsOf = Callable[..., Settings]
OTHER_COMPANY = "T0OTHERCOMP"
CONTACT = {"SUPPORT_CONTACT": "#platform-help"}
BUSY = Fault.answer(429, {"error_msg": "busy"})


def denials(tmp_path: Path) -> list[dict[str, Any]]:
    """What the ledger holds of them, oldest first, with who asked."""
    found = rows(tmp_path / "bot.sqlite3", "SELECT who, details FROM registry_bot_events WHERE code = 'denied'")
    return [{"who": who, **json.loads(details)} for who, details in found]


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.getMessage().startswith("request denied")]


def make(slack: LocalSlack, user: str, **changes: Any) -> None:
    slack.users[user] = replace(slack.users[user], **changes)


def error_in(delivery: Delivery, block: str = "registry_name") -> str:
    assert delivery.json is not None, delivery
    return str(delivery.json["errors"][block])


async def submit(slack: LocalSlack, view_id: str, name: str = "shop", **fields: Any) -> Delivery:
    return await slack.submit(view_id, filled_in(name=name, **fields))


# ---- without a setting ----


async def test_a_member_may_and_a_guest_may_not(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make(slack, company.BEN, is_guest=True)
    caplog.set_level("INFO")
    async with running_bot(settings(**CONTACT), slack):
        await ask_for(slack, "ours")
        await outcome_of(slack, "ours")
        view_id = await open_form(slack, user=company.BEN)
        delivery = await submit(slack, view_id)
        again = await slack.command("shop", user=company.BEN)
    for said in (error_in(delivery), again.json["text"]):
        assert "Guests of this workspace cannot request registries." in said
        assert said.endswith("(Setting: ALLOW_GUESTS)")
        assert "ask #platform-help" in said
    assert slack.views[view_id].open
    assert [each.display_name for each in cloud.registries] == ["ours"]
    assert [(each["who"], each["rule"], each["name"]) for each in denials(tmp_path)] == [
        (company.BEN, "guest", "shop")
    ] * 2
    assert len(lines(caplog)) == 2


async def test_somebody_of_another_company_is_known_from_the_payload_alone(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    slack.credentials.scopes -= {"users:read", "usergroups:read"}
    make(slack, company.BEN, team=OTHER_COMPANY)
    async with running_bot(settings(**CONTACT), slack):
        await slack.shortcut("create_registry_anywhere", user=company.BEN)
        await slack.wait_for(lambda: bool(slack.views))
        # A command says nothing of whose company the person is from.
        delivery = await submit(slack, await open_form(slack, user=company.BEN))
        await slack.open_home(user=company.BEN)
        await slack.wait_for(lambda: company.BEN in slack.homes)
        await slack.press_at_home("registry_create", user=company.BEN)
        await slack.wait_for(lambda: len(denials(tmp_path)) == 3)
    assert "Only people from this company" in error_in(delivery)
    notes = [json.dumps(each.view) for each in slack.views.values()]
    assert sum("Only people from this company" in each for each in notes) == 2
    assert {each["rule"] for each in denials(tmp_path)} == {"external"}
    assert cloud.registries == []


@pytest.mark.parametrize("allowed", ["yes", "no"])
async def test_the_switches_for_guests_and_for_people_of_other_companies(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, allowed: str
) -> None:
    make(slack, company.ANA, is_guest=True, team=OTHER_COMPANY)
    async with running_bot(settings(ALLOW_GUESTS=allowed, ALLOW_EXTERNAL=allowed), slack):
        delivery = await ask_for(slack, "shop")
        if allowed == "yes":
            await outcome_of(slack, "shop")
            assert "users.info" not in {call.method for call in slack.calls}
    assert (delivery.json is None) == (allowed == "yes")
    assert len(cloud.registries) == (1 if allowed == "yes" else 0)


# ---- facts that cannot be had ----


@pytest.mark.parametrize(("setting", "created"), [({}, True), ({"ALLOW_GUESTS": "no"}, False)], ids=str)
async def test_without_the_right_to_ask_only_the_setting_makes_it_a_no(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, setting: dict[str, str], created: bool
) -> None:
    slack.credentials.scopes -= {"users:read"}
    async with running_bot(settings(**setting), slack):
        delivery = await ask_for(slack, "shop")
        if created:
            await outcome_of(slack, "shop")
        else:
            assert "I could not find out whether you are a full member" in error_in(delivery)
    assert len(cloud.registries) == int(created)


NO_ANSWER = {
    "down": Fault.answer(500, "down"),
    "slow": Fault.slow(5.0),
    "elsewhere": Fault.answer(404, "<html>not here</html>"),
    "nothing said": Fault.answer(200, {"ok": True}),
    "unknown to Slack": Fault.answer(200, {"ok": False, "error": "user_not_found"}),
}
NO_SUCH_METHOD = Fault.answer(200, {"ok": False, "error": "unknown_method"})


@pytest.mark.parametrize("fault", [*NO_ANSWER.values(), NO_SUCH_METHOD], ids=[*NO_ANSWER, "no such method"])
async def test_without_the_setting_nobody_is_refused_because_slack_does_not_tell(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, fault: Fault
) -> None:
    slack.faults.add("users.info", fault, times=None)
    async with running_bot(settings(), slack):
        assert (await ask_for(slack, "shop")).json is None
        await outcome_of(slack, "shop")
    assert len(cloud.registries) == 1


@pytest.mark.parametrize("fault", NO_ANSWER.values(), ids=NO_ANSWER)
async def test_a_fact_that_slack_does_not_tell_is_a_no_in_words_and_a_yes_later(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, fault: Fault
) -> None:
    slack.faults.add("users.info", fault, times=None)
    async with running_bot(settings(ALLOW_GUESTS="no"), slack):
        view_id = await open_form(slack)
        delivery = await submit(slack, view_id)
        assert "Try again in a minute" in error_in(delivery)
        assert cloud.registries == []
        slack.faults.clear()
        for _ in range(20):
            if (await submit(slack, view_id)).json is None:
                break
            await asyncio.sleep(0.5)
        await outcome_of(slack, "shop")


# ---- people and groups ----


async def test_only_members_of_the_group_and_named_people_may(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    rules = {"ALLOWED_GROUPS": company.PLATFORM_TEAM, "ALLOWED_USERS": company.BEN, **CONTACT}
    async with running_bot(settings(**rules), slack):
        for user, name in ((company.CHIARA, "of-the-group"), (company.BEN, "named")):
            assert (await submit(slack, await open_form(slack, user=user), name)).json is None
            await outcome_of(slack, name)
        delivery = await slack.command("shop", user=company.ANA)
    said = delivery.json["text"]
    assert f"<@{company.BEN}>" in said
    assert f"<!subteam^{company.PLATFORM_TEAM}>" in said
    assert "ALLOWED_USERS, ALLOWED_GROUPS" in said
    assert "ask #platform-help" in said
    (denied,) = denials(tmp_path)
    assert (denied["who"], denied["value"]) == (company.ANA, [company.BEN, company.PLATFORM_TEAM])


async def test_what_is_not_known_at_the_door_is_told_in_the_form(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(ALLOWED_GROUPS=company.PLATFORM_TEAM), slack):
        delivery = await ask_for(slack, "shop")
    error = error_in(delivery)
    assert error.startswith("You are not among the people who can request registries here.")
    assert error.endswith("(Setting: ALLOWED_GROUPS)")
    assert company.PLATFORM_TEAM not in error  # in a form an id cannot be shown as a name
    assert cloud.registries == []


@pytest.mark.parametrize("gone", ["the right", "the group"])
async def test_a_group_that_cannot_be_read_lets_nobody_through(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, gone: str
) -> None:
    if gone == "the right":
        slack.credentials.scopes -= {"usergroups:read"}
    else:
        slack.groups.clear()
    async with running_bot(settings(ALLOWED_GROUPS=company.PLATFORM_TEAM), slack):
        view_id = await open_form(slack, user=company.CHIARA)
        delivery = await submit(slack, view_id)
    assert "I could not find out whether you are among the people" in error_in(delivery)
    assert "(Setting: ALLOWED_GROUPS)" in error_in(delivery)
    assert cloud.registries == []


# ---- channels ----


async def test_registries_are_asked_for_and_told_in_allowed_channels_only(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    said = slack.say("We need one", channel=company.GENERAL)
    async with running_bot(settings(ALLOWED_CHANNELS=company.TEAM_SHOP, **CONTACT), slack):
        elsewhere = await slack.command("shop", channel=company.GENERAL)
        assert f"<#{company.TEAM_SHOP}>" in elsewhere.json["text"]
        await slack.message_shortcut("create_registry_on_message", said.ts, channel=company.GENERAL)
        await slack.wait_for(lambda: len(denials(tmp_path)) == 2)
        assert not slack.views
        await slack.shortcut("create_registry_anywhere")
        await slack.wait_for(lambda: bool(slack.views))
        (view_id,) = slack.views
        chosen = await submit(slack, view_id, channel=company.GENERAL)
        assert "Choose another one, or ask #platform-help. (Setting: ALLOWED_CHANNELS)" in error_in(
            chosen, "result_channel"
        )
        assert (await submit(slack, view_id, channel=company.TEAM_SHOP)).json is None
        await outcome_of(slack, "shop")
    assert [each["door"] for each in denials(tmp_path)] == ["command", "message_shortcut", None]
    assert len(cloud.registries) == 1


# ---- buttons ----


@pytest.mark.parametrize("action_id", ["registry_try_again", "registry_another_name"])
async def test_a_person_who_may_no_longer_ask_cannot_ask_again_by_a_button(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, action_id: str
) -> None:
    async with running_bot(settings(), slack):
        view_id = await open_form(slack)
        if action_id == "registry_try_again":
            cloud.faults.add("create", BUSY, times=None)
        else:
            await slack.wait_for(lambda: any(call.operation == "list_all" for call in cloud.calls))
            cloud.add_registry("shop")
        await submit(slack, view_id)
        message = await outcome_of(slack, "shop")
    assert action_id in json.dumps(message.blocks)
    views = len(slack.views)
    async with running_bot(settings(ALLOWED_USERS=company.BEN), slack):
        await slack.press(message.ts, action_id)
        await slack.wait_for(lambda: any(each.ephemeral_to for each in slack.messages(company.TEAM_SHOP)))
        await slack.wait_for(lambda: bool(denials(tmp_path)))
    (told,) = [each for each in slack.messages(company.TEAM_SHOP) if each.ephemeral_to]
    assert "You are not among the people" in words(told)
    assert len(slack.views) == views


# ---- forged ----


def bent(body: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    payload = json.loads(parse_qs(body.decode())["payload"][0])
    change(payload)
    return urlencode({"payload": json.dumps(payload)}).encode()


FORGED: dict[str, Callable[[dict[str, Any]], None]] = {
    "another team's view": lambda payload: payload["view"].update(team_id=OTHER_COMPANY),
    "installed elsewhere": lambda payload: payload["view"].update(app_installed_team_id=OTHER_COMPANY),
    "sent elsewhere": lambda payload: payload["team"].update(id=OTHER_COMPANY),
    "by somebody from elsewhere": lambda payload: payload["user"].update(team_id=OTHER_COMPANY),
}


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("times", [1, 2])
async def test_what_is_of_another_workspace_creates_nothing_and_is_one_line_and_one_event(
    settings: SettingsOf,
    slack: LocalSlack,
    cloud: LocalCodeArts,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    forged: str,
    times: int,
) -> None:
    caplog.set_level("INFO")
    async with running_bot(settings(), slack):
        view_id = await open_form(slack)
        body = bent(slack.submission_body(view_id, filled_in(name="shop")), FORGED[forged])
        answers = [await slack.deliver_raw(body) for _ in range(times)]
        await slack.wait_for(lambda: bool(denials(tmp_path)))
    assert all("errors" in each.json for each in answers)
    assert cloud.registries == []
    assert len(denials(tmp_path)) == 1
    assert len(lines(caplog)) == times


# ---- how many ----


async def test_one_person_may_ask_for_so_many_within_an_hour(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running_bot(settings(MAX_PER_PERSON_HOUR="2", **CONTACT), slack):
        for name in ("first", "second"):
            await ask_for(slack, name)
            await outcome_of(slack, name)
        view_id = await open_form(slack)
        delivery = await submit(slack, view_id, "third")
        assert re.search(
            r"Try again after \d\d:\d\d UTC, or ask #platform-help\. \(Setting: MAX_PER_PERSON_HOUR: 2\)",
            error_in(delivery),
        )
        # Others may, the same name included.
        assert (await submit(slack, await open_form(slack, user=company.BEN), "third")).json is None
        await outcome_of(slack, "third")
    assert [each.display_name for each in cloud.registries] == ["first", "second", "third"]
    assert [(each["rule"], each["value"], each["name"]) for each in denials(tmp_path)] == [("hour", ["2"], "third")]


async def test_of_forms_sent_at_the_same_moment_no_more_are_taken(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(MAX_PER_PERSON_HOUR="3"), slack):
        views = [await open_form(slack) for _ in range(6)]
        sent = [submit(slack, view_id, f"shop-{number}") for number, view_id in enumerate(views)]
        answers = await asyncio.gather(*sent)
    assert sum(each.json is None for each in answers) == 3
    assert len(cloud.registries) == 3


EDITED: dict[str, Any] = {
    "no JSON": "{",
    "a list": "[1]",
    "nested without end": "[" * 2000,
    "things of other kinds": json.dumps({"door": {"a": 1}, "public_channel": 5, "thread": [{}, []], "again": ["x"]}),
    "a door of nobody": json.dumps({"door": "terminal", "public_channel": "<!channel>", "thread": ["#x", "now"]}),
}


@pytest.mark.parametrize("edited", EDITED)
async def test_an_edited_form_gives_no_right_no_thread_and_no_name_to_others(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, edited: str
) -> None:
    def edit(payload: dict[str, Any]) -> None:
        payload["view"]["private_metadata"] = EDITED[edited]

    rules = {"ALLOWED_USERS": company.ANA, "NOTIFY_CHANNELS": company.PLATFORM}
    async with running_bot(settings(**rules), slack) as service:
        view_id = await open_form(slack)
        body = bent(slack.submission_body(view_id, filled_in(name="shop")), edit)
        assert (await slack.deliver_raw(body)).status == 200
        await outcome_of(slack, "shop")
        of_another = bent(body, lambda payload: payload["user"].update(id=company.BEN))
        assert "You are not among the people" in error_in(await slack.deliver_raw(of_another))
        await all_finished()
        (receipt,) = await service.engine.ledger.find("shop")
    assert (receipt.door, receipt.public) == ("command", False)
    assert all("shop" not in words(each) for each in slack.messages(company.PLATFORM))
    assert len(cloud.registries) == 1
