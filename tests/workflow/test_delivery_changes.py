"""An outcome that changes after it was told: the message changes where it can, else the requester is told."""

from collections.abc import Callable

import pytest

from bot.domain.news import NewsChannel
from bot.domain.request import Request
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.news import News
from bot.slack.outbound.poster import Poster
from bot.workflow.delivery import Deliveries, Delivery
from bot.workflow.delivery_policy import DeliveryPolicy
from bot.workflow.durable import InProcess
from bot.workflow.undelivered import Undelivered
from tests.workflow.sample_workflow import asked

OUTCOME, CHANGED = {"text": "Not sure about shop"}, {"text": "Done with shop"}
NOTICE, NEW_NOTICE = {"text": "shop: not sure"}, {"text": "shop: done"}
DIRECT = "D" + company.ANA[1:]

Told = Callable[[str], Delivery]


@pytest.fixture
def delivery(slack: LocalSlack, poster: Poster) -> Callable[[str], Delivery]:
    tools = Deliveries(
        poster=poster,
        undelivered=Undelivered(),
        bot_mention=lambda: f"<@{company.BOT_USER}>",
        permalink=lambda _channel, _ts: None,
        notify=(NewsChannel(channel=company.PLATFORM),),
        policy=DeliveryPolicy(progress_after=3600, pauses=(0.01,), give_up_after=0.02),
    )

    def of(channel: str) -> Delivery:
        url = slack.workspace.new_response_url(user=company.ANA, channel=channel)
        request: Request = asked(channel=channel, response_url=url)
        return tools.of(request, InProcess(reference=request.reference))

    return of


def said(slack: LocalSlack, channel: str) -> list[str]:
    return [message.text for message in slack.messages(channel) if message.ephemeral_to is None]


async def test_the_message_itself_changes_and_nobody_else_is_told(
    delivery: Callable[[str], Delivery], slack: LocalSlack
) -> None:
    told = delivery(company.TEAM_SHOP)
    await told.tell(OUTCOME, News(notice=NOTICE), more_follows=True)
    await told.change(CHANGED)
    assert said(slack, company.TEAM_SHOP) == [CHANGED["text"]]
    assert said(slack, DIRECT) == []
    assert said(slack, company.PLATFORM) == [NOTICE["text"]]


async def test_the_further_channels_read_the_new_outcome_where_it_is_one(
    delivery: Callable[[str], Delivery], slack: LocalSlack
) -> None:
    told = delivery(company.TEAM_SHOP)
    await told.tell(OUTCOME, News(notice=NOTICE), more_follows=True)
    # Its answer is lost: the line is looked for, and the earlier one is not taken for it.
    slack.faults.add("chat.postMessage", Fault.drop())
    await told.change(CHANGED, News(notice=NEW_NOTICE))
    assert said(slack, company.PLATFORM) == [NOTICE["text"], NEW_NOTICE["text"]]


async def test_a_message_that_was_deleted_meanwhile_is_told_to_the_requester(
    delivery: Callable[[str], Delivery], slack: LocalSlack
) -> None:
    told = delivery(company.TEAM_SHOP)
    await told.tell(OUTCOME, News(notice=NOTICE), more_follows=True)
    (message,) = slack.messages(company.TEAM_SHOP)
    slack.delete(message.channel, message.ts)
    await told.change(CHANGED)
    assert said(slack, company.TEAM_SHOP) == []
    assert said(slack, DIRECT) == [CHANGED["text"]]


async def test_what_was_told_through_the_form_cannot_be_changed_and_the_requester_is_told(
    delivery: Callable[[str], Delivery], slack: LocalSlack
) -> None:
    told = delivery(company.SECRET_PROJECT)
    await told.tell(OUTCOME, News(notice=NOTICE), more_follows=True)
    await told.change(CHANGED)
    assert said(slack, company.SECRET_PROJECT) == [OUTCOME["text"]]
    assert said(slack, DIRECT)[-1:] == [CHANGED["text"]]


async def test_an_alert_goes_to_the_requester_alone(delivery: Callable[[str], Delivery], slack: LocalSlack) -> None:
    told = delivery(company.TEAM_SHOP)
    await told.tell(OUTCOME, News(notice=NOTICE), more_follows=True)
    await told.alert(CHANGED)
    assert (said(slack, company.TEAM_SHOP), said(slack, DIRECT)) == ([OUTCOME["text"]], [CHANGED["text"]])
