"""How an outcome gets to people: which route, in which order, for how long, and what the person is told about it."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.announce.announcer import Announcer
from bot.announce.results import Doubtful, Later, Posted, Refused
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from bot.registry.models import Created, Submission
from bot.workflow.delivery import Delivery, Persistence, Started
from bot.workflow.durable import InProcess
from tests.support.people import about, words
from tests.support.running import BOT_TOKEN

DONE = Created(trace_id="143-1-82")
DIRECT = "D" + company.ANA[1:]
BUSY = Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "7"})


class Desk:
    """A delivery whose pauses are only counted, and what it said about itself."""

    def __init__(self, announcer: Announcer, slack: LocalSlack) -> None:
        self.announcer, self.slack = announcer, slack
        self.waited: list[float] = []
        self.undelivered: list[str | None] = []
        self.during: Callable[[int], Any] = lambda _count: None

    def asked(self, channel: str) -> Submission:
        url = self.slack.workspace.new_response_url(user=company.ANA, channel=channel)
        return Submission(
            request_id="T0-V0",
            name="shop",
            description=None,
            requester=company.ANA,
            channel=channel,
            team=company.TEAM_ID,
            asked_at=time.time(),
            response_url=url,
        )

    def delivery(self, submission: Submission) -> Delivery:
        async def sleep(seconds: float) -> None:
            self.waited.append(seconds)
            self.during(len(self.waited))

        return Delivery(
            submission=submission,
            durable=InProcess(sleep=sleep),
            announcer=self.announcer,
            persistence=Persistence(),
            undelivered=lambda _request, code: self.undelivered.append(code),
        )

    async def all_of_it(self, submission: Submission) -> None:
        """Say creating, then the outcome."""
        delivery = self.delivery(submission)
        first = await self.announcer.creating(submission, "channel", look_first=False)
        await delivery.outcome(DONE, await delivery.creating(first))


@pytest.fixture
def notify() -> tuple[str, ...]:
    return ()


@pytest.fixture
async def desk(slack: LocalSlack, notify: tuple[str, ...]) -> AsyncIterator[Desk]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1.5)) as session:
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])
        announcer = Announcer(
            client=client,
            session=session,
            region="ap-southeast-3",
            notify=notify,
            bot_mention=lambda: f"<@{company.BOT_USER}>",
        )
        yield Desk(announcer, slack)


def told(slack: LocalSlack, channel: str) -> list[Message]:
    return [message for message in about(slack, "shop", channel=channel) if "143-1-82" in words(message)]


async def test_the_message_in_the_chosen_channel_becomes_the_outcome(desk: Desk, slack: LocalSlack) -> None:
    await desk.all_of_it(desk.asked(company.TEAM_SHOP))
    assert about(slack, "shop") == told(slack, company.TEAM_SHOP)
    assert len(about(slack, "shop")) == 1
    assert desk.waited == []


async def test_a_channel_that_refuses_is_reached_through_the_form_and_the_person_is_told_why(
    desk: Desk, slack: LocalSlack
) -> None:
    await desk.all_of_it(desk.asked(company.SECRET_PROJECT))
    creating, outcome, why = slack.messages(company.SECRET_PROJECT)
    assert (creating.ephemeral_to, outcome.ephemeral_to, why.ephemeral_to) == (company.ANA, None, company.ANA)
    assert "143-1-82" in words(outcome)
    assert "channel_not_found" in why.text
    assert DIRECT not in slack.channels


async def test_without_channel_and_response_url_it_is_a_direct_message_with_the_reason(
    desk: Desk, slack: LocalSlack
) -> None:
    await desk.all_of_it(replace(desk.asked(company.SECRET_PROJECT), response_url=None))
    outcome, why = slack.messages(DIRECT)
    assert "143-1-82" in words(outcome)
    assert "/invite" in why.text
    assert slack.messages(company.SECRET_PROJECT) == []


async def test_a_deleted_message_is_posted_anew_in_the_same_channel(desk: Desk, slack: LocalSlack) -> None:
    submission = desk.asked(company.TEAM_SHOP)
    posted = await desk.announcer.creating(submission, "channel", look_first=False)
    assert isinstance(posted, Posted)
    assert posted.ts is not None
    slack.delete(company.TEAM_SHOP, posted.ts)
    await desk.delivery(submission).outcome(DONE, Started(posted=posted))
    (message,) = about(slack, "shop")
    assert "143-1-82" in words(message)
    assert not message.edited


async def test_a_channel_archived_meanwhile_ends_in_a_direct_message(desk: Desk, slack: LocalSlack) -> None:
    submission = desk.asked(company.TEAM_SHOP)
    posted = await desk.announcer.creating(submission, "channel", look_first=False)
    assert isinstance(posted, Posted)
    slack.channels[company.TEAM_SHOP].is_archived = True
    await desk.delivery(submission).outcome(DONE, Started(posted=posted))
    outcome, why = slack.messages(DIRECT)
    assert "143-1-82" in words(outcome)
    assert "archived" in why.text


@pytest.mark.parametrize(
    "first",
    [
        Posted(route="channel", channel="C", ts="1"),
        Refused(code="is_archived"),
        Doubtful(code="x"),
        Later(code="x", retry_after=60),
    ],
    ids=lambda result: type(result).__name__,
)
async def test_what_became_of_creating_is_remembered_for_the_outcome(desk: Desk, first: Any) -> None:
    started = await desk.delivery(desk.asked(company.TEAM_SHOP)).creating(first)
    assert started == Started(
        posted=first if isinstance(first, Posted) else None,
        refused="is_archived" if isinstance(first, Refused) else None,
        doubtful=isinstance(first, Doubtful),
    )
    assert desk.waited == []


async def test_creating_is_tried_once_more_when_slack_asks_for_a_short_wait(desk: Desk, slack: LocalSlack) -> None:
    delivery = desk.delivery(desk.asked(company.TEAM_SHOP))
    started = await delivery.creating(Later(code="ratelimited", retry_after=2))
    assert isinstance(started.posted, Posted)
    assert desk.waited == [2]


async def test_a_post_whose_answer_was_lost_is_found_and_updated_not_posted_twice(
    desk: Desk, slack: LocalSlack
) -> None:
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    await desk.all_of_it(desk.asked(company.TEAM_SHOP))
    (message,) = about(slack, "shop")
    assert "143-1-82" in words(message)
    assert message.edited


async def test_an_update_is_repeated_until_slack_takes_it(desk: Desk, slack: LocalSlack) -> None:
    submission = desk.asked(company.TEAM_SHOP)
    posted = await desk.announcer.creating(submission, "channel", look_first=False)
    assert isinstance(posted, Posted)
    for fault in (
        Fault.drop(),
        Fault.answer(500, ""),
        Fault.answer(200, {"ok": False, "error": "service_unavailable"}),
    ):
        slack.faults.add("chat.update", fault)
    await desk.delivery(submission).outcome(DONE, Started(posted=posted))
    assert len(told(slack, company.TEAM_SHOP)) == len(about(slack, "shop")) == 1
    assert desk.waited == sorted(desk.waited)
    assert desk.undelivered[-1] is None


async def test_an_outcome_that_nobody_can_be_told_is_kept_and_tried_for_a_day(desk: Desk, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": "token_revoked"}), times=None)
    slack.faults.add("response_url", Fault.answer(404, ""), times=None)
    await desk.delivery(desk.asked(company.TEAM_SHOP)).outcome(DONE, Started(refused="token_revoked"))
    assert 24 * 3600 <= sum(desk.waited) <= 25 * 3600
    assert desk.waited[:5] == [1, 2, 5, 15, 60]
    assert desk.undelivered[-2:] == ["token_revoked", None]


async def test_a_route_that_opens_again_within_the_day_is_used_and_nothing_is_left_undelivered(
    desk: Desk, slack: LocalSlack
) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(200, {"ok": False, "error": "token_revoked"}), times=None)
    slack.faults.add("response_url", Fault.answer(404, ""), times=None)
    desk.during = lambda count: slack.faults.clear() if count == 6 else None
    await desk.delivery(desk.asked(company.TEAM_SHOP)).outcome(DONE, Started(refused="token_revoked"))
    assert len(told(slack, company.TEAM_SHOP)) == 1
    assert len(desk.waited) == 6
    assert desk.undelivered[-1] is None


async def test_nonsense_from_slack_counts_as_doubt_and_is_tried_again(desk: Desk, slack: LocalSlack) -> None:
    slack.faults.add("conversations.history", Fault.answer(200, {"ok": True, "messages": [1]}))
    await desk.delivery(desk.asked(company.TEAM_SHOP)).outcome(DONE, Started(doubtful=True))
    assert len(told(slack, company.TEAM_SHOP)) == 1
    assert len(desk.waited) == 1


@pytest.mark.parametrize("notify", [(company.PLATFORM, company.GENERAL)])
async def test_every_further_channel_is_told_once(desk: Desk, slack: LocalSlack) -> None:
    await desk.all_of_it(desk.asked(company.TEAM_SHOP))
    assert [len(told(slack, channel)) for channel in (company.PLATFORM, company.GENERAL)] == [1, 1]


@pytest.mark.parametrize("notify", [(company.OLD_LAUNCH, company.PLATFORM)])
async def test_a_further_channel_that_refuses_does_not_keep_it_from_the_next(desk: Desk, slack: LocalSlack) -> None:
    await desk.all_of_it(desk.asked(company.TEAM_SHOP))
    assert len(told(slack, company.PLATFORM)) == 1
    assert desk.undelivered[-1] is None


@pytest.mark.parametrize("notify", [(company.PLATFORM,)])
async def test_a_notice_whose_answer_was_lost_is_not_posted_twice(desk: Desk, slack: LocalSlack) -> None:
    slack.invite_bot(company.PLATFORM)
    submission = desk.asked(company.TEAM_SHOP)
    posted = await desk.announcer.creating(submission, "channel", look_first=False)
    assert isinstance(posted, Posted)
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    await desk.delivery(submission).outcome(DONE, Started(posted=posted))
    assert len(told(slack, company.PLATFORM)) == 1
