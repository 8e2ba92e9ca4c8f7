"""What the approvers' message says is taken over into an older ledger, if the message is certainly ours."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.clients import slack_session
from bot.domain.approval import Decision
from bot.ledger import writes
from bot.ledger.ledger import Ledger
from bot.ledger.models import Subject
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted
from bot.slack.web_client import WatchedWebClient
from bot.workflow.answers import Answers
from bot.workflow.database import open_database
from bot.workflow.shown_answers import ShownAnswers, says
from bot.workflow.tables import prepare
from tests.ledger.entries import request
from tests.support.running import BOT_TOKEN

APPROVED = Decision(answer="approved", at=1.0, by=company.BEN)
DECLINED = Decision(answer="declined", at=2.5, by=company.BEN, why="We have one.")


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    engine = open_database(url)
    prepare(engine)
    with engine.begin() as connection:
        writes.asked(request("T0-V0"), Subject(name="shop", waits=True), workflow="w", region="r", project=None)(
            connection
        )
    yield Ledger(engine)
    engine.dispose()


def mark(said: Mapping[str, Any] | None = None, *, request_id: str = "T0-V0") -> Mark:
    return Mark(request_id=request_id, role="approval", since=0.0, says=said or {})


async def taken_over(
    slack: LocalSlack, ledger: Ledger, marked: Mark, *, author: str = company.BOT_USER
) -> Decision | None:
    """Post a message with this mark, take over what it says, and return the answer that the ledger holds then."""
    message = slack.workspace.post(
        company.TEAM_SHOP, user=author, via="chat.postMessage", text="Approved", blocks=[], metadata=marked.metadata()
    )
    async with slack_session() as session:
        client = WatchedWebClient(token=BOT_TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])
        shown = ShownAnswers(
            poster=Poster(client=client, session=session), answers=Answers(ledger), bot_user=lambda: company.BOT_USER
        )
        await shown.take_over(Posted(route="channel", channel=company.TEAM_SHOP, ts=message.ts), mark())
    return (await ledger.decided(["T0-V0"])).get("T0-V0")


@pytest.mark.parametrize("decision", [APPROVED, DECLINED])
async def test_an_answer_is_taken_over_as_it_was_given(slack: LocalSlack, ledger: Ledger, decision: Decision) -> None:
    assert await taken_over(slack, ledger, mark(says(decision))) == decision


async def test_the_answer_that_the_ledger_holds_counts(slack: LocalSlack, ledger: Ledger) -> None:
    await ledger.decide("T0-V0", DECLINED)
    assert await taken_over(slack, ledger, mark(says(APPROVED))) == DECLINED


@pytest.mark.parametrize(
    "said",
    [{}, {"answer": "yes", "at": 1.0}, {"answer": "approved", "at": "soon"}, {"answer": ["approved"], "at": 1.0}],
)
async def test_a_message_without_an_answer_gives_none(slack: LocalSlack, ledger: Ledger, said: dict[str, Any]) -> None:
    assert await taken_over(slack, ledger, mark(said)) is None


async def test_somebody_elses_message_and_that_of_another_request_say_nothing(
    slack: LocalSlack, ledger: Ledger
) -> None:
    assert await taken_over(slack, ledger, mark(says(APPROVED)), author=company.BEN) is None
    assert await taken_over(slack, ledger, mark(says(APPROVED), request_id="T0-V1")) is None


async def test_a_channel_that_may_not_be_read_says_nothing(slack: LocalSlack, ledger: Ledger) -> None:
    slack.workspace.channels[company.TEAM_SHOP].members -= {company.BOT_USER}
    assert await taken_over(slack, ledger, mark(says(APPROVED))) is None


@pytest.mark.parametrize(
    "fault", [Fault.answer(503, "busy"), Fault.answer(200, "nonsense"), Fault.answer(429, "", {"Retry-After": "1"})]
)
async def test_slack_is_asked_until_it_can_say(
    slack: LocalSlack, ledger: Ledger, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workflow.shown_answers._AGAIN_AFTER", (0.01,))
    slack.faults.add("conversations.replies", fault)
    assert await taken_over(slack, ledger, mark(says(APPROVED))) == APPROVED


async def test_an_answer_given_meanwhile_does_not_wait_for_slack(slack: LocalSlack, ledger: Ledger) -> None:
    slack.faults.add("conversations.replies", Fault.hang(), times=100)
    looking = asyncio.create_task(taken_over(slack, ledger, mark(says(APPROVED))))
    await slack.wait_for(lambda: any(call.method == "conversations.replies" for call in slack.calls))
    await ledger.decide("T0-V0", DECLINED)
    async with asyncio.timeout(30):
        assert await looking == DECLINED
