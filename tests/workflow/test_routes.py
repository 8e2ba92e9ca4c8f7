"""Each call that tells people: to the channel, through the form, to one person; never twice because of an interruption."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.domain.request import Request
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted
from bot.workflow.progress import Progress
from bot.workflow.routes import Routes
from tests.workflow.sample_workflow import asked

WORKING = {"text": "Working on shop"}
OUTCOME = {"text": "Done with shop"}
NOTICE = {"text": "Somebody is done with shop"}
NOTHING_YET = Progress()
DIRECT = "D" + company.ANA[1:]


@pytest.fixture
def request_(slack: LocalSlack) -> Request:
    url = slack.workspace.new_response_url(user=company.ANA, channel=company.TEAM_SHOP)
    return asked(response_url=url)


@pytest.fixture
def routes(request_: Request, poster: Poster) -> Routes:
    return Routes(request=request_, poster=poster)


def elsewhere(poster: Poster, **changes: Any) -> Routes:
    request = asked()
    return Routes(request=replace(request, origin=replace(request.origin, **changes)), poster=poster)


def said(slack: LocalSlack, channel: str = company.TEAM_SHOP) -> list[str]:
    return [message.text for message in slack.messages(channel)]


def last(slack: LocalSlack, channel: str = company.TEAM_SHOP) -> Message:
    return slack.messages(channel)[-1]


def calls(slack: LocalSlack) -> list[str]:
    return [call.method for call in slack.calls]


def ok(result: object) -> Posted:
    assert isinstance(result, Posted), result
    return result


# ---- to the channel ----


async def test_the_outcome_is_one_post_with_the_mark_of_its_request(routes: Routes, slack: LocalSlack) -> None:
    result = await routes.to_channel(False, OUTCOME, NOTHING_YET)
    message = last(slack)
    assert result == Posted(route="channel", channel=company.TEAM_SHOP, ts=message.ts)
    assert (message.text, message.edited) == (OUTCOME["text"], False)
    assert message.metadata is not None
    assert message.metadata["event_payload"] == {"request": "T1-shop", "role": "request"}
    assert calls(slack) == ["chat.postMessage"]


async def test_the_progress_message_becomes_the_outcome(routes: Routes, poster: Poster, slack: LocalSlack) -> None:
    posted = ok(await poster.post(company.TEAM_SHOP, WORKING, mark=routes.mark))
    assert await routes.to_channel(False, OUTCOME, Progress(posted=posted)) == posted
    assert said(slack) == [OUTCOME["text"]]
    assert last(slack).metadata == routes.mark.metadata()


@pytest.mark.parametrize(
    ("may_have_run", "progress"), [(True, NOTHING_YET), (False, Progress(doubtful=True))], ids=["outcome", "progress"]
)
async def test_what_may_stand_there_already_is_looked_for_and_changed(
    routes: Routes, poster: Poster, slack: LocalSlack, may_have_run: bool, progress: Progress
) -> None:
    posted = ok(await poster.post(company.TEAM_SHOP, WORKING, mark=routes.mark))
    await poster.post(company.TEAM_SHOP, WORKING, mark=Routes(request=asked("other"), poster=poster).mark)
    assert await routes.to_channel(may_have_run, OUTCOME, progress) == posted
    assert said(slack) == [OUTCOME["text"], WORKING["text"]]


async def test_what_is_looked_for_and_not_there_is_posted(routes: Routes, slack: LocalSlack) -> None:
    ok(await routes.to_channel(True, OUTCOME, NOTHING_YET))
    assert said(slack) == [OUTCOME["text"]]
    assert calls(slack) == ["conversations.history", "chat.postMessage"]


@pytest.mark.parametrize(
    "fault",
    [Fault.answer(429, "", {"Retry-After": "1"}), Fault.drop(), Fault.answer(503, "")],
    ids=["429", "reset", "503"],
)
async def test_while_the_history_is_not_told_nothing_is_posted_a_second_time(
    routes: Routes, slack: LocalSlack, fault: Fault
) -> None:
    ok(await routes.to_channel(False, OUTCOME, NOTHING_YET))
    ok(await routes.notify(False, NOTICE, company.TEAM_SHOP, False))
    slack.faults.add("conversations.history", fault, times=None)
    assert isinstance(await routes.to_channel(True, OUTCOME, NOTHING_YET), InDoubt)
    assert isinstance(await routes.by(True, OUTCOME, "channel", False), InDoubt)
    assert isinstance(await routes.notify(True, NOTICE, company.TEAM_SHOP, False), InDoubt)
    assert said(slack) == [OUTCOME["text"], NOTICE["text"]]


async def test_a_history_that_may_not_be_read_is_no_reason_to_stay_silent(routes: Routes, slack: LocalSlack) -> None:
    slack.faults.add("conversations.history", Fault.answer(200, {"ok": False, "error": "missing_scope"}), times=None)
    ok(await routes.to_channel(True, OUTCOME, NOTHING_YET))
    ok(await routes.notify(True, NOTICE, company.TEAM_SHOP, False))
    assert said(slack) == [OUTCOME["text"], NOTICE["text"]]


# ---- by one route ----


async def test_by_the_channel_it_is_posted_there(routes: Routes, slack: LocalSlack) -> None:
    ok(await routes.by(False, OUTCOME, "channel", False))
    assert said(slack) == [OUTCOME["text"]]


@pytest.mark.parametrize(("may_have_run", "doubtful"), [(True, False), (False, True)])
async def test_by_the_channel_what_an_earlier_attempt_posted_is_found_and_changed(
    routes: Routes, poster: Poster, slack: LocalSlack, may_have_run: bool, doubtful: bool
) -> None:
    posted = ok(await poster.post(company.TEAM_SHOP, WORKING, mark=routes.mark))
    assert await routes.by(may_have_run, OUTCOME, "channel", doubtful) == posted
    assert said(slack) == [OUTCOME["text"]]


async def test_by_the_response_url_everybody_sees_it(routes: Routes, slack: LocalSlack) -> None:
    result = await routes.by(False, OUTCOME, "response_url", False)
    assert result == Posted(route="response_url", channel=company.TEAM_SHOP, ts=None)
    assert (last(slack).text, last(slack).ephemeral_to) == (OUTCOME["text"], None)


async def test_by_the_response_url_it_is_not_posted_again_where_an_interrupted_step_may_have(
    routes: Routes, slack: LocalSlack
) -> None:
    result = await routes.by(True, OUTCOME, "response_url", False)
    assert result == InDoubt(code=Reason.PERHAPS_POSTED)
    assert slack.calls == []


async def test_a_request_without_a_response_url_refuses_that_route(poster: Poster, slack: LocalSlack) -> None:
    result = await elsewhere(poster, response_url=None).by(False, OUTCOME, "response_url", False)
    assert result == Refused(code=Reason.NO_RESPONSE_URL)
    assert slack.calls == []


async def test_by_direct_message_the_requester_alone_is_told(routes: Routes, slack: LocalSlack) -> None:
    result = await routes.by(False, OUTCOME, "direct_message", False)
    assert result == Posted(route="direct_message", channel=DIRECT, ts=last(slack, DIRECT).ts)
    assert said(slack, DIRECT) == [OUTCOME["text"]]
    assert said(slack) == []


async def test_a_channel_that_refuses_is_told_by_its_code(poster: Poster) -> None:
    routes = elsewhere(poster, channel=company.OLD_LAUNCH)
    assert await routes.to_channel(False, OUTCOME, NOTHING_YET) == Refused(code="is_archived")
    assert await routes.by(False, OUTCOME, "channel", False) == Refused(code="is_archived")


async def test_a_busy_channel_is_told_with_slacks_seconds(routes: Routes, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "7"}))
    result = await routes.to_channel(False, OUTCOME, NOTHING_YET)
    assert result == NotApplied(code="ratelimited", retry_after=7)


# ---- changing ----


async def test_an_update_may_be_repeated(routes: Routes, slack: LocalSlack) -> None:
    posted = ok(await routes.to_channel(False, WORKING, NOTHING_YET))
    assert [await routes.update(posted, OUTCOME) for _ in range(2)] == [posted, posted]
    assert said(slack) == [OUTCOME["text"]]


async def test_the_update_of_a_deleted_message_is_refused(routes: Routes, slack: LocalSlack) -> None:
    posted = ok(await routes.to_channel(False, WORKING, NOTHING_YET))
    slack.delete(company.TEAM_SHOP, last(slack).ts)
    assert await routes.to_channel(False, OUTCOME, Progress(posted=posted)) == Refused(code="message_not_found")


# ---- further channels ----


async def test_a_notice_is_posted_with_a_mark_of_its_own(routes: Routes, poster: Poster, slack: LocalSlack) -> None:
    result = await routes.notify(False, NOTICE, company.PLATFORM, False)
    assert result == Posted(route="channel", channel=company.PLATFORM, ts=last(slack, company.PLATFORM).ts)
    metadata = last(slack, company.PLATFORM).metadata
    assert metadata is not None
    assert metadata["event_payload"] == {"request": "T1-shop", "role": "notice"}
    assert calls(slack) == ["chat.postMessage"]


@pytest.mark.parametrize(("may_have_run", "doubtful"), [(True, False), (False, True)])
async def test_a_notice_that_is_there_is_left_as_it_is_and_not_taken_for_the_outcome(
    routes: Routes, slack: LocalSlack, may_have_run: bool, doubtful: bool
) -> None:
    ok(await routes.to_channel(False, OUTCOME, NOTHING_YET))
    first = ok(await routes.notify(False, NOTICE, company.TEAM_SHOP, False))
    assert await routes.notify(may_have_run, NOTICE, company.TEAM_SHOP, doubtful) == first
    assert said(slack) == [OUTCOME["text"], NOTICE["text"]]


async def test_a_notice_that_is_looked_for_and_not_there_is_posted(routes: Routes, slack: LocalSlack) -> None:
    ok(await routes.to_channel(False, OUTCOME, NOTHING_YET))
    ok(await routes.notify(True, NOTICE, company.TEAM_SHOP, False))
    assert said(slack) == [OUTCOME["text"], NOTICE["text"]]


# ---- why elsewhere ----


async def test_the_explanation_goes_where_the_outcome_went_and_only_the_requester_reads_it(
    routes: Routes, slack: LocalSlack
) -> None:
    bot = f"<@{company.BOT_USER}>"
    through = Posted(route="response_url", channel=company.TEAM_SHOP)
    direct = Posted(route="direct_message", channel=DIRECT, ts="1.0")
    ok(await routes.explain("not_in_channel", bot, through))
    ok(await routes.explain("is_archived", bot, direct))
    assert last(slack).ephemeral_to == company.ANA
    assert f"The result in <#{company.TEAM_SHOP}> was posted through your form" in last(slack).text
    assert f"type /invite {bot} in that channel" in last(slack).text
    assert "not_in_channel" not in last(slack).text  # a code helps nobody
    assert "archived" in last(slack, DIRECT).text
