"""The courtesy message: only if the outcome takes a while, never twice, and nothing waits for it without need."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.request import Request
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.blocks import Message
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted
from bot.workflow import progress as progress_module
from bot.workflow.progress import Progress, ProgressMessage
from tests.support.waiting import until
from tests.workflow.sample_workflow import asked

MESSAGE = {"text": "Working on shop"}
ALONE = {"text": "Working on shop, for you alone"}
LONG = {"text": "Working on shop for long"}
BUSY = {"ok": False, "error": "ratelimited"}

Begin = Callable[..., ProgressMessage]


@pytest.fixture
def request_(slack: LocalSlack) -> Request:
    url = slack.workspace.new_response_url(user=company.ANA, channel=company.TEAM_SHOP)
    return asked(response_url=url)


@pytest.fixture
def mark(request_: Request) -> Mark:
    return Mark(request_id=request_.id, role="request", since=request_.accepted_at)


@pytest.fixture
def begin(request_: Request, mark: Mark, poster: Poster) -> Begin:
    """Begins the progress message of an execution."""

    def build(
        *,
        after: float = 0.0,
        long_after: float = 60.0,
        resumed: bool = False,
        message: Callable[[], Message] = lambda: MESSAGE,
        **changes: Any,
    ) -> ProgressMessage:
        request = replace(request_, origin=replace(request_.origin, **changes))
        return ProgressMessage(
            poster=poster,
            request=request,
            mark=mark,
            message=message,
            for_requester=lambda: ALONE,
            long=lambda: LONG,
            after=after,
            long_after=long_after,
            resumed=resumed,
            ahead=lambda: True,
        )

    return build


async def settled(progress: ProgressMessage) -> Progress:
    """What became of it once it has come to its end by itself."""
    await until(lambda: progress._task is not None and progress._task.done())
    return await progress.settle()


def said(slack: LocalSlack, channel: str = company.TEAM_SHOP) -> list[str]:
    return [message.text for message in slack.messages(channel)]


def calls(slack: LocalSlack) -> list[str]:
    return [call.method for call in slack.calls]


# ---- the first execution ----


async def test_an_outcome_that_is_there_in_time_is_not_announced(begin: Begin, slack: LocalSlack) -> None:
    assert await begin(after=60).settle() == Progress()
    assert slack.calls == []


async def test_what_takes_longer_is_announced_with_the_mark_of_its_request(
    begin: Begin, mark: Mark, slack: LocalSlack
) -> None:
    result = await settled(begin(after=0.01))
    (message,) = slack.messages(company.TEAM_SHOP)
    assert result == Progress(posted=Posted(route="channel", channel=company.TEAM_SHOP, ts=message.ts))
    assert (message.text, message.metadata) == (MESSAGE["text"], mark.metadata())
    assert calls(slack) == ["chat.postMessage"]


async def test_an_outcome_that_comes_while_it_is_being_posted_waits_for_it(begin: Begin, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.slow(0.2))
    progress = begin()
    await slack.wait_for(lambda: calls(slack) == ["chat.postMessage"])
    result = await progress.settle()
    (message,) = slack.messages(company.TEAM_SHOP)
    assert result.posted == Posted(route="channel", channel=company.TEAM_SHOP, ts=message.ts)


async def test_a_channel_that_refuses_it_is_remembered_and_the_requester_alone_is_told(
    begin: Begin, slack: LocalSlack
) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": "not_in_channel"}))
    assert await settled(begin()) == Progress(refused="not_in_channel")
    (message,) = slack.messages(company.TEAM_SHOP)
    assert (message.text, message.ephemeral_to) == (ALONE["text"], company.ANA)


async def test_a_channel_that_refuses_it_is_remembered_although_nobody_can_be_told(
    begin: Begin, slack: LocalSlack
) -> None:
    assert await settled(begin(channel=company.OLD_LAUNCH, response_url=None)) == Progress(refused="is_archived")
    slack.faults.add("response_url", Fault.drop())
    assert await settled(begin(channel=company.OLD_LAUNCH)) == Progress(refused="is_archived")
    assert said(slack, company.OLD_LAUNCH) == []


@pytest.mark.parametrize("applied", [True, False])
async def test_one_whose_answer_was_lost_is_doubtful_and_not_posted_again(
    begin: Begin, slack: LocalSlack, applied: bool
) -> None:
    slack.faults.add("chat.postMessage", Fault.drop(apply=applied))
    assert await settled(begin()) == Progress(doubtful=True)
    assert calls(slack) == ["chat.postMessage"]
    assert said(slack) == [MESSAGE["text"]] * applied


@pytest.mark.parametrize("asked_to_wait", [{}, {"Retry-After": "1"}], ids=["at once", "a second"])
async def test_a_busy_channel_is_asked_once_more(
    begin: Begin, slack: LocalSlack, asked_to_wait: dict[str, str]
) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(429, BUSY, asked_to_wait))
    result = await settled(begin())
    assert result.posted is not None
    assert said(slack) == [MESSAGE["text"]]


async def test_a_channel_that_stays_busy_is_left_alone(begin: Begin, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(429, BUSY, {"Retry-After": "30"}))
    assert await settled(begin()) == Progress()
    # The next one does not even ask: the outcome will be there before its turn comes.
    assert await settled(begin()) == Progress()
    assert calls(slack) == ["chat.postMessage"]


# ---- a later execution ----


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a dead process sent in its last moment arrives sooner than in ten seconds."""
    monkeypatch.setattr(progress_module, "_IN_FLIGHT_SECONDS", 0.05)


