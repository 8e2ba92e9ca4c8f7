"""Buttons, shortcuts and visits reach the handler that was registered for them; who waits for a word gets it, alone."""

import re
from typing import Any

import pytest

from bot import wording
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.answers import Answer, Tell
from bot.slack.inbound.presses import MessageShortcut, Press, Shortcut
from tests.slack.lunch import (
    BUTTON,
    CALLBACK_ID,
    MORE,
    SHORTCUT,
    SHORTCUT_HERE,
    VIEW,
    Lunch,
    giving,
    open_form,
    raising,
)
from tests.support.interactions import message_shortcut, press_in_view, sent, shortcut

pytestmark = pytest.mark.usefixtures("http")

FIRE = RuntimeError("the kitchen burns")
SOLD_OUT = Tell(text="No more soup for <@U0BENOKORO0>.")


def menu(slack: LocalSlack, action_id: str = MORE) -> Message:
    """A message of the bot with a button."""
    blocks = [{"type": "actions", "elements": [{**BUTTON, "action_id": action_id}]}]
    return slack.workspace.post(company.TEAM_SHOP, user=company.BOT_USER, via="bot", text="Soup", blocks=blocks)


async def told_alone(slack: LocalSlack, user: str = company.BEN) -> str:
    def ephemerals() -> list[Message]:
        return [each for each in slack.messages(company.TEAM_SHOP) if each.ephemeral_to == user]

    await slack.wait_for(lambda: bool(ephemerals()))
    (message,) = ephemerals()
    return message.text


# ---- what reaches whom ----


async def test_a_button_of_a_message_reaches_its_handler_read(slack: LocalSlack, lunch: Lunch) -> None:
    message = menu(slack)
    delivery = await slack.press(channel=company.TEAM_SHOP, ts=message.ts, action_id=MORE, user=company.BEN)
    assert (delivery.status, delivery.body) == (200, "")
    (press,) = lunch.presses
    assert (press.action.action_id, press.action.value) == (MORE, "soup")
    assert (press.user_id, press.user_name, press.team_id) == (company.BEN, "ben", company.TEAM_ID)
    assert press.message is not None
    assert press.channel is not None
    assert (press.channel.id, press.message.ts) == (company.TEAM_SHOP, message.ts)
    assert (press.channel.public_channel, press.view) == (company.TEAM_SHOP, None)


async def test_an_element_of_a_form_reaches_its_handler_with_what_the_form_shows(
    slack: LocalSlack, lunch: Lunch
) -> None:
    opened = slack.views[await open_form(slack)]
    delivery = await slack.deliver_raw(sent(press_in_view(slack, opened, MORE, "soup")))
    assert delivery.status == 200
    (press,) = lunch.presses
    assert press.view is not None
    assert (press.view.id, press.view.callback_id, press.view.type) == (opened.id, CALLBACK_ID, "modal")
    assert press.view.hash == opened.view["hash"]
    assert list(press.view.blocks) == opened.view["blocks"]
    assert press.message is None


async def test_a_global_shortcut_reaches_its_handler(slack: LocalSlack, lunch: Lunch) -> None:
    assert (await slack.deliver_raw(sent(shortcut(slack, SHORTCUT)))).status == 200
    (used,) = lunch.shortcuts
    assert isinstance(used, Shortcut)
    assert (used.user_id, used.callback_id) == (company.ANA, SHORTCUT)


@pytest.mark.parametrize(("ts", "thread_ts", "thread"), [("7.1", None, "7.1"), ("7.2", "7.1", "7.1")])
async def test_a_message_shortcut_reaches_its_handler_with_the_thread_it_was_used_in(
    slack: LocalSlack, lunch: Lunch, ts: str, thread_ts: str | None, thread: str
) -> None:
    payload = message_shortcut(slack, SHORTCUT_HERE, ts=ts, thread_ts=thread_ts)
    assert (await slack.deliver_raw(sent(payload))).status == 200
    (used,) = lunch.shortcuts
    assert isinstance(used, MessageShortcut)
    assert (used.channel.id, used.thread_ts) == (company.TEAM_SHOP, thread)


@pytest.mark.parametrize("tab", ["home", "messages"])
async def test_a_visit_to_the_app_reaches_its_handler(slack: LocalSlack, lunch: Lunch, tab: str) -> None:
    event = {"type": "app_home_opened", "user": company.ANA, "channel": "D0ANA", "tab": tab, "event_ts": "1.2"}
    assert (await slack.send_event(event)).status == 200
    (visit,) = lunch.visits
    assert (visit.user_id, visit.tab, visit.team_id) == (company.ANA, tab, company.TEAM_ID)


