"""What Slack delivers twice at once: one request that is told as if it had come once, and one form with no word beside it."""

import dataclasses
from collections.abc import Callable

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.people import about, filled_in, open_form, outcome_of
from tests.support.running import HURRY, QUICK, running_bot

HASTY = dataclasses.replace(QUICK, progress_after=0.05)
TELLING = {"chat.postMessage", "chat.update", "response_url", "conversations.history"}


@pytest.mark.parametrize("times", [2, 3, 8])
async def test_a_form_delivered_several_times_at_once_is_announced_and_told_without_a_search(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, times: int
) -> None:
    cloud.faults.add("create", Fault.slow(0.3))
    policy = dataclasses.replace(HURRY, address_at=(60,))  # its address is another change of the message
    async with running_bot(settings(), slack, policy=policy, delivery=HASTY, finished_within=None):
        view_id = await open_form(slack)
        await slack.submit(view_id, filled_in(name="shop"), times=times)
        await outcome_of(slack, "shop")
    assert [each.body for each in slack.deliveries[-times:]] == [""] * times
    assert [call.method for call in slack.calls if call.method in TELLING] == ["chat.postMessage", "chat.update"]
    (message,) = about(slack, "shop")
    assert [text for text, _ in message.history] == ["Creating the registry shop"]
    assert sum(call.operation == "create" for call in cloud.calls) == 1


async def test_a_form_delivered_twice_with_other_words_is_one_request_and_the_other_name_is_free(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(), slack):
        view_id = await open_form(slack)
        await slack.submit(view_id, filled_in(name="shop"))
        late = await slack.deliver_raw(slack.submission_body(view_id, filled_in(name="other")))
        assert "shop" in late.json["errors"]["registry_name"]
        assert (await slack.submit(await open_form(slack, user=company.BEN), filled_in(name="other"))).body == ""
        await outcome_of(slack, "other")
    assert sorted(each.display_name for each in cloud.registries) == ["other", "shop"]


async def test_a_command_delivered_twice_opens_one_form_and_nothing_is_said_beside_it(
    settings: Callable[..., Settings], slack: LocalSlack
) -> None:
    async with running_bot(settings(), slack):
        body = slack.command_body("shop")
        for _ in range(2):
            assert (await slack.deliver_raw(body)).body == ""
        await slack.wait_for(
            lambda: sum(call.method == "views.open" and bool(call.answer) for call in slack.calls) == 2
        )
    assert len(slack.views) == 1
    assert slack.messages(company.TEAM_SHOP) == []
    assert [call.method for call in slack.calls if call.method == "response_url"] == []
