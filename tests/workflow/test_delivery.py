"""How an outcome gets to people: one message, which route, in which order, for how long, and what the person is told."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.news import NewsChannel
from bot.domain.outcomes import InDoubt, Result
from bot.domain.request import Request
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from bot.slack.news import News
from bot.slack.outbound.poster import Poster
from bot.workflow import supervisor
from bot.workflow.delivery import Deliveries, Delivery
from bot.workflow.delivery_policy import DeliveryPolicy
from bot.workflow.durable import Durable, InProcess, Phase
from bot.workflow.routes import Routes
from bot.workflow.undelivered import Undelivered
from tests.support import database
from tests.support.running import all_finished
from tests.support.waiting import until
from tests.workflow.sample_workflow import DONE, SAMPLE, Run, asked, running_engine

WORKING = {"text": "Working on shop"}
ALONE = {"text": "Working on shop, for you alone"}
OUTCOME = {"text": "Done with shop"}
NOTICE = {"text": "Somebody is done with shop"}
DIRECT = "D" + company.ANA[1:]

NEVER, AT_ONCE = 3600.0, 0.0
DEAD = Fault.answer(200, {"ok": False, "error": "token_revoked"})


def refusal(code: str) -> Fault:
    return Fault.answer(200, {"ok": False, "error": code})


class Desk:
    """A delivery whose pauses are only counted. `during` is told the count in each; `untold`: how many were undelivered."""

    def __init__(self, poster: Poster, slack: LocalSlack, notify: tuple[NewsChannel, ...]) -> None:
        self.slack = slack
        self.undelivered = Undelivered()
        self.tools = Deliveries(
            poster=poster,
            undelivered=self.undelivered,
            bot_mention=lambda: f"<@{company.BOT_USER}>",
            permalink=lambda _channel, _ts: None,
            notify=notify,
        )
        self.waited: list[float] = []
        self.untold: list[int] = []
        self.during: Callable[[int], Any] = lambda _count: None

    def asked(self, channel: str = company.TEAM_SHOP) -> Request:
        url = self.slack.workspace.new_response_url(user=company.ANA, channel=channel)
        return asked(channel=channel, response_url=url)

    def delivery(self, request: Request, *, progress_after: float = NEVER) -> Delivery:
        async def sleep(seconds: float) -> None:
            self.waited.append(seconds)
            self.untold.append(len(self.undelivered))
            self.during(len(self.waited))

        policy = DeliveryPolicy(progress_after=progress_after)
        durable = InProcess(reference=request.reference, sleep=sleep)
        return replace(self.tools, policy=policy).of(request, durable)

    async def tell(self, request: Request) -> None:
        """The outcome is there before anybody had to be told that it is being worked on."""
        await work_and_tell(self.delivery(request))

    async def tell_late(self, request: Request, *, meanwhile: Callable[[], Any] | None = None) -> None:
        """The outcome is there when the channel was told that it is being worked on."""
        attempts = calls(self.slack, "chat.postMessage")

        async def work() -> None:
            # What has begun to be posted is waited for.
            await self.slack.wait_for(lambda: calls(self.slack, "chat.postMessage") > attempts)
            if meanwhile is not None:
                await self.slack.wait_for(lambda: bool(self.slack.messages(request.origin.channel)))
                meanwhile()

        await work_and_tell(self.delivery(request, progress_after=AT_ONCE), work)


async def work_and_tell(delivery: Delivery, work: Callable[[], Any] | None = None) -> None:
    async with delivery.in_progress(lambda: WORKING, for_requester=lambda: ALONE):
        if work is not None:
            await work()
    await delivery.tell(OUTCOME, News(notice=NOTICE))


def calls(slack: LocalSlack, method: str) -> int:
    return sum(call.method == method for call in slack.calls)


def said(slack: LocalSlack, channel: str = company.TEAM_SHOP) -> list[str]:
    """What everybody reads in a channel."""
    return [message.text for message in slack.messages(channel) if message.ephemeral_to is None]


def whispered(slack: LocalSlack, channel: str = company.TEAM_SHOP) -> list[str]:
    """What the requester alone reads there."""
    return [message.text for message in slack.messages(channel) if message.ephemeral_to == company.ANA]


def only(slack: LocalSlack, channel: str = company.TEAM_SHOP) -> Message:
    (message,) = slack.messages(channel)
    return message


@pytest.fixture
def notify() -> tuple[NewsChannel, ...]:
    return ()


@pytest.fixture
def desk(poster: Poster, slack: LocalSlack, notify: tuple[NewsChannel, ...]) -> Desk:
    return Desk(poster, slack, notify)


# ---- the chosen channel ----


async def test_an_outcome_that_is_there_in_time_is_one_post_that_nobody_edited(desk: Desk, slack: LocalSlack) -> None:
    await desk.tell(desk.asked())
    assert (only(slack).text, only(slack).edited) == (OUTCOME["text"], False)
    assert [call.method for call in slack.calls] == ["chat.postMessage"]
    assert desk.waited == []


async def test_an_outcome_that_takes_longer_is_one_post_and_one_update_of_it(desk: Desk, slack: LocalSlack) -> None:
    await desk.tell_late(desk.asked())
    assert (only(slack).text, [text for text, _ in only(slack).history]) == (OUTCOME["text"], [WORKING["text"]])
    assert [call.method for call in slack.calls] == ["chat.postMessage", "chat.update"]
    assert desk.waited == []


async def test_a_progress_message_whose_answer_was_lost_is_found_and_changed(desk: Desk, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    await desk.tell_late(desk.asked())
    assert (only(slack).text, only(slack).edited) == (OUTCOME["text"], True)


async def test_an_outcome_whose_answer_was_lost_is_found_and_not_posted_twice(desk: Desk, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    await desk.tell(desk.asked())
    assert only(slack).text == OUTCOME["text"]
    assert calls(slack, "chat.postMessage") == 1


async def test_an_outcome_that_certainly_was_not_posted_is_posted_again(desk: Desk, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(429, {"ok": False, "error": "ratelimited"}))
    await desk.tell(desk.asked())
    assert only(slack).text == OUTCOME["text"]
    assert calls(slack, "conversations.history") == 0


async def test_a_busy_channel_is_obeyed_and_is_no_fault(desk: Desk, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}))
    slack.faults.add("chat.postMessage", Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}))
    await desk.tell(desk.asked())
    assert only(slack).text == OUTCOME["text"]
    assert (desk.waited, desk.untold) == ([1], [0])


async def test_nonsense_from_slack_counts_as_doubt_and_is_tried_again(desk: Desk, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    slack.faults.add("conversations.history", Fault.answer(200, {"ok": True, "messages": [1]}))
    await desk.tell(desk.asked())
    assert only(slack).text == OUTCOME["text"]
    assert len(desk.waited) == 1


# ---- a progress message that cannot be changed ----


async def test_an_update_is_repeated_until_slack_takes_it(desk: Desk, slack: LocalSlack) -> None:
    for fault in (Fault.drop(), Fault.answer(500, ""), refusal("service_unavailable")):
        slack.faults.add("chat.update", fault)
    await desk.tell_late(desk.asked())
    assert only(slack).text == OUTCOME["text"]
    assert desk.waited == [1, 2]  # the first attempt is followed at once
    assert len(desk.undelivered) == 0


async def test_a_deleted_message_is_posted_anew_in_the_same_channel(desk: Desk, slack: LocalSlack) -> None:
    await desk.tell_late(desk.asked(), meanwhile=lambda: slack.delete(company.TEAM_SHOP, only(slack).ts))
    assert (only(slack).text, only(slack).edited) == (OUTCOME["text"], False)


async def test_a_channel_archived_meanwhile_ends_in_a_direct_message(desk: Desk, slack: LocalSlack) -> None:
    def archive() -> None:
        slack.channels[company.TEAM_SHOP].is_archived = True

    await desk.tell_late(desk.asked(), meanwhile=archive)
    outcome, why = said(slack, DIRECT)
    assert outcome == OUTCOME["text"]
    assert "That channel is archived" in why


# ---- a channel that takes nothing ----


async def test_a_channel_that_refuses_is_reached_through_the_form_and_the_person_is_told_why(
    desk: Desk, slack: LocalSlack
) -> None:
    await desk.tell(desk.asked(company.SECRET_PROJECT))
    assert said(slack, company.SECRET_PROJECT) == [OUTCOME["text"]]
    (why,) = whispered(slack, company.SECRET_PROJECT)
    assert "I am not a member there" in why
    assert DIRECT not in slack.channels


async def test_a_channel_that_refused_the_progress_message_is_not_asked_for_the_outcome_at_first(
    desk: Desk, slack: LocalSlack
) -> None:
    await desk.tell_late(desk.asked(company.SECRET_PROJECT))
    assert said(slack, company.SECRET_PROJECT) == [OUTCOME["text"]]
    working, why = whispered(slack, company.SECRET_PROJECT)
    assert working == ALONE["text"]
    assert "I am not a member there" in why
    assert calls(slack, "chat.postMessage") == 1


async def test_without_channel_and_response_url_it_is_a_direct_message_with_the_reason(
    desk: Desk, slack: LocalSlack
) -> None:
    request = desk.asked(company.SECRET_PROJECT)
    await desk.tell(replace(request, origin=replace(request.origin, response_url=None)))
    outcome, why = said(slack, DIRECT)
    assert outcome == OUTCOME["text"]
    assert "/invite" in why
    assert slack.messages(company.SECRET_PROJECT) == []


async def test_a_response_url_whose_answer_was_lost_is_not_used_again_and_the_requester_is_told_for_sure(
    desk: Desk, slack: LocalSlack
) -> None:
    slack.faults.add("response_url", Fault.drop(apply=True))
    await desk.tell(desk.asked(company.SECRET_PROJECT))
    assert said(slack, company.SECRET_PROJECT) == [OUTCOME["text"]]
    assert said(slack, DIRECT)[0] == OUTCOME["text"]


async def test_an_explanation_that_fails_is_let_be(desk: Desk, slack: LocalSlack) -> None:
    slack.faults.add("response_url", Fault.slow(0))
    slack.faults.add("response_url", Fault.drop())
    await desk.tell(desk.asked(company.SECRET_PROJECT))
    assert said(slack, company.SECRET_PROJECT) == [OUTCOME["text"]]
    assert whispered(slack, company.SECRET_PROJECT) == []
    assert desk.waited == []


# ---- nobody can be told ----


async def test_an_outcome_that_nobody_can_be_told_is_kept_and_tried_for_a_day(
    desk: Desk, slack: LocalSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults.add("chat.postMessage", DEAD, times=None)
    slack.faults.add("response_url", Fault.answer(404, ""), times=None)
    await desk.tell(desk.asked())
    assert 24 * 3600 <= sum(desk.waited) <= 25 * 3600
    assert desk.waited[:5] == [1, 2, 5, 15, 60]
    assert set(desk.untold) == {1}
    (line,) = [each for each in caplog.records if "cannot be delivered to anybody yet" in each.getMessage()]
    assert line.__dict__["code"] == "token_revoked"
    assert len(desk.undelivered) == 0
    assert "gave up: the outcome could not be delivered to anybody" in caplog.text


async def test_a_route_that_opens_again_within_the_day_is_used_and_nothing_is_left_undelivered(
    desk: Desk, slack: LocalSlack
) -> None:
    slack.faults.add("chat.postMessage", DEAD, times=None)
    slack.faults.add("response_url", Fault.answer(404, ""), times=None)
    desk.during = lambda count: slack.faults.clear() if count == 6 else None
    await desk.tell(desk.asked())
    assert said(slack) == [OUTCOME["text"]]
    assert len(desk.waited) == 6
    assert len(desk.undelivered) == 0


# ---- further channels ----


@pytest.mark.parametrize("notify", [tuple(NewsChannel(channel=each) for each in (company.PLATFORM, company.GENERAL))])
@pytest.mark.parametrize("late", [False, True])
async def test_every_further_channel_is_told_once(desk: Desk, slack: LocalSlack, late: bool) -> None:
    await (desk.tell_late if late else desk.tell)(desk.asked())
    assert said(slack) == [OUTCOME["text"]]
    assert [said(slack, channel) for channel in (company.PLATFORM, company.GENERAL)] == [[NOTICE["text"]]] * 2


@pytest.mark.parametrize("notify", [(NewsChannel(channel=company.PLATFORM),)])
async def test_a_further_channel_that_was_chosen_is_told_once(desk: Desk, slack: LocalSlack) -> None:
    await desk.tell(desk.asked(company.PLATFORM))
    assert said(slack, company.PLATFORM) == [OUTCOME["text"]]


@pytest.mark.parametrize(
    "notify", [tuple(NewsChannel(channel=each) for each in (company.OLD_LAUNCH, company.PLATFORM))]
)
async def test_a_further_channel_that_refuses_does_not_keep_it_from_the_next(
    desk: Desk, slack: LocalSlack, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.tell(desk.asked())
    assert said(slack, company.PLATFORM) == [NOTICE["text"]]
    assert len(desk.undelivered) == 0
    (line,) = [line for line in caplog.records if "NOTIFY_CHANNELS" in line.getMessage()]
    assert (line.__dict__["channel"], line.__dict__["code"]) == (company.OLD_LAUNCH, "is_archived")


@pytest.mark.parametrize("notify", [(NewsChannel(channel=company.PLATFORM),)])
async def test_a_notice_whose_answer_was_lost_is_not_posted_twice(desk: Desk, slack: LocalSlack) -> None:
    slack.invite_bot(company.PLATFORM)
    slack.faults.add("chat.postMessage", Fault.slow(0))
    slack.faults.add("chat.postMessage", Fault.drop(apply=True))
    await desk.tell(desk.asked())
    assert said(slack, company.PLATFORM) == [NOTICE["text"]]


@pytest.mark.parametrize("notify", [(NewsChannel(channel=company.PLATFORM),)])
async def test_a_notice_that_cannot_be_posted_yet_is_no_matter_of_readiness(desk: Desk, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.slow(0))
    slack.faults.add("chat.postMessage", refusal("message_limit_exceeded"), times=3)
    await desk.tell(desk.asked())
    assert said(slack, company.PLATFORM) == [NOTICE["text"]]
    assert desk.untold == [0] * 3


# ---- a message that an interrupted attempt has posted ----


async def test_what_is_found_and_cannot_be_changed_yet_is_in_doubt_so_that_nobody_posts_it_again(
    desk: Desk, slack: LocalSlack
) -> None:
    routes = Routes(request=desk.asked(), poster=desk.tools.poster)
    posted = await routes.by(False, WORKING, "channel", False)
    slack.faults.add("chat.update", Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}))
    assert isinstance(await routes.by(True, OUTCOME, "channel", False), InDoubt)
    assert await routes.by(False, OUTCOME, "channel", True) == posted
    assert only(slack).text == OUTCOME["text"]


# ---- on the durable engine: what a later execution finds ----


class Office:
    """The same on a real database. An execution may be interrupted after it has told everybody."""

    def __init__(self, desk: Desk, file: Path) -> None:
        self.desk, self.slack, self.file = desk, desk.slack, file
        self.executions = 0
        self.between: Callable[[], Any] = lambda: None

    def run(self, *, times: int) -> Run:
        """Interrupted until it has run so many times; `between` is done after each of those."""

        async def run(request: Request, durable: Durable) -> Result:
            policy = DeliveryPolicy(progress_after=NEVER, pauses=(0.01,))
            delivery = replace(self.desk.tools, policy=policy).of(request, durable)
            durable.enter(Phase.WORKING)
            async with delivery.in_progress(lambda: WORKING, for_requester=lambda: ALONE):
                await durable.step("work", asyncio.sleep, 0)
            durable.enter(Phase.TELLING)
            await delivery.tell(OUTCOME, News(notice=NOTICE))
            self.executions += 1
            if self.executions < times:
                self.between()
                raise RuntimeError("killed between the telling and the end")
            return DONE

        return run

    @contextlib.asynccontextmanager
    async def telling(self, request: Request, *, times: int = 2) -> AsyncIterator[None]:
        """The request is told, interrupted, and told by a later execution; all of it has happened in the block."""
        async with running_engine(f"sqlite:///{self.file}", self.run(times=times)) as engine:
            await engine.accept(SAMPLE, request)
            await until(lambda: self.executions == times)
            await all_finished()
            yield
        assert database.statuses(self.file) == {request.id: "SUCCESS"}


@pytest.fixture
def office(desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(supervisor, "_RESUME_AFTER_SECONDS", (0.01,))
    return Office(desk, file)


async def test_an_outcome_posted_at_the_first_attempt_needs_no_record(office: Office, slack: LocalSlack) -> None:
    async with office.telling(office.desk.asked(), times=1):
        assert database.steps(office.file, "T1-shop") == ["work"]
    assert only(slack).text == OUTCOME["text"]


async def test_a_later_execution_finds_the_outcome_by_its_mark(office: Office, slack: LocalSlack) -> None:
    async with office.telling(office.desk.asked(), times=3):
        assert only(slack).text == OUTCOME["text"]
        assert calls(slack, "chat.postMessage") == 1


async def test_a_first_attempt_that_was_refused_leads_every_execution_the_same_way(
    office: Office, slack: LocalSlack
) -> None:
    async with office.telling(office.desk.asked(company.SECRET_PROJECT), times=3):
        assert "first attempt" in database.steps(office.file, "T1-shop")
    assert said(slack, company.SECRET_PROJECT) == [OUTCOME["text"]]
    assert len(whispered(slack, company.SECRET_PROJECT)) == 1


async def test_a_channel_that_opens_meanwhile_does_not_hear_again_what_it_heard_through_the_form(
    office: Office, slack: LocalSlack
) -> None:
    office.between = lambda: slack.invite_bot(company.SECRET_PROJECT)
    async with office.telling(office.desk.asked(company.SECRET_PROJECT)):
        pass
    assert said(slack, company.SECRET_PROJECT) == [OUTCOME["text"]]


async def test_a_first_attempt_in_doubt_leads_every_execution_the_same_way(office: Office, slack: LocalSlack) -> None:
    slack.faults.add("chat.postMessage", Fault.drop())
    async with office.telling(office.desk.asked(), times=3):
        assert database.steps(office.file, "T1-shop") == ["work", "first attempt", "outcome: channel"]
    assert only(slack).text == OUTCOME["text"]


async def test_a_channel_whose_history_nobody_may_read_hears_once_what_is_recorded_as_told(
    office: Office, slack: LocalSlack
) -> None:
    slack.faults.add("chat.postMessage", Fault.drop())
    async with office.telling(office.desk.asked(company.GENERAL)):
        pass
    assert said(slack, company.GENERAL) == [OUTCOME["text"]]


async def test_a_channel_that_closes_meanwhile_leads_a_later_execution_the_same_way(
    office: Office, slack: LocalSlack
) -> None:
    """The first one's attempt was in doubt and recorded as that; the later one's would be refused."""
    slack.faults.add("chat.postMessage", Fault.drop())

    def archive() -> None:
        slack.channels[company.TEAM_SHOP].is_archived = True

    office.between = archive
    async with office.telling(office.desk.asked()):
        pass
    assert said(slack) == [OUTCOME["text"]]
    assert DIRECT not in slack.channels


async def test_a_bug_while_the_outcome_is_posted_does_not_silence_it(
    office: Office, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Slack's answer makes the look for the message crash, in the one attempt that is not recorded.
    office.between = lambda: slack.faults.add(
        "conversations.history", Fault.answer(200, {"ok": True, "messages": [1]}), times=2
    )
    async with office.telling(office.desk.asked()):
        pass
    assert only(slack).text == OUTCOME["text"]


@pytest.mark.parametrize("notify", [(NewsChannel(channel=company.PLATFORM),)])
async def test_with_further_channels_each_step_is_recorded_and_none_is_told_twice(
    office: Office, slack: LocalSlack
) -> None:
    async with office.telling(office.desk.asked(), times=3):
        assert database.steps(office.file, "T1-shop") == ["work", "first attempt", "notice"]
    assert said(slack) == [OUTCOME["text"]]
    assert said(slack, company.PLATFORM) == [NOTICE["text"]]
