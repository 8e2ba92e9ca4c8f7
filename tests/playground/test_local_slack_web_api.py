"""The local Slack's Web API and response_urls, called with the real client of slack_sdk."""

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.methods import COVERED, METHODS
from bot.playground.slack.server import LocalSlack
from bot.playground.slack.workspace import LINK_SECONDS, TRIGGER_SECONDS

from .conftest import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from .hand_clock import HandClock

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "one"}}
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
}
VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}


async def refused(awaitable: Any) -> dict[str, Any]:
    """The body of the refusal that a call ends in."""
    with pytest.raises(SlackApiError) as caught:
        await awaitable
    data: dict[str, Any] = caught.value.response.data
    return data


def client(slack: LocalSlack, session: aiohttp.ClientSession, token: str = BOT_TOKEN) -> AsyncWebClient:
    return AsyncWebClient(token, base_url=slack.api_url, session=session, retry_handlers=[])


def new_trigger(slack: LocalSlack) -> str:
    return slack.workspace.new_trigger(user=company.ANA, channel=company.TEAM_SHOP)


def test_the_methods_are_the_ones_documented() -> None:
    assert METHODS.keys() == COVERED


async def test_auth_test_says_who_the_bot_is(web: AsyncWebClient, slack: LocalSlack) -> None:
    answer = await web.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (
        company.BOT_USER,
        company.BOT_ID,
        company.TEAM_ID,
    )
    assert "chat:write" in answer.headers["X-OAuth-Scopes"]
    call = slack.calls[0]
    assert (call.method, call.status, call.applied, call.answer) == ("auth.test", 200, True, answer.data)
    assert "token" not in call.args


async def test_a_wrong_or_missing_token_and_an_unknown_method_are_refused(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    assert (await refused(client(slack, session, "xoxb-wrong").auth_test()))["error"] == "invalid_auth"
    assert (await refused(client(slack, session, APP_TOKEN).auth_test()))["error"] == "not_allowed_token_type"
    assert (await refused(client(slack, session).apps_connections_open(app_token=BOT_TOKEN)))["error"] == (
        "not_allowed_token_type"
    )
    assert (await refused(client(slack, session).team_info()))["error"] == "unknown_method"
    async with session.post(slack.api_url + "auth.test") as response:
        assert (response.status, await response.json()) == (200, {"ok": False, "error": "not_authed"})
    async with session.post(slack.api_url + "auth.test", data={"token": BOT_TOKEN}) as response:
        assert (await response.json())["ok"] is True
    assert all("token" not in call.args for call in slack.calls)


async def test_a_posted_message_is_kept_as_sent(web: AsyncWebClient, slack: LocalSlack, clock: HandClock) -> None:
    metadata = {"event_type": "registry", "event_payload": {"request": "r1"}}
    answer = await web.chat_postMessage(
        channel=company.TEAM_SHOP, text="one & <two>", blocks=[SECTION], metadata=metadata
    )
    message = slack.messages(company.TEAM_SHOP)[0]
    assert (message.ts, message.user, message.text) == (answer["ts"], company.BOT_USER, "one & <two>")
    assert (message.blocks, message.metadata, message.via) == ([SECTION], metadata, "chat.postMessage")
    assert (message.ephemeral_to, message.edited, message.posted_at) == (None, False, clock.now)
    assert answer["message"]["blocks"] == [SECTION]


async def test_form_encoded_arguments_mean_the_same_as_json(slack: LocalSlack, session: aiohttp.ClientSession) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    form = {"channel": company.TEAM_SHOP, "text": "ü", "blocks": json.dumps([SECTION])}
    async with session.post(slack.api_url + "chat.postMessage", data=form, headers=headers) as response:
        assert (await response.json())["ok"] is True
    assert (slack.messages(company.TEAM_SHOP)[0].text, slack.calls[0].args["blocks"]) == ("ü", [SECTION])


async def test_every_message_has_a_ts_of_its_own_in_order(web: AsyncWebClient, slack: LocalSlack) -> None:
    for _ in range(5):
        await web.chat_postMessage(channel=company.TEAM_SHOP, text="x")
    stamps = [message.ts for message in slack.messages(company.TEAM_SHOP)]
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize(
    ("scopes", "channel", "error"),
    [
        ({"chat:write"}, company.PLATFORM, "not_in_channel"),
        ({"chat:write", "chat:write.public"}, company.SECRET_PROJECT, "channel_not_found"),
        ({"chat:write", "chat:write.public"}, company.OLD_LAUNCH, "is_archived"),
        ({"chat:write", "chat:write.public"}, "C0NOWHERE00", "channel_not_found"),
        ({"chat:write.public"}, company.TEAM_SHOP, "missing_scope"),
    ],
)
async def test_where_the_bot_cannot_post(
    session: aiohttp.ClientSession, scopes: set[str], channel: str, error: str
) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, scopes=scopes) as slack:
        answer = await refused(client(slack, session).chat_postMessage(channel=channel, text="x"))
        assert answer["error"] == error
        if error == "missing_scope":
            assert (answer["needed"], answer["provided"]) == ("chat:write", "chat:write.public")
        assert (slack.messages(channel), slack.calls[0].applied) == ([], False)


