"""Each method of the announcer is one call with one known result, against a Slack that refuses, forgets and falls silent."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.announce.announcer import Announcer
from bot.announce.results import Doubtful, Later, Posted, Refused
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.registry.models import Created, Submission
from tests.support.people import about, words
from tests.support.running import BOT_TOKEN

DONE = Created(trace_id="143-1-82")


@pytest.fixture
def asked(slack: LocalSlack) -> Submission:
    return Submission(
        request_id="T0-V0",
        name="shop",
        description="ours",
        requester=company.ANA,
        channel=company.TEAM_SHOP,
        team=company.TEAM_ID,
        asked_at=time.time(),
        response_url=slack.workspace.new_response_url(user=company.ANA, channel=company.TEAM_SHOP),
    )


@pytest.fixture
async def announcer(slack: LocalSlack) -> AsyncIterator[Announcer]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1.5)) as session:
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])
        yield Announcer(
            client=client,
            session=session,
            region="ap-southeast-3",
            notify=(company.PLATFORM,),
            bot_mention=lambda: f"<@{company.BOT_USER}>",
        )


def calls(slack: LocalSlack, method: str) -> int:
    return sum(call.method == method for call in slack.calls)


async def test_creating_is_posted_in_the_channel(announcer: Announcer, asked: Submission, slack: LocalSlack) -> None:
    result = await announcer.creating(asked, "channel", look_first=False)
    (message,) = about(slack, "shop")
    assert result == Posted(route="channel", channel=company.TEAM_SHOP, ts=message.ts)
    assert "Status: creating" in words(message)
    assert calls(slack, "conversations.history") == 0


async def test_creating_through_the_response_url_is_seen_by_the_requester_alone(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    result = await announcer.creating(asked, "response_url", look_first=False)
    (message,) = about(slack, "shop")
    assert result == Posted(route="response_url", channel=company.TEAM_SHOP, ts=None)
    assert message.ephemeral_to == company.ANA


async def test_the_update_turns_the_message_into_the_outcome_and_may_be_repeated(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    posted = await announcer.creating(asked, "channel", look_first=False)
    assert isinstance(posted, Posted)
    assert [await announcer.update(asked, DONE, posted) for _ in range(2)] == [posted, posted]
    (message,) = about(slack, "shop")
    assert "Status: success" in words(message)
    assert message.metadata is not None
    assert message.metadata["event_payload"] == {"request": "T0-V0", "role": "request"}


async def test_the_update_of_a_deleted_message_is_refused(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    posted = await announcer.creating(asked, "channel", look_first=False)
    assert isinstance(posted, Posted)
    assert posted.ts is not None
    slack.delete(company.TEAM_SHOP, posted.ts)
    assert await announcer.update(asked, DONE, posted) == Refused(code="message_not_found")


async def test_the_outcome_is_posted_in_the_channel(announcer: Announcer, asked: Submission, slack: LocalSlack) -> None:
    result = await announcer.outcome(asked, DONE, "channel", look_first=False)
    (message,) = about(slack, "shop")
    assert result == Posted(route="channel", channel=company.TEAM_SHOP, ts=message.ts)
    assert "143-1-82" in words(message)


async def test_the_outcome_through_the_response_url_is_seen_by_everybody(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    result = await announcer.outcome(asked, DONE, "response_url", look_first=False)
    (message,) = about(slack, "shop")
    assert result == Posted(route="response_url", channel=company.TEAM_SHOP)
    assert message.ephemeral_to is None


async def test_the_outcome_as_a_direct_message_knows_its_conversation(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    direct = "D" + company.ANA[1:]
    result = await announcer.outcome(asked, DONE, "direct_message", look_first=False)
    (message,) = about(slack, "shop", channel=direct)
    assert result == Posted(route="direct_message", channel=direct, ts=message.ts)


@pytest.mark.parametrize("fault", [Fault.drop(apply=True), Fault.hang(apply=True), Fault.answer(500, "", apply=True)])
async def test_a_post_whose_answer_is_lost_is_doubtful_and_sent_once(
    announcer: Announcer, asked: Submission, slack: LocalSlack, fault: Fault
) -> None:
    slack.faults.add("chat.postMessage", fault)
    assert isinstance(await announcer.creating(asked, "channel", look_first=False), Doubtful)
    assert calls(slack, "chat.postMessage") == 1
    assert len(about(slack, "shop")) == 1


async def test_looking_first_finds_the_message_of_an_earlier_attempt(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    await announcer.creating(replace(asked, request_id="T0-V9"), "channel", look_first=False)
    first = await announcer.creating(asked, "channel", look_first=False)
    await announcer.notice(asked, DONE, company.TEAM_SHOP, look_first=False)
    assert await announcer.creating(asked, "channel", look_first=True) == first
    assert calls(slack, "chat.postMessage") == 3


async def test_looking_first_turns_the_found_message_into_the_outcome(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    first = await announcer.creating(asked, "channel", look_first=False)
    assert await announcer.outcome(asked, DONE, "channel", look_first=True) == first
    (message,) = about(slack, "shop")
    assert "Status: success" in words(message)


async def test_looking_first_posts_where_nothing_is_found(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    assert isinstance(await announcer.outcome(asked, DONE, "channel", look_first=True), Posted)
    assert isinstance(await announcer.notice(asked, DONE, company.TEAM_SHOP, look_first=True), Posted)
    assert len(about(slack, "shop")) == 2


async def test_looking_first_finds_the_notice_too(announcer: Announcer, asked: Submission, slack: LocalSlack) -> None:
    first = await announcer.notice(asked, DONE, company.TEAM_SHOP, look_first=False)
    assert await announcer.notice(asked, DONE, company.TEAM_SHOP, look_first=True) == first
    assert len(about(slack, "shop")) == 1


async def test_a_history_that_may_not_be_read_is_no_reason_to_stay_silent(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    slack.faults.add("conversations.history", Fault.answer(200, {"ok": False, "error": "missing_scope"}))
    assert isinstance(await announcer.outcome(asked, DONE, "channel", look_first=True), Posted)


@pytest.mark.parametrize(
    "trouble",
    [Fault.answer(429, "", {"Retry-After": "1"}), Fault.drop(), Fault.answer(503, "")],
    ids=["429", "reset", "503"],
)
async def test_while_the_history_is_not_told_nothing_is_posted_a_second_time(
    announcer: Announcer, asked: Submission, slack: LocalSlack, trouble: Fault
) -> None:
    await announcer.creating(asked, "channel", look_first=False)
    slack.faults.add("conversations.history", trouble, times=None)
    assert isinstance(await announcer.creating(asked, "channel", look_first=True), Doubtful)
    assert isinstance(await announcer.outcome(asked, DONE, "channel", look_first=True), Doubtful)
    assert isinstance(await announcer.notice(asked, DONE, company.TEAM_SHOP, look_first=True), Doubtful)
    assert len(about(slack, "shop")) == 1


async def test_the_message_is_found_on_a_later_page_of_the_history(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    posted = await announcer.creating(asked, "channel", look_first=False)
    page = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}}
    slack.faults.add("conversations.history", Fault.answer(200, page))
    assert await announcer.creating(asked, "channel", look_first=True) == posted
    cursors = [call.args.get("cursor") for call in slack.calls if call.method == "conversations.history"]
    assert cursors == [None, "more"]


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        (company.SECRET_PROJECT, "channel_not_found"),
        (company.OLD_LAUNCH, "is_archived"),
        ("C0NOWHERE00", "channel_not_found"),
    ],
)
async def test_a_channel_that_does_not_take_it_refuses(
    announcer: Announcer, asked: Submission, channel: str, code: str
) -> None:
    elsewhere = replace(asked, channel=channel)
    assert await announcer.creating(elsewhere, "channel", look_first=False) == Refused(code=code)


async def test_a_busy_channel_is_later_with_slacks_seconds(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "7"}))
    assert await announcer.outcome(asked, DONE, "channel", look_first=False) == Later(code="ratelimited", retry_after=7)


async def test_a_request_without_a_response_url_refuses_that_route(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    without = replace(asked, response_url=None)
    assert await announcer.outcome(without, DONE, "response_url", look_first=False) == Refused(code="no_response_url")
    assert slack.calls == []


async def test_a_used_up_response_url_refuses(announcer: Announcer, asked: Submission) -> None:
    results = [await announcer.outcome(asked, DONE, "response_url", look_first=False) for _ in range(6)]
    assert [type(result) for result in results] == [Posted] * 5 + [Refused]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(Fault.drop(), Doubtful), (Fault.answer(500, ""), Doubtful), (Fault.answer(429, "", {"Retry-After": "2"}), Later)],
    ids=["reset", "500", "429"],
)
async def test_a_response_url_in_trouble_is_classified_like_any_call(
    announcer: Announcer, asked: Submission, slack: LocalSlack, fault: Fault, kind: type[Doubtful | Later]
) -> None:
    slack.faults.add("response_url", fault)
    assert isinstance(await announcer.outcome(asked, DONE, "response_url", look_first=False), kind)


async def test_the_explanation_goes_where_the_outcome_went(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    through = Posted(route="response_url", channel=company.TEAM_SHOP)
    direct = Posted(route="direct_message", channel="D" + company.ANA[1:], ts="1.0")
    await announcer.explain(asked, "not_in_channel", through)
    await announcer.explain(asked, "is_archived", direct)
    assert slack.messages(company.TEAM_SHOP)[-1].ephemeral_to == company.ANA
    assert f"type /invite <@{company.BOT_USER}>" in slack.messages(company.TEAM_SHOP)[-1].text
    assert "archived" in slack.messages(direct.channel)[-1].text


async def test_every_post_asks_slack_to_take_the_text_as_it_is(
    announcer: Announcer, asked: Submission, slack: LocalSlack
) -> None:
    posted = await announcer.creating(asked, "channel", look_first=False)
    assert isinstance(posted, Posted)
    await announcer.update(asked, DONE, posted)
    await announcer.notice(asked, DONE, company.PLATFORM, look_first=False)
    for call in slack.calls:
        assert call.args["parse"] == "none"
        assert call.args["text"]
        if call.method == "chat.postMessage":
            assert str(call.args["link_names"]).lower() in {"false", "0"}
            assert str(call.args["unfurl_links"]).lower() in {"false", "0"}
            assert str(call.args["unfurl_media"]).lower() in {"false", "0"}
