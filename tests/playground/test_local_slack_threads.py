"""Threads, permalinks and people in the local Slack's Web API."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack


async def refused(awaitable: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await awaitable
    code: str = caught.value.response["error"]
    return code


async def test_replies_stand_in_the_thread_and_are_counted_at_its_first_message(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    first = slack.say("done?", user=company.BEN)
    posted = [
        (await web.chat_postMessage(channel=company.TEAM_SHOP, text=text, thread_ts=first.ts))["ts"]
        for text in ("a", "b")
    ]
    whispered = await web.chat_postEphemeral(
        channel=company.TEAM_SHOP, user=company.ANA, text="psst", thread_ts=first.ts
    )
    (shown,) = (await web.conversations_history(channel=company.TEAM_SHOP))["messages"]
    assert (shown["thread_ts"], shown["reply_count"], shown["latest_reply"]) == (first.ts, 2, posted[1])
    assert (shown["reply_users"], shown["reply_users_count"]) == ([company.BOT_USER], 1)
    told = (await web.conversations_replies(channel=company.TEAM_SHOP, ts=first.ts))["messages"]
    assert [message["ts"] for message in told] == [first.ts, *posted]
    assert told[1]["thread_ts"] == first.ts
    later = await web.conversations_replies(channel=company.TEAM_SHOP, ts=first.ts, oldest=posted[0])
    assert [message["text"] for message in later["messages"]] == ["b"]
    assert [message.ts for message in slack.thread(company.TEAM_SHOP, first.ts)] == [*posted, whispered["message_ts"]]
    slack.delete(company.TEAM_SHOP, posted[1])
    assert len(slack.workspace.messages(company.TEAM_SHOP)[0].replies) == 1


async def test_there_is_no_thread_under_nothing_a_reply_or_an_ephemeral(slack: LocalSlack, web: AsyncWebClient) -> None:
    first = slack.say("first")
    reply = slack.say("reply", thread_ts=first.ts)
    whispered = await web.chat_postEphemeral(channel=company.TEAM_SHOP, user=company.ANA, text="psst")
    for ts in ("1.2", reply.ts, whispered["message_ts"]):
        post = web.chat_postMessage(channel=company.TEAM_SHOP, text="x", thread_ts=ts)
        assert await refused(post) == "cannot_reply_to_message"
    for ts in ("1.2", whispered["message_ts"]):
        assert await refused(web.conversations_replies(channel=company.TEAM_SHOP, ts=ts)) == "thread_not_found"
    assert await refused(web.conversations_replies(channel=company.GENERAL, ts=first.ts)) == "not_in_channel"


async def test_a_permalink_leads_to_the_message_and_says_in_which_thread(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    first = slack.say("first")
    reply = slack.say("reply", thread_ts=first.ts)
    links = [
        (await web.chat_getPermalink(channel=company.TEAM_SHOP, message_ts=ts))["permalink"]
        for ts in (first.ts, reply.ts)
    ]
    start = f"https://playground.slack.example/archives/{company.TEAM_SHOP}/p"
    assert links == [
        start + first.ts.replace(".", ""),
        start + reply.ts.replace(".", "") + f"?thread_ts={first.ts}&cid={company.TEAM_SHOP}",
    ]
    assert await refused(web.chat_getPermalink(channel=company.TEAM_SHOP, message_ts="1.2")) == "message_not_found"
    assert await refused(web.chat_getPermalink(channel=company.SECRET_PROJECT, message_ts="1.2")) == "channel_not_found"


async def test_a_person_is_described_to_an_app_that_may_ask(slack: LocalSlack, web: AsyncWebClient) -> None:
    answer = await web.users_info(user=company.CHIARA)
    assert (answer["user"]["real_name"], answer["user"]["is_bot"]) == ("Chiara Rossi", False)
    assert await refused(web.users_info(user="U404")) == "user_not_found"
    slack.credentials.scopes = frozenset({"chat:write"})
    assert await refused(web.users_info(user=company.CHIARA)) == "missing_scope"