async def test_public_channels_and_people_can_be_posted_to_and_an_invitation_helps(
    web: AsyncWebClient, slack: LocalSlack
) -> None:
    await web.chat_postMessage(channel=company.PLATFORM, text="public")
    answer = await web.chat_postMessage(channel=company.BEN, text="direct")
    assert answer["channel"].startswith("D")
    assert slack.messages(answer["channel"])[0].text == "direct"
    assert (await web.conversations_open(users=company.BEN))["channel"]["id"] == answer["channel"]
    slack.invite_bot(company.SECRET_PROJECT)
    await web.chat_postMessage(channel=company.SECRET_PROJECT, text="private")
    assert slack.messages(company.SECRET_PROJECT)[0].text == "private"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "no_text"),
        ({"text": ""}, "no_text"),
        ({"text": "x", "blocks": "not json"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"type": "marquee"}]}, "invalid_blocks"),
        ({"text": "x", "metadata": {"event_type": "only"}}, "invalid_metadata_format"),
    ],
)
async def test_content_that_slack_does_not_take(web: AsyncWebClient, arguments: dict[str, Any], error: str) -> None:
    answer = await refused(web.api_call("chat.postMessage", json={"channel": company.TEAM_SHOP, **arguments}))
    assert answer["error"] == error
    if error == "invalid_blocks":
        assert answer["response_metadata"]["messages"] == [
            "[ERROR] unsupported type: marquee [json-pointer:/blocks/0/type]"
        ]


async def test_a_long_text_is_cut_when_posted_and_refused_when_edited(web: AsyncWebClient, slack: LocalSlack) -> None:
    posted = await web.chat_postMessage(channel=company.TEAM_SHOP, text="x" * 40_001)
    assert len(slack.messages(company.TEAM_SHOP)[0].text) == 40_000
    edit = web.chat_update(channel=company.TEAM_SHOP, ts=posted["ts"], text="x" * 4_001)
    assert (await refused(edit))["error"] == "msg_too_long"


async def test_an_edit_keeps_its_history_and_what_was_not_given(web: AsyncWebClient, slack: LocalSlack) -> None:
    posted = await web.chat_postMessage(channel=company.TEAM_SHOP, text="first", blocks=[SECTION])
    await web.chat_update(channel=company.TEAM_SHOP, ts=posted["ts"], text="second")
    await web.chat_update(channel=company.TEAM_SHOP, ts=posted["ts"], text="third", blocks=[RICH])
    (message,) = slack.messages(company.TEAM_SHOP)
    assert (message.text, message.blocks, message.edited) == ("third", [RICH], True)
    assert message.history == [("first", [SECTION]), ("second", [SECTION])]
    edit = web.chat_update(channel=company.TEAM_SHOP, ts=posted["ts"], text="fourth", blocks=[SECTION])
    assert (await refused(edit))["error"] == "block_mismatch"


