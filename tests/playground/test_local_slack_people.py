"""What people do in the local Slack, what the bot gets of it, and what happens to its answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web as aiohttp_web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.playground.slack import company
from bot.playground.slack.answers import TROUBLE
from bot.playground.slack.server import LocalSlack
from bot.playground.slack.view_state import INCOMPLETE

from .conftest import SIGNING_SECRET
from .hand_clock import HandClock
from .stand_in_bot import StandInBot, always

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def entry(block_id: str, element: Json, **more: Any) -> Json:
    label = plain(block_id)
    return {"type": "input", "block_id": block_id, "label": label, "element": {"action_id": "a", **element}, **more}


WHERE = {"type": "conversations_select", "default_to_current_conversation": True, "response_url_enabled": True}
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("A form"),
    "submit": plain("Send"),
    "private_metadata": "kept",
    "blocks": [
        {"type": "section", "text": plain("What will be made")},
        entry("name", {"type": "plain_text_input", "max_length": 20}),
        entry("about", {"type": "plain_text_input", "multiline": True}, optional=True),
        entry("where", WHERE),
    ],
}
NEXT = {"type": "modal", "title": plain("Next"), "blocks": []}


@pytest.fixture
async def bot(slack: LocalSlack, clock: HandClock) -> AsyncIterator[StandInBot]:
    async with StandInBot(SIGNING_SECRET, clock) as opened:
        slack.request_url = opened.url
        yield opened


async def opened_form(slack: LocalSlack, web: AsyncWebClient, view: Json = FORM) -> str:
    trigger = slack.workspace.new_trigger(user=company.ANA, channel=company.TEAM_SHOP)
    view_id: str = (await web.views_open(trigger_id=trigger, view=view))["view"]["id"]
    return view_id


async def test_a_command_arrives_signed_with_slacks_fields_and_a_working_trigger(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    delivery = await slack.command("team-shop & co", user=company.BEN, channel=company.PLATFORM)
    fields = bot.heard[0]
    assert (delivery.status, delivery.body, delivery.error) == (200, "", None)
    assert (fields["command"], fields["text"]) == ("/create-registry", "team-shop & co")
    assert (fields["user_id"], fields["user_name"]) == (company.BEN, "ben")
    assert (fields["channel_id"], fields["channel_name"]) == (company.PLATFORM, "platform")
    assert (fields["team_id"], fields["api_app_id"], fields["is_enterprise_install"]) == (
        company.TEAM_ID,
        company.APP_ID,
        "false",
    )
    view = (await web.views_open(trigger_id=fields["trigger_id"], view=FORM))["view"]
    assert (slack.views[view["id"]].user, slack.views[view["id"]].channel) == (company.BEN, company.PLATFORM)
    assert slack.messages(company.PLATFORM) == []
    assert slack.deliveries == [delivery]


async def test_what_a_command_is_answered_with_is_shown(slack: LocalSlack, bot: StandInBot) -> None:
    bot.reply = always(text="plain words")
    await slack.command()
    bot.reply = always(blocks=[{"type": "section", "text": plain("b")}])
    await slack.command()
    bot.reply = always(response_type="in_channel", blocks=[{"type": "divider"}])
    await slack.command("now")
    words, blocks, typed, public = slack.messages(company.TEAM_SHOP)
    assert (words.text, words.ephemeral_to, words.via) == ("plain words", company.ANA, "ack")
    assert (len(blocks.blocks), blocks.ephemeral_to) == (1, company.ANA)
    assert (typed.text, typed.user, typed.ephemeral_to) == ("/create-registry now", company.ANA, None)
    assert (public.blocks, public.ephemeral_to) == ([{"type": "divider"}], None)


async def test_a_command_without_a_proper_answer_shows_slacks_own_words(slack: LocalSlack, bot: StandInBot) -> None:
    release = asyncio.Event()

    async def late(_heard: Json) -> aiohttp_web.Response:
        await release.wait()
        return aiohttp_web.Response()

    slack.postman.ack_seconds = 0.2
    bot.reply = late
    errors = [(await slack.command()).error]
    release.set()
    bot.reply = always(text="oops", status=500)
    errors.append((await slack.command()).error)
    bot.reply = always(blocks=[{"type": "marquee"}])
    errors.append((await slack.command()).error)
    slack.request_url = "http://127.0.0.1:9/slack/events"
    errors.append((await slack.command()).error)
    slack.request_url = None
    errors.append((await slack.command()).error)
    assert errors == ["operation_timeout", "dispatch_failed", None, "dispatch_failed", "dispatch_failed"]
    told = slack.messages(company.TEAM_SHOP)
    assert [message.text.rpartition("(")[2].rstrip(")") for message in told] == [
        "operation_timeout",
        "dispatch_failed",
        "invalid_blocks",
        "dispatch_failed",
        "dispatch_failed",
    ]
    assert {(message.user, message.ephemeral_to) for message in told} == {(company.SLACKBOT, company.ANA)}
    assert told[0].text.startswith("/create-registry failed because the app did not respond")


async def test_a_submission_carries_what_was_entered_and_a_working_response_url(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    view_id = await opened_form(slack, web)
    delivery = await slack.submit(view_id, {"name": {"a": "team-shop"}, "about": {"a": ""}})
    payload = bot.heard[0]
    assert (delivery.status, slack.views[view_id].open) == (200, False)
    assert (payload["type"], payload["user"]["id"], payload["team"]["id"]) == (
        "view_submission",
        company.ANA,
        company.TEAM_ID,
    )
    view = payload["view"]
    assert (view["id"], view["type"], view["callback_id"], view["private_metadata"]) == (
        view_id,
        "modal",
        "form",
        "kept",
    )
    assert view["state"]["values"] == {
        "name": {"a": {"type": "plain_text_input", "value": "team-shop"}},
        "about": {"a": {"type": "plain_text_input", "value": None}},
        "where": {"a": {"type": "conversations_select", "selected_conversation": company.TEAM_SHOP}},
    }
    (link,) = payload["response_urls"]
    assert (link["block_id"], link["action_id"], link["channel_id"]) == ("where", "a", company.TEAM_SHOP)
    assert link["response_url"].removeprefix(slack.base_url + "/response/") in slack.workspace.links


async def test_a_person_or_private_channel_can_be_chosen(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    for chosen, channel in ((company.SECRET_PROJECT, company.SECRET_PROJECT), (company.BEN, "D" + company.BEN[1:])):
        view_id = await opened_form(slack, web)
        await slack.submit(view_id, {"name": {"a": "x"}, "where": {"a": chosen}}, user=company.BEN)
        payload = bot.heard[-1]
        assert payload["view"]["state"]["values"]["where"]["a"]["selected_conversation"] == chosen
        assert payload["response_urls"][0]["channel_id"] == channel
        assert payload["user"]["id"] == company.BEN


async def test_a_form_with_an_empty_required_field_is_not_sent(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    view_id = await opened_form(slack, web)
    delivery = await slack.submit(view_id)
    assert (delivery.error, delivery.status, bot.heard) == ("incomplete_form", None, [])
    assert (slack.views[view_id].errors, slack.views[view_id].open) == ({"name": INCOMPLETE}, True)


async def test_errors_stay_in_the_form_with_what_was_typed_and_go_at_the_next_try(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    view_id = await opened_form(slack, web)
    opened = slack.views[view_id]
    bot.reply = always(response_action="errors", errors={"name": "Not like this"})
    await slack.submit(view_id, {"name": {"a": "Team Shop!"}})
    assert (opened.open, opened.errors, opened.trouble) == (True, {"name": "Not like this"}, None)
    assert opened.view["state"]["values"]["name"]["a"]["value"] == "Team Shop!"
    bot.reply = always(text="")
    await slack.submit(view_id, {"name": {"a": "Team-Shop"}})
    assert (opened.open, opened.errors) == (False, {})


async def test_a_view_is_updated_pushed_and_cleared_by_the_acknowledgement(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    first = await opened_form(slack, web)
    values = {"name": {"a": "x"}}
    before = slack.views[first].view["hash"]
    bot.reply = always(response_action="update", view={**FORM, "title": plain("Again")})
    await slack.submit(first, values)
    assert (slack.views[first].view["title"]["text"], slack.views[first].open) == ("Again", True)
    assert slack.views[first].view["hash"] != before
    bot.reply = always(response_action="push", view=FORM)
    await slack.submit(first, values)
    second = list(slack.views)[-1]
    pushed = slack.views[second].view
    assert (pushed["root_view_id"], pushed["previous_view_id"]) == (first, first)
    await slack.submit(second, values)
    third = list(slack.views)[-1]
    await slack.submit(third, values)
    assert (slack.views[third].trouble, len(slack.views)) == (TROUBLE, 3)
    bot.reply = always(text="")
    await slack.submit(third, values)
    assert [view.open for view in slack.views.values()] == [True, True, False]
    bot.reply = always(response_action="clear")
    await slack.submit(second, values)
    assert [view.open for view in slack.views.values()] == [False, False, False]


BAD_ACKS = {
    "a text": always(text="done"),
    "an empty object": always(),
    "a server error": always(status=500),
    "an empty server error": always(text="", status=500),
    "a made-up action": always(response_action="close"),
    "no errors": always(response_action="errors", errors={}),
    "errors at no input": always(response_action="errors", errors={"nowhere": "x"}),
    "errors that are no text": always(response_action="errors", errors={"name": 7}),
    "a view that Slack refuses": always(response_action="update", view={**NEXT, "title": plain("x" * 25)}),
    "no view": always(response_action="push"),
}


@pytest.mark.parametrize("name", BAD_ACKS)
async def test_a_bad_acknowledgement_leaves_the_form_open_with_slacks_banner(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient, name: str
) -> None:
    view_id = await opened_form(slack, web)
    bot.reply = BAD_ACKS[name]
    await slack.submit(view_id, {"name": {"a": "x"}})
    assert (slack.views[view_id].open, slack.views[view_id].trouble) == (True, TROUBLE)
    bot.reply = always(text="")
    await slack.submit(view_id, {"name": {"a": "x"}})
    assert (slack.views[view_id].open, slack.views[view_id].trouble) == (False, None)


async def test_a_double_click_delivers_the_same_payload_twice_at_once(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    both = asyncio.Barrier(2)

    async def together(_heard: Json) -> aiohttp_web.Response:
        async with asyncio.timeout(2):
            await both.wait()
        return aiohttp_web.Response()

    bot.reply = together
    view_id = await opened_form(slack, web)
    delivery = await slack.submit(view_id, {"name": {"a": "x"}}, times=2)
    assert bot.heard[0] == bot.heard[1]
    assert (len(slack.deliveries), delivery.status, slack.views[view_id].open) == (2, 200, False)


async def test_the_second_answer_to_a_double_click_does_not_touch_a_closed_form(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    async def errors_at_the_second(_heard: Json) -> aiohttp_web.Response:
        if len(bot.heard) == 1:
            return aiohttp_web.Response()
        await slack.wait_for(lambda: not slack.views[view_id].open)
        return aiohttp_web.json_response({"response_action": "errors", "errors": {"name": "taken"}})

    view_id = await opened_form(slack, web)
    bot.reply = errors_at_the_second
    await slack.submit(view_id, {"name": {"a": "x"}}, times=2)
    assert (slack.views[view_id].open, slack.views[view_id].errors) == (False, {})


async def test_a_submission_that_is_not_answered_in_time_leaves_the_form_open(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    view_id = await opened_form(slack, web)
    slack.postman.ack_seconds = 0.1
    release = asyncio.Event()

    async def late(_heard: Json) -> aiohttp_web.Response:
        await release.wait()
        return aiohttp_web.Response()

    bot.reply = late
    delivery = await slack.submit(view_id, {"name": {"a": "x"}})
    release.set()
    assert (delivery.error, slack.views[view_id].open) == ("operation_timeout", True)
    assert slack.views[view_id].trouble == TROUBLE


async def test_every_kind_of_input_arrives_in_slacks_shape(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    one, two = ({"text": plain(word), "value": word} for word in ("one", "two"))
    view = {
        "type": "modal",
        "title": plain("All"),
        "submit": plain("Send"),
        "blocks": [
            entry("select", {"type": "static_select", "options": [one, two], "initial_option": two}),
            entry("radio", {"type": "radio_buttons", "options": [one, two]}, optional=True),
            entry("boxes", {"type": "checkboxes", "options": [one, two], "initial_options": [one]}),
            entry("groups", {"type": "static_select", "option_groups": [{"label": plain("g"), "options": [one]}]}),
            entry("user", {"type": "users_select", "initial_user": company.BEN}),
            entry("day", {"type": "datepicker"}),
            entry("number", {"type": "number_input", "is_decimal_allowed": False, "initial_value": "7"}),
            entry("text", {"type": "plain_text_input", "initial_value": "prefilled"}),
        ],
    }
    view_id = await opened_form(slack, web, view)
    values: Json = {
        "groups": {"a": "one"},
        "boxes": {"a": ["one", "two"]},
        "day": {"a": "2026-11-23"},
        "text": {"a": "new"},
    }
    await slack.submit(view_id, values)
    state = {key: value["a"] for key, value in bot.heard[0]["view"]["state"]["values"].items()}
    assert state == {
        "select": {"type": "static_select", "selected_option": two},
        "radio": {"type": "radio_buttons", "selected_option": None},
        "boxes": {"type": "checkboxes", "selected_options": [one, two]},
        "groups": {"type": "static_select", "selected_option": one},
        "user": {"type": "users_select", "selected_user": company.BEN},
        "day": {"type": "datepicker", "selected_date": "2026-11-23"},
        "number": {"type": "number_input", "value": "7"},
        "text": {"type": "plain_text_input", "value": "new"},
    }
    with pytest.raises(LookupError):
        await slack.submit(await opened_form(slack, web, view), {**values, "select": {"a": "three"}})


async def test_the_bot_hears_of_a_closed_form_only_when_it_asked_to(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    quiet = await opened_form(slack, web)
    await slack.close(quiet)
    assert (slack.views[quiet].open, bot.heard) == (False, [])
    loud = await opened_form(slack, web, {**FORM, "notify_on_close": True})
    slack.submission_body(loud, {"name": {"a": "typed"}})
    delivery = await slack.close(loud, cleared=True)
    assert (delivery.status, bot.heard[0]["type"], bot.heard[0]["is_cleared"]) == (200, "view_closed", True)
    assert bot.heard[0]["view"]["state"]["values"] == {}


async def test_a_pressed_button_arrives_with_its_message_and_can_replace_it(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient
) -> None:
    button = {"type": "button", "action_id": "again", "text": plain("Again"), "value": "r1"}
    posted = await web.chat_postMessage(
        channel=company.TEAM_SHOP, text="x", blocks=[{"type": "actions", "block_id": "row", "elements": [button]}]
    )
    delivery = await slack.press(channel=company.TEAM_SHOP, ts=posted["ts"], action_id="again", user=company.BEN)
    payload = bot.heard[0]
    (action,) = payload["actions"]
    assert (delivery.status, payload["type"], payload["user"]["id"]) == (200, "block_actions", company.BEN)
    assert (action["action_id"], action["block_id"], action["value"]) == ("again", "row", "r1")
    assert (payload["container"]["message_ts"], payload["message"]["ts"]) == (posted["ts"], posted["ts"])
    answer = await web.api_call("views.open", json={"trigger_id": payload["trigger_id"], "view": FORM})
    assert answer["ok"]
    hook = AsyncWebhookClient(payload["response_url"])
    assert (await hook.send(text="replaced", replace_original=True)).status_code == 200
    assert [message.text for message in slack.messages(company.TEAM_SHOP)] == ["replaced"]
    for wrong in ({"ts": posted["ts"], "action_id": "other"}, {"ts": "1.2", "action_id": "again"}):
        with pytest.raises(LookupError):
            await slack.press(channel=company.TEAM_SHOP, **wrong)


async def test_an_event_arrives_as_signed_json(slack: LocalSlack, bot: StandInBot) -> None:
    delivery = await slack.send_event({"type": "app_home_opened", "user": company.ANA})
    assert (delivery.status, bot.heard[0]["type"]) == (200, "event_callback")
    assert bot.heard[0]["event"] == {"type": "app_home_opened", "user": company.ANA}


async def test_real_bodies_can_be_bent(
    slack: LocalSlack, bot: StandInBot, web: AsyncWebClient, clock: HandClock
) -> None:
    body = slack.command_body("team-shop")
    stale = str(int(clock.now) - 301)
    statuses = [
        (await slack.deliver_raw(body)).status,
        (await slack.deliver_raw(body, signature="v0=" + "0" * 64)).status,
        (await slack.deliver_raw(body, timestamp=stale)).status,
        (await slack.deliver_raw(body + b"&more=1", signature=slack.sign(body, str(int(clock.now))))).status,
        (await slack.deliver_raw(body, headers={"X-Slack-Signature": None})).status,
        (await slack.deliver_raw(body, headers={"X-Slack-Request-Timestamp": None})).status,
    ]
    assert statuses == [200, 401, 401, 401, 401, 401]
    view_id = await opened_form(slack, web)
    assert (await slack.deliver_raw(slack.submission_body(view_id, {"name": {"a": "x"}}))).status == 200
    assert bot.heard[-1]["view"]["state"]["values"]["name"]["a"]["value"] == "x"
    assert slack.views[view_id].open
    assert slack.messages(company.TEAM_SHOP) == []
    await slack.deliver_raw(b'{"bent": true}', content_type="application/json")
    assert bot.heard[-1] == {"bent": True}


# ---- a select with a filter ----

CHANNELS_ONLY: Json = {"include": ["public", "private"], "exclude_external_shared_channels": True}


@pytest.mark.parametrize(
    ("chosen", "here", "shared", "preselected"),
    [
        (None, "direct", False, True),
        (CHANNELS_ONLY, "direct", False, False),
        (CHANNELS_ONLY, company.GENERAL, False, True),
        (CHANNELS_ONLY, company.SECRET_PROJECT, False, True),
        (CHANNELS_ONLY, company.GENERAL, True, False),
        ({"exclude_external_shared_channels": False}, company.GENERAL, True, True),
        ({"include": ["im"]}, company.GENERAL, False, False),
    ],
)
async def test_a_select_chooses_the_current_conversation_by_itself_only_if_its_filter_offers_it(
    slack: LocalSlack,
    bot: StandInBot,
    web: AsyncWebClient,
    chosen: Json | None,
    here: str,
    shared: bool,
    preselected: bool,
) -> None:
    place = slack.workspace.direct_message(company.ANA).id if here == "direct" else here
    slack.channels[place].is_shared = shared
    trigger = slack.workspace.new_trigger(user=company.ANA, channel=place)
    select = {**WHERE, **({"filter": chosen} if chosen else {})}
    answer = await web.views_open(trigger_id=trigger, view={**FORM, "blocks": [entry("where", select)]})
    delivery = await slack.submit(answer["view"]["id"])
    assert delivery.error == (None if preselected else "incomplete_form")


async def test_a_token_that_is_refused_opens_and_posts_nothing_but_response_urls_work_on(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    url = slack.workspace.new_response_url(user=company.ANA, channel=company.GENERAL)
    slack.refuse_token("account_inactive")
    with pytest.raises(SlackApiError) as refused:
        await web.chat_postMessage(channel=company.GENERAL, text="x")
    assert refused.value.response["error"] == "account_inactive"
    assert (await AsyncWebhookClient(url).send(text="still here")).status_code == 200
    slack.refuse_token(None)
    assert (await web.auth_test())["app_id"] == company.APP_ID
