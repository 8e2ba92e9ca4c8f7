"""The courtesy message says what is to be said by now, whenever it was posted."""

import asyncio
from collections.abc import Callable

import pytest

from bot.domain.request import Request
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.workflow.progress import ProgressMessage
from tests.workflow.sample_workflow import asked

WORKING, CHECKING = {"text": "Working on shop"}, {"text": "Checking shop"}
LONG = {"text": "Still working on shop"}

Begin = Callable[..., ProgressMessage]


@pytest.fixture
def begin(slack: LocalSlack, poster: Poster) -> Begin:
    request: Request = asked()

    def build(
        *, after: float = 0.0, long_after: float = 60.0, resumed: bool = False, ahead: bool = True
    ) -> ProgressMessage:
        return ProgressMessage(
            poster=poster,
            request=request,
            mark=Mark(request_id=request.id, role="request", since=request.accepted_at),
            message=lambda: WORKING,
            for_requester=lambda: WORKING,
            long=lambda: LONG,
            after=after,
            long_after=long_after,
            resumed=resumed,
            ahead=lambda: ahead,
        )

    return build


def said(slack: LocalSlack) -> list[str]:
    return [message.text for message in slack.messages(company.TEAM_SHOP)]


def methods(slack: LocalSlack) -> list[str]:
    return [call.method for call in slack.calls if call.method.startswith("chat.")]


async def test_what_takes_long_is_told_by_a_change(begin: Begin, slack: LocalSlack) -> None:
    progress = begin(long_after=0.05)
    await slack.wait_for(lambda: said(slack) == [LONG["text"]])
    await progress.settle()
    assert methods(slack) == ["chat.postMessage", "chat.update"]


async def test_what_says_more_already_is_not_changed_when_it_takes_long(begin: Begin, slack: LocalSlack) -> None:
    progress = begin(long_after=0.05)
    progress.say(lambda: CHECKING)
    await slack.wait_for(lambda: said(slack) == [CHECKING["text"]])
    await asyncio.sleep(0.1)  # the moment is over
    await progress.settle()
    assert said(slack) == [CHECKING["text"]]


async def test_a_message_that_is_already_there_is_changed(begin: Begin, slack: LocalSlack) -> None:
    progress = begin()
    await slack.wait_for(lambda: said(slack) == [WORKING["text"]])
    progress.say(lambda: CHECKING)
    await slack.wait_for(lambda: said(slack) == [CHECKING["text"]])
    assert (await progress.settle()).posted is not None


async def test_what_is_not_posted_yet_is_posted_with_the_new_words(begin: Begin, slack: LocalSlack) -> None:
    progress = begin(after=0.1)
    progress.say(lambda: CHECKING)
    await slack.wait_for(lambda: said(slack) == [CHECKING["text"]])
    await progress.settle()
    assert methods(slack) == ["chat.postMessage"]


async def test_what_is_being_posted_is_changed_as_soon_as_it_is_there(begin: Begin, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.slow(0.2))
    progress = begin()
    await slack.wait_for(lambda: methods(slack) == ["chat.postMessage"])
    progress.say(lambda: CHECKING)
    await slack.wait_for(lambda: said(slack) == [CHECKING["text"]])
    await progress.settle()
    assert methods(slack) == ["chat.postMessage", "chat.update"]


async def test_what_is_said_while_it_is_being_changed_is_not_lost(begin: Begin, slack: LocalSlack) -> None:
    progress = begin()
    await slack.wait_for(lambda: said(slack) == [WORKING["text"]])
    slack.faults.add("chat.update", Fault.slow(0.2))
    progress.say(lambda: WORKING)
    await slack.wait_for(lambda: methods(slack) == ["chat.postMessage", "chat.update"])
    progress.say(lambda: CHECKING)
    await slack.wait_for(lambda: said(slack) == [CHECKING["text"]])
    await progress.settle()


async def test_after_a_restart_the_message_that_is_there_is_changed(begin: Begin, slack: LocalSlack) -> None:
    first = begin()
    await slack.wait_for(lambda: said(slack) == [WORKING["text"]])
    await first.settle()
    second = begin(resumed=True)
    second.say(lambda: CHECKING)
    await slack.wait_for(lambda: said(slack) == [CHECKING["text"]])
    assert (await second.settle()).posted is not None


async def test_where_the_channel_takes_nothing_nothing_is_changed(begin: Begin, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": "not_in_channel"}), times=None)
    progress = begin()
    await slack.wait_for(lambda: bool(methods(slack)))
    progress.say(lambda: CHECKING)
    assert (await progress.settle()).refused == "not_in_channel"
    assert "chat.update" not in methods(slack)


async def test_what_may_have_been_told_before_a_crash_is_not_changed_back(slack: LocalSlack, begin: Begin) -> None:
    first = begin()
    await slack.wait_for(lambda: said(slack) == [WORKING["text"]])
    await first.settle()
    # The later execution goes through what was recorded, and takes its time for it.
    second = begin(resumed=True, ahead=False)
    second.say(lambda: CHECKING)
    await asyncio.sleep(0.5)
    assert (await second.settle()).doubtful
    assert said(slack) == [WORKING["text"]]
