"""Buttons, menus, typed inputs and shortcuts of the local Slack: what the bot hears, and what it can do with it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack

from .conftest import SIGNING_SECRET
from .hand_clock import HandClock
from .stand_in_bot import StandInBot

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(action_id), **more}


def row(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def options(*values: str) -> list[Json]:
    return [{"text": plain(value), "value": value} for value in values]


def entry(block_id: str, element: Json, **more: object) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id),
        "element": {"action_id": "a", **element},
        **more,
    }


def modal(*blocks: Json, **more: object) -> Json:
    return {"type": "modal", "title": plain("T"), "submit": plain("Go"), "blocks": list(blocks), **more}


@pytest.fixture
async def bot(slack: LocalSlack, clock: HandClock) -> AsyncIterator[StandInBot]:
    async with StandInBot(SIGNING_SECRET, clock) as opened:
        slack.request_url = opened.url
        yield opened


async def opened_form(slack: LocalSlack, web: AsyncWebClient, view: Json) -> str:
    trigger = slack.workspace.new_trigger(user=company.ANA, channel=company.TEAM_SHOP)
    view_id: str = (await web.views_open(trigger_id=trigger, view=view))["view"]["id"]
    return view_id


async def refused(awaitable: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await awaitable
    code: str = caught.value.response["error"]
    return code


# ---- in messages ----


async def test_a_button_arrives_with_its_message_thread_and_state(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    first = slack.say("who wants one?")
    menu = {
        "type": "static_select",
        "action_id": "size",
        "options": options("s", "l"),
        "initial_option": options("s")[0],
    }
    posted = await web.chat_postMessage(
        channel=company.TEAM_SHOP, text="x", blocks=[row(button("go", value="r1"), menu)], thread_ts=first.ts
    )
    await slack.press(posted["ts"], "go", user=company.CHIARA)
    (heard,) = bot.heard
    assert heard["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": company.TEAM_SHOP,
        "is_ephemeral": False,
        "thread_ts": first.ts,
    }
    assert (heard["channel"], heard["user"]["id"]) == ({"id": company.TEAM_SHOP, "name": "team-shop"}, company.CHIARA)
    assert (heard["message"]["ts"], heard["message"]["thread_ts"]) == (posted["ts"], first.ts)
    assert heard["state"]["values"]["row"]["size"]["selected_option"]["value"] == "s"
    assert heard["actions"][0] | {"action_ts": ""} == {
        "type": "button",
        "block_id": "row",
        "action_id": "go",
        "action_ts": "",
        "text": plain("go"),
        "value": "r1",
    }


async def test_choices_arrive_with_the_option_and_one_that_is_not_offered_cannot_be_made(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    menus = (
        {"type": "overflow", "action_id": "more", "options": options("show", "again")},
        {"type": "static_select", "action_id": "size", "options": options("s", "l")},
    )
    posted = await web.chat_postMessage(channel=company.TEAM_SHOP, text="x", blocks=[row(*menus)])
    await slack.press(posted["ts"], "more", choice="again")
    await slack.press(posted["ts"], "size", choice="l")
    chosen = [heard["actions"][0]["selected_option"]["value"] for heard in bot.heard]
    assert chosen == ["again", "l"]
    assert bot.heard[1]["state"]["values"]["row"]["size"]["selected_option"]["value"] == "l"
    with pytest.raises(LookupError):
        await slack.press(posted["ts"], "more", choice="burn")


async def test_buttons_of_one_action_id_are_told_apart(slack: LocalSlack, bot: StandInBot, web: AsyncWebClient) -> None:
    rows = [row(button("show", value=name), block_id=name) for name in ("one", "two")]
    posted = await web.chat_postMessage(channel=company.TEAM_SHOP, text="x", blocks=rows)
    await slack.press(posted["ts"], "show", block_id="two")
    await slack.press(posted["ts"], "show", value="one")
    assert [heard["actions"][0]["value"] for heard in bot.heard] == ["two", "one"]
    with pytest.raises(LookupError):
        await slack.press(posted["ts"], "show")


async def test_who_cannot_see_a_message_cannot_press_it(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    slack.invite_bot(company.SECRET_PROJECT)
    secret = await web.chat_postMessage(channel=company.SECRET_PROJECT, text="x", blocks=[row(button("go"))])
    with pytest.raises(LookupError):
        await slack.press(secret["ts"], "go", channel=company.SECRET_PROJECT, user=company.CHIARA)
    whispered = await web.chat_postEphemeral(
        channel=company.TEAM_SHOP, user=company.BEN, text="x", blocks=[row(button("go"))]
    )
    with pytest.raises(LookupError):
        await slack.press(whispered["message_ts"], "go", user=company.ANA)
    assert bot.heard == []


async def test_an_ephemeral_is_replaced_and_deleted_through_the_response_url_only(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    posted = await web.chat_postEphemeral(
        channel=company.TEAM_SHOP, user=company.ANA, text="x", blocks=[row(button("go"))]
    )
    ts = posted["message_ts"]
    assert await refused(web.chat_update(channel=company.TEAM_SHOP, ts=ts, text="y")) == "message_not_found"
    assert await refused(web.chat_getPermalink(channel=company.TEAM_SHOP, message_ts=ts)) == "message_not_found"
    await slack.press(ts, "go")
    assert bot.heard[0]["container"]["is_ephemeral"] is True
    assert "message" not in bot.heard[0]
    hook = AsyncWebhookClient(bot.heard[0]["response_url"])
    assert (await hook.send(text="more, only for you", replace_original=False)).status_code == 200
    assert (await hook.send(text="other words", replace_original=True)).status_code == 200
    assert [(message.text, message.ephemeral_to) for message in slack.messages(company.TEAM_SHOP)] == [
        ("other words", company.ANA),
        ("more, only for you", company.ANA),
    ]
    assert (await hook.send(delete_original=True)).status_code == 200
    assert [message.text for message in slack.messages(company.TEAM_SHOP)] == ["more, only for you"]
    assert (await hook.send(text="too late", replace_original=True)).status_code == 404


async def test_what_a_command_began_from_cannot_be_deleted(slack: LocalSlack, bot: StandInBot) -> None:
    await slack.command("x")
    hook = AsyncWebhookClient(bot.heard[0]["response_url"])
    assert (await hook.send(delete_original=True)).status_code == 400


# ---- in modals ----


async def test_a_button_in_a_modal_knows_the_view_and_what_is_entered_and_can_push(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    root = await opened_form(slack, web, modal(entry("name", {"type": "plain_text_input"}), row(button("next"))))
    await slack.press_in_view(root, "next", {"name": {"a": "team-shop"}})
    (heard,) = bot.heard
    assert heard["container"] == {"type": "view", "view_id": root}
    assert heard["view"]["state"]["values"]["name"]["a"]["value"] == "team-shop"
    assert {"channel", "response_url", "message"}.isdisjoint(heard)
    pushed = (await web.views_push(trigger_id=heard["trigger_id"], view=modal(row(button("next")))))["view"]
    assert (pushed["root_view_id"], pushed["previous_view_id"]) == (root, root)
    await slack.press_in_view(pushed["id"], "next")
    third = (await web.views_push(trigger_id=bot.heard[1]["trigger_id"], view=modal(row(button("next")))))["view"]
    await slack.press_in_view(third["id"], "next")
    fourth = web.views_push(trigger_id=bot.heard[2]["trigger_id"], view=modal())
    assert await refused(fourth) == "push_limit_reached"
    await slack.close(third["id"])
    assert [slack.views[each].open for each in (root, pushed["id"], third["id"])] == [True, True, False]
    await slack.submit(root)
    assert bot.heard[-1]["view"]["state"]["values"]["name"]["a"]["value"] == "team-shop"


async def test_a_view_is_pushed_only_from_inside_an_open_modal(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    await slack.command()
    assert await refused(web.views_push(trigger_id=bot.heard[0]["trigger_id"], view=modal())) == "not_found"
    root = await opened_form(slack, web, modal(row(button("next"))))
    await slack.press_in_view(root, "next")
    await slack.close(root)
    assert await refused(web.views_push(trigger_id=bot.heard[1]["trigger_id"], view=modal())) == "not_found"
    with pytest.raises(LookupError):
        await slack.press_in_view(root, "next")


async def test_closing_a_view_that_clears_on_close_closes_the_stack(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    root = await opened_form(slack, web, modal(row(button("next"))))
    await slack.press_in_view(root, "next")
    answer = await web.views_push(trigger_id=bot.heard[0]["trigger_id"], view=modal(clear_on_close=True))
    await slack.close(answer["view"]["id"])
    assert [view.open for view in slack.views.values()] == [False, False]


@pytest.mark.parametrize(
    ("wants", "typed", "entered"),
    [(None, 0, 1), (["on_enter_pressed"], 0, 1), (["on_character_entered"], 1, 0)],
)
async def test_typed_text_is_heard_when_the_form_asks_for_it(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient, wants: list[str] | None, typed: int, entered: int
) -> None:
    element: Json = {"type": "plain_text_input"}
    if wants:
        element["dispatch_action_config"] = {"trigger_actions_on": wants}
    view_id = await opened_form(slack, web, modal(entry("name", element, dispatch_action=True)))
    await slack.type_in_view(view_id, "name", "team")
    assert len(bot.heard) == typed
    await slack.type_in_view(view_id, "name", "team-shop", enter=True)
    assert len(bot.heard) == typed + entered
    action = bot.heard[-1]["actions"][0]
    assert (action["type"], action["block_id"], action["action_id"]) == ("plain_text_input", "name", "a")
    assert action["value"] == bot.heard[-1]["view"]["state"]["values"]["name"]["a"]["value"]


async def test_an_input_without_dispatch_says_nothing_and_keeps_what_is_typed(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    view = modal(
        entry("name", {"type": "plain_text_input"}), entry("size", {"type": "static_select", "options": options("s")})
    )
    view_id = await opened_form(slack, web, view)
    await slack.type_in_view(view_id, "name", "team-shop", enter=True)
    await slack.type_in_view(view_id, "size", "s")
    assert bot.heard == []
    kept = modal(
        entry("name", {"type": "plain_text_input"}), entry("other", {"type": "plain_text_input"}, optional=True)
    )
    await web.views_update(view_id=view_id, view=kept)
    await slack.submit(view_id)
    state = bot.heard[0]["view"]["state"]["values"]
    assert (state["name"]["a"]["value"], state["other"]["a"]["value"]) == ("team-shop", None)


async def test_a_choice_is_heard_when_the_form_asks_for_it_and_the_view_follows_unless_it_changed(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    block = entry("size", {"type": "static_select", "options": options("s", "l")}, dispatch_action=True)
    view_id = await opened_form(slack, web, modal(block))
    await slack.type_in_view(view_id, "size", "l")
    view = bot.heard[0]["view"]
    assert bot.heard[0]["actions"][0]["selected_option"]["value"] == "l"
    await web.views_update(view_id=view_id, hash=view["hash"], view=modal(block, {"type": "divider"}))
    assert slack.views[view_id].entered == {"size": {"a": "l"}}
    assert await refused(web.views_update(view_id=view_id, hash=view["hash"], view=modal())) == "hash_conflict"


# ---- at home ----

HOME: Json = {"type": "home", "callback_id": "home", "blocks": [row(button("new"))]}


async def test_home_is_opened_published_pressed_and_changed(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    await slack.open_home(user=company.BEN)
    event = bot.heard[0]["event"]
    assert (event["type"], event["user"], event["tab"]) == ("app_home_opened", company.BEN, "home")
    assert event["channel"] == "D" + company.BEN[1:]
    assert "view" not in event
    first = (await web.views_publish(user_id=company.BEN, view=HOME))["view"]
    await slack.press_at_home("new", user=company.BEN)
    heard = bot.heard[1]
    assert (heard["container"], heard["view"]["type"]) == ({"type": "view", "view_id": first["id"]}, "home")
    assert (heard["user"]["id"], "channel" in heard, "response_url" in heard) == (company.BEN, False, False)
    assert (await web.views_open(trigger_id=heard["trigger_id"], view=modal()))["ok"]
    second = (await web.views_publish(user_id=company.BEN, view=HOME, hash=first["hash"]))["view"]
    assert (second["id"], second["hash"] == first["hash"]) == (first["id"], False)
    assert await refused(web.views_publish(user_id=company.BEN, view=HOME, hash=first["hash"])) == "hash_conflict"
    await slack.open_home(user=company.BEN)
    assert bot.heard[2]["event"]["view"]["hash"] == second["hash"]
    await slack.open_home(user=company.BEN, tab="messages")
    assert bot.heard[3]["event"]["tab"] == "messages"
    assert list(slack.homes) == [company.BEN]
    with pytest.raises(LookupError):
        await slack.press_at_home("new", user=company.ANA)


async def test_a_home_is_refused_if_the_app_has_none_and_in_a_wrong_shape(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    for view in ({**HOME, "title": plain("T")}, modal(), {**HOME, "blocks": [{"type": "marquee"}]}):
        assert await refused(web.views_publish(user_id=company.ANA, view=view)) == "invalid_arguments"
    assert await refused(web.views_publish(user_id="U404", view=HOME)) == "invalid_arguments"
    trigger = slack.workspace.new_trigger(user=company.ANA, channel=None)
    assert await refused(web.views_open(trigger_id=trigger, view=HOME)) == "invalid_arguments"
    home = (await web.views_publish(user_id=company.ANA, view=HOME))["view"]
    assert await refused(web.views_update(view_id=home["id"], view=modal())) == "invalid_arguments"
    assert (await web.views_update(view_id=home["id"], view=HOME))["ok"]
    slack.workspace.home_tab = False
    assert await refused(web.views_publish(user_id=company.ANA, view=HOME)) == "not_enabled"


# ---- shortcuts ----


async def test_a_global_shortcut_comes_without_channel_and_opens_a_form(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    delivery = await slack.shortcut("create", user=company.CHIARA)
    (heard,) = bot.heard
    assert (delivery.status, heard["type"], heard["callback_id"]) == (200, "shortcut", "create")
    assert heard["user"]["id"] == company.CHIARA
    assert {"channel", "response_url", "message", "api_app_id"}.isdisjoint(heard)
    view = (await web.views_open(trigger_id=heard["trigger_id"], view=modal()))["view"]
    assert slack.views[view["id"]].channel is None


async def test_a_message_shortcut_knows_message_and_thread_and_can_answer_there(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    first = slack.say("we need one", user=company.BEN)
    reply = slack.say("indeed", user=company.ANA, thread_ts=first.ts)
    await slack.message_shortcut("create_here", reply.ts)
    (heard,) = bot.heard
    assert (heard["type"], heard["callback_id"], heard["message_ts"]) == ("message_action", "create_here", reply.ts)
    assert (heard["message"]["text"], heard["message"]["thread_ts"]) == ("indeed", first.ts)
    assert heard["channel"] == {"id": company.TEAM_SHOP, "name": "team-shop"}
    hook = AsyncWebhookClient(heard["response_url"])
    await hook.send_dict(
        {"text": "here", "response_type": "in_channel", "thread_ts": first.ts, "replace_original": False}
    )
    assert [message.text for message in slack.thread(company.TEAM_SHOP, first.ts)] == ["indeed", "here"]
    whispered = await web.chat_postEphemeral(channel=company.TEAM_SHOP, user=company.ANA, text="x")
    with pytest.raises(LookupError):
        await slack.message_shortcut("create_here", whispered["message_ts"])