async def test_only_the_bots_own_lasting_messages_can_be_edited(web: AsyncWebClient, slack: LocalSlack) -> None:
    def edit(ts: str) -> Any:
        return web.chat_update(channel=company.TEAM_SHOP, ts=ts, text="x")

    theirs = slack.say("mine")
    assert (await refused(edit(theirs.ts)))["error"] == "cant_update_message"
    hidden = await web.chat_postEphemeral(channel=company.TEAM_SHOP, user=company.ANA, text="psst")
    assert (await refused(edit(hidden["message_ts"])))["error"] == "message_not_found"
    posted = await web.chat_postMessage(channel=company.TEAM_SHOP, text="x")
    slack.delete(company.TEAM_SHOP, posted["ts"])
    assert (await refused(edit(posted["ts"])))["error"] == "message_not_found"


async def test_an_ephemeral_is_for_one_member_only(web: AsyncWebClient, slack: LocalSlack) -> None:
    await web.chat_postEphemeral(channel=company.TEAM_SHOP, user=company.BEN, text="psst")
    assert slack.messages(company.TEAM_SHOP)[0].ephemeral_to == company.BEN
    outsider = web.chat_postEphemeral(channel=company.TEAM_SHOP, user="U0NOBODY000", text="psst")
    assert (await refused(outsider))["error"] == "user_not_in_channel"


async def test_history_shows_the_newest_first_without_ephemerals(web: AsyncWebClient, slack: LocalSlack) -> None:
    metadata = {"event_type": "registry", "event_payload": {"request": "r1"}}
    first = await web.chat_postMessage(channel=company.TEAM_SHOP, text="first", metadata=metadata)
    await web.chat_postEphemeral(channel=company.TEAM_SHOP, user=company.ANA, text="psst")
    await web.chat_postMessage(channel=company.TEAM_SHOP, text="second")

    async def texts(**arguments: Any) -> list[str]:
        answer = await web.conversations_history(channel=company.TEAM_SHOP, **arguments)
        return [message["text"] for message in answer["messages"]]

    assert await texts() == ["second", "first"]
    assert await texts(oldest=first["ts"]) == ["second"]
    assert await texts(oldest=first["ts"], inclusive=True) == ["second", "first"]
    assert await texts(limit=1) == ["second"]
    assert await texts(oldest="0", latest=first["ts"], inclusive=True) == ["first"]
    for key, wrong, error in (("limit", "many", "invalid_limit"), ("oldest", "NaN", "invalid_ts_oldest")):
        answer = await refused(web.api_call("conversations.history", params={"channel": company.TEAM_SHOP, key: wrong}))
        assert answer["error"] == error
    whole = await web.conversations_history(channel=company.TEAM_SHOP, include_all_metadata=True)
    part = await web.conversations_history(channel=company.TEAM_SHOP)
    assert whole["messages"][1]["metadata"] == metadata
    assert part["messages"][1]["metadata"] == {"event_type": "registry"}
    assert (await refused(web.conversations_history(channel=company.PLATFORM)))["error"] == "not_in_channel"
    assert (await refused(web.conversations_history(channel=company.SECRET_PROJECT)))["error"] == "channel_not_found"