async def test_an_event_that_nobody_asked_for_is_not_taken_for_a_malformed_one(slack: LocalSlack) -> None:
    event = {"type": "user_change", "user": {"id": company.ANA}}  # where others have an id
    assert (await slack.send_event(event)).status == 404


@pytest.mark.parametrize("lost", ["user", "trigger_id", "actions"])
async def test_a_press_that_lacks_something_is_refused_by_the_name_of_what_it_lacks(
    slack: LocalSlack, caplog: pytest.LogCaptureFixture, lost: str
) -> None:
    payload = press_in_view(slack, slack.views[await open_form(slack)], MORE, "soup")
    del payload[lost]
    assert (await slack.deliver_raw(sent(payload))).status == 400
    assert f"missing or wrong: {lost}" in caplog.text


NO_PRESSES: list[tuple[str, dict[str, Any]]] = [
    ("trigger_id", {"trigger_id": "1.2\n<!here>"}),
    ("trigger_id", {"trigger_id": ["1.2"]}),
    ("user.id", {"user": {"id": "\u202eU1"}}),
    ("user.id", {"user": {"id": "U1" * 300}}),
    ("view.private_metadata", {"view": {"id": "V1", "type": "modal", "private_metadata": 7}}),
    ("view.private_metadata", {"view": {"id": "V1", "type": "modal", "private_metadata": "x" * 9000}}),
    ("actions.0.value", {"actions": [{"action_id": MORE, "value": ["soup"]}]}),
    ("actions.0.value", {"actions": [{"action_id": MORE, "value": "x" * 9000}]}),
    ("actions.0.action_ts", {"actions": [{"action_id": MORE, "action_ts": "\ud800"}]}),
    ("channel.id", {"channel": {"id": "C1\x1b[31m"}}),
    ("message.ts", {"message": {"ts": "1.2\u0000"}}),
]


@pytest.mark.parametrize(("place", "change"), NO_PRESSES, ids=ascii)
async def test_an_impossible_press_is_one_short_line_by_its_place_alone(
    slack: LocalSlack, lunch: Lunch, caplog: pytest.LogCaptureFixture, place: str, change: dict[str, Any]
) -> None:
    payload = press_in_view(slack, slack.views[await open_form(slack)], MORE, "soup")
    delivery = await slack.deliver_raw(sent({**payload, **change}))
    assert (delivery.status, delivery.body) == (400, wording.MALFORMED)
    (record,) = [record for record in caplog.records if record.name.startswith("bot.")]
    assert record.getMessage() == f"malformed request: missing or wrong: {place}"
    assert lunch.presses == []


# ---- a word to one person ----


async def test_an_answer_to_a_button_is_an_ephemeral_message_beside_the_one_it_is_in(
    slack: LocalSlack, lunch: Lunch
) -> None:
    lunch.on_press = giving(SOLD_OUT)
    message = menu(slack)
    await slack.press(channel=company.TEAM_SHOP, ts=message.ts, action_id=MORE, user=company.BEN)
    assert await told_alone(slack) == SOLD_OUT.text
    assert (message.text, message.edited) == ("Soup", False)


