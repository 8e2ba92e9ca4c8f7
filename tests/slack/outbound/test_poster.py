"""Each method of the poster is one call with one known result, against a Slack that refuses, forgets and falls silent."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clients import slack_session
from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.net.bodies import LARGEST_ANSWER
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from bot.slack.blocks import rich_text, text
from bot.slack.needs import POSTER_NEEDS
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted
from tests.support.running import BOT_TOKEN, SIGNING_SECRET

SOUP = {"text": "Soup at noon", "blocks": [rich_text([text("Soup at noon")])]}
SALAD = {"text": "Salad at noon", "blocks": [rich_text([text("Salad at noon")])]}
DIRECT = "D" + company.ANA[1:]


@pytest.fixture
def poster(web_client: AsyncWebClient, session: aiohttp.ClientSession) -> Poster:
    return Poster(client=web_client, session=session)


@pytest.fixture
def mark() -> Mark:
    return Mark(request_id="T0-V0", role="request", since=time.time())


@pytest.fixture
def response_url(slack: LocalSlack) -> str:
    return slack.workspace.new_response_url(user=company.ANA, channel=company.TEAM_SHOP)


def calls(slack: LocalSlack, method: str) -> int:
    return sum(call.method == method for call in slack.calls)


def posts(slack: LocalSlack, channel: str = company.TEAM_SHOP) -> list[Message]:
    return [message for message in slack.messages(channel) if message.user == company.BOT_USER]


def ok(result: object) -> Posted:
    assert isinstance(result, Posted), result
    return result


# ---- posting ----


async def test_a_message_is_posted_in_the_channel(poster: Poster, slack: LocalSlack) -> None:
    result = await poster.post(company.TEAM_SHOP, SOUP)
    (message,) = posts(slack)
    assert result == Posted(route="channel", channel=company.TEAM_SHOP, ts=message.ts)
    assert (message.text, message.blocks, message.metadata) == (SOUP["text"], SOUP["blocks"], None)
    assert [call.method for call in slack.calls] == ["chat.postMessage"]


async def test_a_marked_message_carries_its_mark_and_nothing_else_about_the_request(
    poster: Poster, mark: Mark, slack: LocalSlack
) -> None:
    await poster.post(company.TEAM_SHOP, SOUP, mark=mark)
    (message,) = posts(slack)
    assert message.metadata is not None
    assert message.metadata["event_payload"] == {"request": "T0-V0", "role": "request"}


async def test_a_direct_message_knows_its_conversation(poster: Poster, slack: LocalSlack) -> None:
    result = await poster.post(company.ANA, SOUP, route="direct_message")
    (message,) = posts(slack, DIRECT)
    assert result == Posted(route="direct_message", channel=DIRECT, ts=message.ts)


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        (company.SECRET_PROJECT, "channel_not_found"),
        (company.OLD_LAUNCH, "is_archived"),
        ("C0NOWHERE00", "channel_not_found"),
    ],
)
async def test_a_channel_that_does_not_take_it_refuses(poster: Poster, channel: str, code: str) -> None:
    assert await poster.post(channel, SOUP) == Refused(code=code)


@pytest.mark.parametrize(
    "fault",
    [Fault.drop(apply=True), Fault.hang(apply=True), Fault.answer(500, "", apply=True)],
    ids=["reset", "silence", "500"],
)
async def test_a_post_whose_answer_is_lost_is_in_doubt_and_sent_once(
    poster: Poster, slack: LocalSlack, fault: Fault
) -> None:
    slack.faults.add("chat.postMessage", fault)
    assert isinstance(await poster.post(company.TEAM_SHOP, SOUP), InDoubt)
    assert calls(slack, "chat.postMessage") == 1
    assert len(posts(slack)) == 1


async def test_a_slack_that_cannot_be_reached_has_certainly_not_posted(poster: Poster, slack: LocalSlack) -> None:
    await slack.stop()
    assert await poster.post(company.TEAM_SHOP, SOUP) == NotApplied(code="connection_refused")


# ---- how fast ----


BUSY = Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "86400"})
BUSY_RESULT = NotApplied(code="ratelimited", retry_after=300)


async def test_a_busy_channel_takes_nothing_and_only_that_channel_waits(poster: Poster, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", BUSY)
    assert poster.delay(company.TEAM_SHOP) == 0
    assert await poster.post(company.TEAM_SHOP, SOUP) == BUSY_RESULT
    assert poster.delay(company.TEAM_SHOP) > 0
    assert poster.delay(company.PLATFORM) == 0
    ok(await poster.post(company.PLATFORM, SOUP))
    assert posts(slack) == []


async def test_after_a_429_nothing_is_sent_to_that_channel_until_its_time_has_come(
    poster: Poster, slack: LocalSlack
) -> None:
    slack.faults.add("chat.postMessage", BUSY)
    await poster.post(company.TEAM_SHOP, SOUP)
    waiting = asyncio.create_task(poster.post(company.TEAM_SHOP, SOUP))
    for _ in range(5):  # these began later, and have been there and back
        ok(await poster.post(company.PLATFORM, SOUP))
    assert [call.args["channel"] for call in slack.calls] == [company.TEAM_SHOP] + [company.PLATFORM] * 5
    assert not waiting.done()
    waiting.cancel()


async def test_an_update_waits_for_no_channel(poster: Poster, mark: Mark, slack: LocalSlack) -> None:
    posted = ok(await poster.post(company.TEAM_SHOP, SOUP))
    slack.faults.add("chat.postMessage", BUSY)
    assert await poster.post(company.TEAM_SHOP, SOUP) == BUSY_RESULT
    assert await poster.update(posted, SALAD, mark=mark) == posted


async def test_a_channel_whose_updates_are_limited_holds_up_no_post_and_no_other_channels_update(
    poster: Poster, mark: Mark, slack: LocalSlack
) -> None:
    posted = ok(await poster.post(company.TEAM_SHOP, SOUP))
    elsewhere = ok(await poster.post(company.PLATFORM, SOUP))
    slack.faults.add("chat.update", BUSY)
    assert await poster.update(posted, SALAD, mark=mark) == BUSY_RESULT
    waiting = asyncio.create_task(poster.update(posted, SALAD, mark=mark))
    assert await poster.update(elsewhere, SALAD, mark=mark) == elsewhere
    ok(await poster.post(company.TEAM_SHOP, SOUP))
    assert not waiting.done()
    assert [call.args["channel"] for call in slack.calls if call.method == "chat.update"] == [
        *(company.TEAM_SHOP, company.PLATFORM),
    ]
    waiting.cancel()


async def test_a_limit_of_a_day_is_waited_for_five_minutes(poster: Poster, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", BUSY)
    await poster.post(company.TEAM_SHOP, SOUP)
    assert 0 < poster.delay(company.TEAM_SHOP) <= 300


# ---- changing ----


async def test_an_update_changes_the_message_and_may_be_repeated(poster: Poster, mark: Mark, slack: LocalSlack) -> None:
    posted = ok(await poster.post(company.TEAM_SHOP, SOUP, mark=mark))
    assert [await poster.update(posted, SALAD, mark=mark) for _ in range(2)] == [posted, posted]
    (message,) = posts(slack)
    assert (message.text, message.blocks) == (SALAD["text"], SALAD["blocks"])
    assert message.metadata == mark.metadata()


async def test_an_updated_message_is_found_by_the_mark_of_the_update(poster: Poster, mark: Mark) -> None:
    posted = ok(await poster.post(company.TEAM_SHOP, SOUP))
    await poster.update(posted, SALAD, mark=mark)
    assert await poster.find(company.TEAM_SHOP, mark) == posted


async def test_a_direct_message_is_changed_where_it_was_posted(poster: Poster, mark: Mark, slack: LocalSlack) -> None:
    posted = ok(await poster.post(company.ANA, SOUP, route="direct_message"))
    assert await poster.update(posted, SALAD, mark=mark) == posted
    assert [message.text for message in posts(slack, DIRECT)] == [SALAD["text"]]


async def test_the_update_of_a_deleted_message_is_refused(poster: Poster, mark: Mark, slack: LocalSlack) -> None:
    posted = ok(await poster.post(company.TEAM_SHOP, SOUP, mark=mark))
    assert posted.ts is not None
    slack.delete(company.TEAM_SHOP, posted.ts)
    assert await poster.update(posted, SALAD, mark=mark) == Refused(code="message_not_found")


# ---- a history that never ends ----


def history(cursor: str) -> Fault:
    return Fault.answer(200, {"ok": True, "messages": [], "response_metadata": {"next_cursor": cursor}})


async def test_a_history_that_never_ends_is_doubt_after_a_bounded_number_of_pages(
    poster: Poster, mark: Mark, slack: LocalSlack
) -> None:
    for number in range(200):
        slack.faults.add("conversations.history", history(f"page-{number}"))
    assert await poster.find(company.TEAM_SHOP, mark) == InDoubt(code=Reason.HISTORY_TOO_LONG)
    assert calls(slack, "conversations.history") == 40


async def test_a_message_is_found_under_a_hundred_newer_ones(poster: Poster, mark: Mark, slack: LocalSlack) -> None:
    posted = ok(await poster.post(company.TEAM_SHOP, SOUP, mark=mark))
    for _ in range(250):
        slack.workspace.post(company.TEAM_SHOP, user=company.BEN, text="chatter", via="person")
    assert await poster.find(company.TEAM_SHOP, mark) == posted
    assert calls(slack, "conversations.history") == 3


async def test_a_history_that_has_more_but_does_not_say_where_is_doubt(
    poster: Poster, mark: Mark, slack: LocalSlack
) -> None:
    page = {"ok": True, "messages": [], "has_more": True}
    slack.faults.add("conversations.history", Fault.answer(200, page))
    assert await poster.find(company.TEAM_SHOP, mark) == InDoubt(code=Reason.HISTORY_TOO_LONG)


async def test_a_history_that_repeats_itself_is_doubt_at_once(poster: Poster, mark: Mark, slack: LocalSlack) -> None:
    slack.faults.add("conversations.history", history("again"), times=None)
    assert await poster.find(company.TEAM_SHOP, mark) == InDoubt(code=Reason.HISTORY_TOO_LONG)
    assert calls(slack, "conversations.history") == 2


async def test_a_page_of_long_messages_is_asked_for_again_in_smaller_ones(mark: Mark, slack: LocalSlack) -> None:
    async with slack_session() as session:
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])
        poster = Poster(client=client, session=session)
        posted = ok(await poster.post(company.TEAM_SHOP, SOUP, mark=mark))
        slack.faults.add("conversations.history", Fault.answer(200, b" " * (LARGEST_ANSWER + 1)), times=2)
        assert await poster.find(company.TEAM_SHOP, mark) == posted
    limits = [int(call.args["limit"]) for call in slack.calls if call.method == "conversations.history"]
    assert limits == [100, 20, 4]


# ---- what is sent ----


async def test_every_call_asks_slack_to_take_the_text_as_it_is(poster: Poster, mark: Mark, slack: LocalSlack) -> None:
    posted = ok(await poster.post(company.TEAM_SHOP, SOUP, mark=mark))
    await poster.update(posted, SALAD, mark=mark)
    await poster.post(company.ANA, SOUP, route="direct_message")
    assert [call.method for call in slack.calls] == ["chat.postMessage", "chat.update", "chat.postMessage"]
    for call in slack.calls:
        assert call.args["parse"] == "none"
        assert call.args["text"]
        if call.method == "chat.postMessage":
            assert {_false(call.args[name]) for name in ("link_names", "unfurl_links", "unfurl_media")} == {True}


def _false(argument: object) -> bool:
    return str(argument).lower() in {"false", "0"}


@pytest.mark.parametrize("code", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
async def test_words_whose_layout_is_refused_are_posted_as_plain_text(
    poster: Poster, mark: Mark, slack: LocalSlack, code: str
) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": code}))
    result = await poster.post(company.TEAM_SHOP, SOUP, mark=mark)
    (message,) = posts(slack)
    assert result == Posted(route="channel", channel=company.TEAM_SHOP, ts=message.ts)
    assert (message.text, message.blocks, message.metadata) == (SOUP["text"], [], mark.metadata())


async def test_words_whose_layout_is_refused_are_changed_as_plain_text(
    poster: Poster, mark: Mark, slack: LocalSlack
) -> None:
    posted = ok(await poster.post(company.TEAM_SHOP, SOUP))
    slack.faults.add("chat.update", Fault.answer(200, {"ok": False, "error": "block_mismatch"}))
    assert await poster.update(posted, SALAD, mark=mark) == posted
    (message,) = posts(slack)
    assert (message.text, message.blocks) == (SALAD["text"], [])


async def test_a_message_refused_as_plain_text_too_is_refused(poster: Poster, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": "invalid_arguments"}), times=2)
    assert await poster.post(company.TEAM_SHOP, SOUP) == Refused(code="invalid_arguments")
    assert calls(slack, "chat.postMessage") == 2


# ---- through a response_url ----


@pytest.mark.parametrize(("visible", "only_for"), [("ephemeral", company.ANA), ("in_channel", None)])
async def test_a_response_url_posts_for_one_person_or_for_everybody(
    poster: Poster, slack: LocalSlack, response_url: str, visible: str, only_for: str | None
) -> None:
    body = {**SOUP, "response_type": visible}
    result = await poster.respond(response_url, body, channel=company.TEAM_SHOP)
    (message,) = posts(slack)
    assert result == Posted(route="response_url", channel=company.TEAM_SHOP, ts=None)
    assert (message.via, message.text, message.ephemeral_to) == ("response_url", SOUP["text"], only_for)


async def test_a_response_url_reaches_a_channel_that_the_bot_cannot_see(poster: Poster, slack: LocalSlack) -> None:
    url = slack.workspace.new_response_url(user=company.ANA, channel=company.SECRET_PROJECT)
    ok(await poster.respond(url, {**SOUP, "response_type": "in_channel"}, channel=company.SECRET_PROJECT))
    assert [message.text for message in posts(slack, company.SECRET_PROJECT)] == [SOUP["text"]]


async def test_a_used_up_response_url_refuses(poster: Poster, response_url: str) -> None:
    results = [await poster.respond(response_url, SOUP, channel=company.TEAM_SHOP) for _ in range(6)]
    assert [type(result) for result in results] == [Posted] * 5 + [Refused]


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        (Fault.drop(), InDoubt(code="connection_broke")),
        (Fault.hang(), InDoubt(code="no_answer")),
        (Fault.answer(500, ""), InDoubt(code="response_url_500")),
        (Fault.answer(404, ""), Refused(code="response_url_404")),
        (Fault.answer(200, "<html>welcome</html>"), InDoubt(code="response_url_unclear")),
        (Fault.answer(429, "", {"Retry-After": "2"}), NotApplied(code="ratelimited", retry_after=2)),
    ],
    ids=["reset", "silence", "500", "404", "a proxy's page", "429"],
)
async def test_a_response_url_that_fails_is_classified_like_any_call(
    poster: Poster, slack: LocalSlack, response_url: str, fault: Fault, result: Any
) -> None:
    slack.faults.add("response_url", fault)
    assert await poster.respond(response_url, SOUP, channel=company.TEAM_SHOP) == result
    assert calls(slack, "response_url") == 1


# ---- finding one's own message again ----


async def test_a_message_is_found_by_its_mark_among_others(poster: Poster, mark: Mark) -> None:
    of_another = Mark(request_id="T0-V9", role="request", since=mark.since)
    notice = Mark(request_id="T0-V0", role="notice", since=mark.since)
    await poster.post(company.TEAM_SHOP, SOUP, mark=of_another)
    posted = await poster.post(company.TEAM_SHOP, SOUP, mark=mark)
    told = await poster.post(company.TEAM_SHOP, SOUP, mark=notice)
    await poster.post(company.TEAM_SHOP, SOUP)
    assert await poster.find(company.TEAM_SHOP, mark) == posted
    assert await poster.find(company.TEAM_SHOP, notice) == told


async def test_a_message_that_is_not_there_is_not_found(poster: Poster, mark: Mark, slack: LocalSlack) -> None:
    await poster.post(company.TEAM_SHOP, SOUP)
    assert await poster.find(company.TEAM_SHOP, mark) is None
    assert len(posts(slack)) == 1


async def test_a_message_from_before_the_request_is_not_looked_at(poster: Poster, mark: Mark) -> None:
    await poster.post(company.TEAM_SHOP, SOUP, mark=mark)
    later = Mark(request_id=mark.request_id, role=mark.role, since=mark.since + 2 * 60 * 60)
    assert await poster.find(company.TEAM_SHOP, later) is None


async def test_a_message_is_found_although_the_clocks_differ_by_half_an_hour(poster: Poster, mark: Mark) -> None:
    posted = await poster.post(company.TEAM_SHOP, SOUP, mark=mark)
    later = Mark(request_id=mark.request_id, role=mark.role, since=mark.since + 30 * 60)
    assert await poster.find(company.TEAM_SHOP, later) == posted


async def test_a_refusal_of_a_later_page_of_the_history_is_doubt(poster: Poster, mark: Mark, slack: LocalSlack) -> None:
    page = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "nowhere"}}
    slack.faults.add("conversations.history", Fault.answer(200, page))
    assert await poster.find(company.TEAM_SHOP, mark) == InDoubt(code="invalid_cursor")


@pytest.mark.parametrize(
    "fault",
    [Fault.answer(429, "", {"Retry-After": "1"}), Fault.drop(), Fault.answer(503, "")],
    ids=["429", "reset", "503"],
)
async def test_while_the_history_is_not_told_it_is_in_doubt_whether_the_message_is_there(
    poster: Poster, mark: Mark, slack: LocalSlack, fault: Fault
) -> None:
    await poster.post(company.TEAM_SHOP, SOUP, mark=mark)
    slack.faults.add("conversations.history", fault, times=None)
    assert isinstance(await poster.find(company.TEAM_SHOP, mark), InDoubt)


@pytest.mark.parametrize(
    "fault",
    [
        Fault.answer(404, "<html>no such page</html>"),
        Fault.answer(404, {"ok": False, "error": "not_found"}),
        Fault.answer(403, {"message": "blocked"}),
        Fault.answer(302, "", {"Location": "http://127.0.0.1:9/"}),
        Fault.answer(200, "<html>sign in</html>", {"Content-Type": "text/html"}),
        Fault.answer(200, {"ok": False}),
        Fault.answer(200, {"error": "missing_scope"}),
        Fault.answer(200, {"ok": True}),
        Fault.answer(200, {"ok": True, "messages": None}),
    ],
    ids=[
        "404",
        "404 JSON",
        "403",
        "a redirect",
        "a page",
        "no code",
        "no refusal",
        "no messages",
        "null",
    ],
)
async def test_only_slack_itself_can_say_that_the_history_may_not_be_read(
    poster: Poster, mark: Mark, slack: LocalSlack, fault: Fault
) -> None:
    await poster.post(company.TEAM_SHOP, SOUP)
    slack.faults.add("conversations.history", fault, times=None)
    assert isinstance(await poster.find(company.TEAM_SHOP, mark), InDoubt)


async def test_a_history_that_may_not_be_read_says_so(poster: Poster, mark: Mark, slack: LocalSlack) -> None:
    slack.faults.add("conversations.history", Fault.answer(200, {"ok": False, "error": "missing_scope"}))
    assert await poster.find(company.TEAM_SHOP, mark) == Refused(code="missing_scope")


@pytest.mark.parametrize(
    "answer",
    [{"ok": True}, {"ok": "true"}, {"ok": True, "ts": None}, {"ok": True, "ts": 7.5}, {"ok": True, "ts": "<!here>"}],
    ids=ascii,
)
async def test_an_answer_that_does_not_say_where_the_message_is_leaves_doubt(
    poster: Poster, mark: Mark, slack: LocalSlack, answer: dict[str, object]
) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {**answer, "channel": company.TEAM_SHOP}))
    result = await poster.post(company.TEAM_SHOP, SOUP, mark=mark)
    assert result == InDoubt(code=Reason.ANSWER_UNCLEAR)


# ---- what it needs of the app ----


@pytest.mark.parametrize("optional", [True, False], ids=["with the optional scopes", "without the optional scopes"])
async def test_the_scopes_that_it_says_it_needs_are_enough(
    session: aiohttp.ClientSession, mark: Mark, optional: bool
) -> None:
    scopes = POSTER_NEEDS.scopes | (POSTER_NEEDS.optional_scopes if optional else frozenset())
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, scopes=scopes) as strict:
        client = AsyncWebClient(BOT_TOKEN, base_url=strict.api_url, session=session, retry_handlers=[])
        poster = Poster(client=client, session=session)
        posted = ok(await poster.post(company.TEAM_SHOP, SOUP, mark=mark))
        ok(await poster.post(company.GENERAL, SOUP))
        ok(await poster.post(company.ANA, SOUP, route="direct_message"))
        ok(await poster.update(posted, SALAD, mark=mark))
        found = await poster.find(company.TEAM_SHOP, mark)
        assert found == (posted if optional else Refused(code="missing_scope"))