async def test_a_long_history_is_told_in_pages(web: AsyncWebClient, slack: LocalSlack) -> None:
    posted = [(await web.chat_postMessage(channel=company.TEAM_SHOP, text=str(n)))["ts"] for n in range(5)]
    pages: list[tuple[list[str], bool, bool]] = []
    cursor = ""
    while len(pages) < 3:
        page = await web.conversations_history(channel=company.TEAM_SHOP, limit=2, cursor=cursor)
        cursor = page["response_metadata"]["next_cursor"]
        pages.append(([message["text"] for message in page["messages"]], page["has_more"], bool(cursor)))
        await web.chat_postMessage(channel=company.TEAM_SHOP, text="meanwhile")
    assert pages == [(["4", "3"], True, True), (["2", "1"], True, True), (["0"], False, False)]
    for reply in "abc":
        await web.chat_postMessage(channel=company.TEAM_SHOP, text=reply, thread_ts=posted[0])
    thread: list[str] = []
    for _ in range(2):
        page = await web.conversations_replies(channel=company.TEAM_SHOP, ts=posted[0], limit=2, cursor=cursor)
        cursor = page["response_metadata"]["next_cursor"]
        thread += [message["text"] for message in page["messages"]]
    assert (thread, cursor) == (["0", "a", "b", "c"], "")
    for wrong in ("nonsense", "bmV4dF90czoxLjE="):
        answer = await refused(web.conversations_history(channel=company.TEAM_SHOP, cursor=wrong))
        assert answer["error"] == "invalid_cursor"


async def test_conversation_info_and_its_scopes(session: aiohttp.ClientSession) -> None:
    scopes = {"channels:read", "im:write"}
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, scopes=scopes) as slack:
        web = client(slack, session)
        info = (await web.conversations_info(channel=company.PLATFORM))["channel"]
        assert (info["name"], info["is_member"], info["is_private"]) == ("platform", False, False)
        slack.invite_bot(company.SECRET_PROJECT)
        answer = await refused(web.conversations_info(channel=company.SECRET_PROJECT))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:read")
        assert (await refused(web.conversations_open(users="U0NOBODY000")))["error"] == "user_not_found"


async def test_a_trigger_opens_one_view_within_three_seconds(
    web: AsyncWebClient, slack: LocalSlack, clock: HandClock
) -> None:
    in_time, late = new_trigger(slack), new_trigger(slack)
    clock.move(TRIGGER_SECONDS)
    opened = (await web.views_open(trigger_id=in_time, view=VIEW))["view"]
    assert slack.views[opened["id"]].view == opened
    assert (opened["root_view_id"], opened["previous_view_id"], opened["state"]) == (opened["id"], None, {"values": {}})
    assert (await refused(web.views_open(trigger_id=in_time, view=VIEW)))["error"] == "exchanged_trigger_id"
    clock.move(0.001)
    assert (await refused(web.views_open(trigger_id=late, view=VIEW)))["error"] == "expired_trigger_id"
    assert (await refused(web.views_open(trigger_id="1.2.3", view=VIEW)))["error"] == "invalid_trigger_id"
    assert len(slack.views) == 1


async def test_a_view_that_is_refused_leaves_the_trigger_usable(web: AsyncWebClient, slack: LocalSlack) -> None:
    trigger = new_trigger(slack)
    bad = {**VIEW, "title": {"type": "plain_text", "text": "x" * 25}}
    answer = await refused(web.views_open(trigger_id=trigger, view=bad))
    assert (answer["error"], answer["response_metadata"]["messages"]) == (
        "invalid_arguments",
        ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"],
    )
    big = {**VIEW, "blocks": [{**SECTION, "text": {"type": "mrkdwn", "text": "x" * 2999}}] * 90}
    assert (await refused(web.views_open(trigger_id=trigger, view=big)))["error"] == "view_too_large"
    assert (await refused(web.api_call("views.open", json={"trigger_id": trigger})))["error"] == "invalid_arguments"
    await web.views_open(trigger_id=trigger, view=VIEW)


async def test_a_view_is_updated_by_id_or_external_id_unless_it_changed_or_closed(
    web: AsyncWebClient, slack: LocalSlack
) -> None:
    named = {**VIEW, "external_id": "form-1"}
    opened = (await web.views_open(trigger_id=new_trigger(slack), view=named))["view"]
    twice = web.views_open(trigger_id=new_trigger(slack), view=named)
    assert (await refused(twice))["error"] == "duplicate_external_id"
    changed = {**named, "title": {"type": "plain_text", "text": "Working"}}
    updated = (await web.views_update(external_id="form-1", view=changed, hash=opened["hash"]))["view"]
    assert (updated["id"], updated["title"]["text"]) == (opened["id"], "Working")
    assert slack.views[opened["id"]].view == updated
    stale = web.views_update(view_id=opened["id"], view=named, hash=opened["hash"])
    assert (await refused(stale))["error"] == "hash_conflict"
    await slack.close(opened["id"])
    assert (await refused(web.views_update(view_id=opened["id"], view=named)))["error"] == "not_found"