async def test_an_answer_to_a_message_shortcut_is_an_ephemeral_message(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_shortcut = giving(SOLD_OUT)
    await slack.deliver_raw(sent(message_shortcut(slack, SHORTCUT_HERE, ts="7.1", user=company.BEN)))
    assert await told_alone(slack) == SOLD_OUT.text


async def test_an_answer_to_a_global_shortcut_is_a_view_of_its_own(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_shortcut = giving(SOLD_OUT)
    await slack.deliver_raw(sent(shortcut(slack, SHORTCUT)))
    await slack.wait_for(lambda: bool(slack.views))
    (opened,) = slack.views.values()
    assert opened.view["blocks"][0]["text"]["text"] == SOLD_OUT.text


# ---- failures ----


async def test_a_person_who_presses_a_button_of_another_build_is_told_so(slack: LocalSlack, lunch: Lunch) -> None:
    message = menu(slack, action_id="of_another_build")
    delivery = await slack.press(
        channel=company.TEAM_SHOP, ts=message.ts, action_id="of_another_build", user=company.BEN
    )
    assert delivery.status == 200
    assert await told_alone(slack) == wording.BUTTON_UNKNOWN
    assert lunch.presses == []


@pytest.mark.parametrize("what", ["button", "message shortcut"])
async def test_a_person_who_waits_while_a_handler_fails_gets_an_apology_alone(
    slack: LocalSlack, lunch: Lunch, what: str
) -> None:
    lunch.on_press, lunch.on_shortcut = raising(FIRE), raising(FIRE)
    if what == "button":
        message = menu(slack)
        delivery = await slack.press(channel=company.TEAM_SHOP, ts=message.ts, action_id=MORE, user=company.BEN)
    else:
        payload = message_shortcut(slack, SHORTCUT_HERE, ts="7.1", user=company.BEN)
        delivery = await slack.deliver_raw(sent(payload))
    assert (delivery.status, delivery.body) == (200, "")
    text = await told_alone(slack)
    (reference,) = re.findall(r"R-[2-9B-Z]{5}", text)
    assert text == wording.APOLOGY.format(reference=reference)


async def test_a_global_shortcut_that_fails_opens_an_apology(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_shortcut = raising(FIRE)
    assert (await slack.deliver_raw(sent(shortcut(slack, SHORTCUT)))).status == 200
    await slack.wait_for(lambda: bool(slack.views))
    (opened,) = slack.views.values()
    assert opened.view["blocks"][0]["text"]["text"].startswith("Sorry, something went wrong")


async def test_an_event_that_fails_is_left_to_slack_to_send_again(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_visit = raising(FIRE)
    event = {"type": "app_home_opened", "user": company.ANA, "tab": "home"}
    assert (await slack.send_event(event)).status == 500


# ---- views ----


def opening(lunch: Lunch) -> None:
    async def open_view(used: Shortcut | MessageShortcut) -> Answer:
        return await lunch.open_form_of(used)

    lunch.on_shortcut = open_view


@pytest.mark.parametrize("what", ["shortcut", "message shortcut"])
async def test_a_shortcut_opens_a_form(slack: LocalSlack, lunch: Lunch, what: str) -> None:
    opening(lunch)
    payload = shortcut(slack, SHORTCUT) if what == "shortcut" else message_shortcut(slack, SHORTCUT_HERE, ts="7.1")
    await slack.deliver_raw(sent(payload))
    await slack.wait_for(lambda: bool(slack.views))
    (opened,) = slack.views.values()
    assert (opened.view["callback_id"], opened.user) == (CALLBACK_ID, company.ANA)


async def test_a_form_that_a_global_shortcut_cannot_open_is_told_in_a_direct_message(
    slack: LocalSlack, lunch: Lunch
) -> None:
    opening(lunch)
    payload = {**shortcut(slack, SHORTCUT), "trigger_id": "1.2.wrong"}
    await slack.deliver_raw(sent(payload))
    direct = "D" + company.ANA[1:]
    await slack.wait_for(lambda: direct in slack.channels and bool(slack.messages(direct)))
    (message,) = slack.messages(direct)
    assert message.text == wording.FORM_EXPIRED.format(again=wording.AGAIN_SHORTCUT)


async def test_a_button_that_comes_too_late_to_show_something_says_so_alone(slack: LocalSlack, lunch: Lunch) -> None:
    async def show(press: Press) -> Answer:
        return await lunch.open_form_of(press.model_copy(update={"trigger_id": "1.2.wrong"}))

    lunch.on_press = show
    await slack.press(channel=company.TEAM_SHOP, ts=menu(slack).ts, action_id=MORE, user=company.BEN)
    assert await told_alone(slack) == wording.VIEW_EXPIRED.format(again=wording.AGAIN_BUTTON)


async def test_a_view_is_changed_unless_it_has_changed_meanwhile(slack: LocalSlack, lunch: Lunch) -> None:
    changed = {**VIEW, "title": {"type": "plain_text", "text": "Order more"}}
    seen: list[Press] = []

    async def change(press: Press) -> Answer:
        seen.append(press)
        assert press.view is not None
        return lunch.change_form(seen[0].view or press.view, changed)

    lunch.on_press = change
    opened = slack.views[await open_form(slack)]
    await slack.deliver_raw(sent(press_in_view(slack, opened, MORE, "soup")))
    await slack.wait_for(lambda: slack.views[opened.id].view["title"]["text"] == "Order more")
    changed["title"] = {"type": "plain_text", "text": "Order less"}
    await slack.deliver_raw(sent(press_in_view(slack, slack.views[opened.id], MORE, "soup")))
    await slack.wait_for(lambda: [call.method for call in slack.calls].count("views.update") == 2)
    await slack.wait_for(lambda: all(call.answer is not None for call in slack.calls))
    assert slack.views[opened.id].view["title"]["text"] == "Order more"