async def test_what_an_earlier_execution_posted_is_found_by_its_mark(
    begin: Begin, mark: Mark, poster: Poster, slack: LocalSlack
) -> None:
    posted = await poster.post(company.TEAM_SHOP, MESSAGE, mark=mark)
    assert isinstance(posted, Posted)
    assert await settled(begin(resumed=True)) == Progress(posted=posted)
    assert said(slack) == [MESSAGE["text"]]


@pytest.mark.usefixtures("soon")
async def test_one_that_arrives_late_is_found_at_the_second_look(
    begin: Begin, mark: Mark, poster: Poster, slack: LocalSlack
) -> None:
    slack.faults.add("conversations.history", Fault.answer(200, {"ok": True, "messages": []}))
    posted = await poster.post(company.TEAM_SHOP, MESSAGE, mark=mark)
    assert isinstance(posted, Posted)
    assert await settled(begin(resumed=True)) == Progress(posted=posted)
    assert said(slack) == [MESSAGE["text"]]


@pytest.mark.usefixtures("soon")
async def test_where_an_earlier_execution_posted_none_it_is_posted_after_two_looks(
    begin: Begin, slack: LocalSlack
) -> None:
    result = await settled(begin(resumed=True))
    assert result.posted is not None
    assert calls(slack) == ["conversations.history", "conversations.history", "chat.postMessage"]


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "fault",
    [Fault.answer(200, {"ok": False, "error": "missing_scope"}), Fault.answer(503, ""), Fault.drop()],
    ids=["refused", "503", "reset"],
)
async def test_where_the_history_is_not_told_a_second_one_is_not_posted(
    begin: Begin, slack: LocalSlack, fault: Fault
) -> None:
    slack.faults.add("conversations.history", fault, times=None)
    assert await settled(begin(resumed=True)) == Progress(doubtful=True)
    assert set(calls(slack)) == {"conversations.history"}


async def test_an_outcome_that_comes_before_anything_was_found_has_to_look_for_itself(
    begin: Begin, slack: LocalSlack
) -> None:
    assert await begin(resumed=True).settle() == Progress(doubtful=True)
    looking = begin(resumed=True)
    slack.faults.add("conversations.history", Fault.slow(30))
    await slack.wait_for(lambda: calls(slack) == ["conversations.history"])
    assert await looking.settle() == Progress(doubtful=True)
    assert said(slack) == []


# ---- our own faults ----


async def test_a_message_that_cannot_be_made_is_logged_and_costs_nobody_the_outcome(
    begin: Begin, slack: LocalSlack, caplog: pytest.LogCaptureFixture
) -> None:
    def bug() -> Message:
        raise RuntimeError("nobody foresaw this")

    assert await settled(begin(message=bug)) == Progress(doubtful=True)
    assert slack.calls == []
    assert "the progress message failed" in caplog.text
    assert "nobody foresaw this" in caplog.text


async def test_a_history_that_is_nonsense_is_doubt_and_costs_nobody_the_outcome(
    begin: Begin, slack: LocalSlack
) -> None:
    slack.faults.add("conversations.history", Fault.answer(200, {"ok": True, "messages": [1]}))
    assert await settled(begin(resumed=True)) == Progress(doubtful=True)
    assert said(slack) == []