async def test_a_channel_takes_posts_at_its_rate_and_says_when_to_come_back(
    session: aiohttp.ClientSession, clock: HandClock
) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, clock=clock, channel_rate=0.5) as slack:
        web = client(slack, session)
        posted = await web.chat_postMessage(channel=company.TEAM_SHOP, text="x")
        with pytest.raises(SlackApiError) as caught:
            await web.chat_postMessage(channel=company.TEAM_SHOP, text="y")
        response = caught.value.response
        assert (response.status_code, response["error"], response.headers["Retry-After"]) == (429, "ratelimited", "2")
        await web.chat_postMessage(channel=company.PLATFORM, text="another channel")
        await web.chat_update(channel=company.TEAM_SHOP, ts=posted["ts"], text="edits are not posts")
        clock.move(2.0)
        await web.chat_postMessage(channel=company.TEAM_SHOP, text="z")
        assert [message.text for message in slack.messages(company.TEAM_SHOP)] == ["edits are not posts", "z"]
        assert [call.status for call in slack.calls].count(429) == 1


async def test_a_lost_answer_is_remembered_as_applied(web: AsyncWebClient, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=company.TEAM_SHOP, text="x")
    assert len(slack.messages(company.TEAM_SHOP)) == 1
    assert (slack.calls[0].applied, slack.calls[0].status) == (True, None)


async def test_a_response_url_posts_five_times_where_the_bot_is_no_member(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    url = slack.workspace.new_response_url(user=company.ANA, channel=company.SECRET_PROJECT)
    async with session.post(url, json={"text": "only for Ana"}) as response:
        assert (response.status, await response.text()) == (200, "ok")
    async with session.post(url, json={"text": "for all", "response_type": "in_channel", "blocks": [RICH]}):
        pass
    async with session.post(url, json={"text": "changed", "replace_original": True}):
        pass
    hidden, shown = slack.messages(company.SECRET_PROJECT)
    assert (hidden.text, hidden.ephemeral_to, hidden.via) == ("only for Ana", company.ANA, "response_url")
    assert (shown.text, shown.ephemeral_to, shown.history) == ("changed", None, [("for all", [RICH])])
    for expected in ((400, "no_text"), (200, "ok"), (200, "ok"), (404, "used_url")):
        async with session.post(url, json={"text": "" if expected[0] == 400 else "x"}) as response:
            assert (response.status, expected[1] in await response.text()) == (expected[0], True)
    assert [call.method for call in slack.calls] == ["response_url"] * 7


async def test_a_response_url_ends_after_thirty_minutes(slack: LocalSlack, clock: HandClock) -> None:
    hook = AsyncWebhookClient(slack.workspace.new_response_url(user=company.ANA, channel=company.PLATFORM))
    clock.move(LINK_SECONDS)
    assert (await hook.send(text="in time")).status_code == 200
    clock.move(1)
    late = await hook.send(text="late")
    assert (late.status_code, "expired_url" in late.body) == (404, True)
    unknown = await AsyncWebhookClient(slack.base_url + "/response/none").send(text="x")
    assert (unknown.status_code, len(slack.messages(company.PLATFORM))) == (404, 1)
    refused_blocks = slack.workspace.new_response_url(user=company.ANA, channel=company.PLATFORM)
    assert (await AsyncWebhookClient(refused_blocks).send(blocks=[{"type": "marquee"}])).status_code == 400
    archived = slack.workspace.new_response_url(user=company.ANA, channel=company.OLD_LAUNCH)
    assert (await AsyncWebhookClient(archived).send(text="x")).status_code == 400
