"""Each payload reaches the handler that was registered for it, and the handler's answer is what Slack gets."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.answers import Accept, Answer, ShowErrors, Tell
from tests.slack.conftest import served
from tests.slack.lunch import COMMAND, DISH, GUESTS, PLACE, Lunch, dish, giving, open_form

pytestmark = pytest.mark.usefixtures("http")


async def test_a_command_reaches_its_handler_read(slack: LocalSlack, lunch: Lunch) -> None:
    await slack.command("for two", command=COMMAND, user=company.BEN, channel=company.GENERAL)
    (command,) = lunch.commands
    assert (command.command, command.text) == (COMMAND, "for two")
    assert (command.user_id, command.channel_id) == (company.BEN, company.GENERAL)


async def test_a_form_reaches_its_handler_read(slack: LocalSlack, lunch: Lunch) -> None:
    view_id = await open_form(slack)
    await slack.submit(view_id, {**dish("stew"), PLACE: {"place": company.PLATFORM}})
    (order,) = lunch.orders
    assert (order.view.id, order.user.id) == (view_id, company.ANA)
    assert order.view.state.element(DISH, "dish").value == "stew"
    assert order.view.state.element(PLACE, "place").selected_conversation == company.PLATFORM
    url = order.response_url(PLACE)
    assert url is not None
    assert url.startswith(slack.base_url)


async def test_accepting_a_command_shows_nothing(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_command = giving(Accept())
    delivery = await slack.command(command=COMMAND)
    assert (delivery.status, delivery.body) == (200, "")
    assert slack.messages(company.TEAM_SHOP) == []


async def test_telling_shows_words_to_the_one_who_typed(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_command = giving(Tell(text="*Soup* today."))
    delivery = await slack.command(command=COMMAND, user=company.BEN)
    assert delivery.json == {"text": "*Soup* today.", "response_type": "ephemeral"}
    (message,) = slack.messages(company.TEAM_SHOP)
    assert (message.text, message.ephemeral_to) == ("*Soup* today.", company.BEN)


async def test_accepting_a_form_closes_it(slack: LocalSlack) -> None:
    view_id = await open_form(slack)
    delivery = await slack.submit(view_id, dish())
    assert (delivery.status, delivery.body) == (200, "")
    assert not slack.views[view_id].open


async def test_errors_are_shown_at_their_fields_and_the_form_stays_open(slack: LocalSlack, lunch: Lunch) -> None:
    errors = {DISH: "There is no stew.", GUESTS: "Too many."}
    lunch.on_form = giving(ShowErrors(errors=errors))
    view_id = await open_form(slack)
    await slack.submit(view_id, dish("stew"))
    opened = slack.views[view_id]
    assert (opened.open, opened.errors, opened.trouble) == (True, errors, None)

    lunch.on_form = giving(Accept())
    await slack.submit(view_id, dish("soup"))
    assert not opened.open
    assert [order.view.state.element(DISH, "dish").value for order in lunch.orders] == ["stew", "soup"]


async def test_an_answer_that_bolt_does_not_take_becomes_an_apology(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_form = giving(ShowErrors(errors={}))
    view_id = await open_form(slack)
    await slack.submit(view_id, dish())
    assert "R-" in slack.views[view_id].errors[DISH]


@pytest.mark.parametrize("fails", [False, True], ids=["answers", "fails"])
async def test_the_handler_is_over_when_slack_is_answered(slack: LocalSlack, lunch: Lunch, fails: bool) -> None:
    over: list[str] = []

    async def handle(_payload: Any) -> Answer:
        try:
            await asyncio.sleep(0.05)
            if fails:
                raise RuntimeError
            return Tell(text="Soup today.")
        finally:
            over.append("handler")

    await slack.command(command="/dinner")  # the connection and its task exist from here on
    tasks = asyncio.all_tasks()
    lunch.on_command = handle
    delivery = await slack.command(command=COMMAND)
    assert delivery.status == 200
    assert over == ["handler"]
    # Neither Bolt nor the router left anything behind that could still run and fail.
    assert asyncio.all_tasks() - tasks == set()


async def test_no_request_costs_a_call_to_slack(slack: LocalSlack, lunch: Lunch) -> None:
    lunch.on_command = giving(Accept())
    slack.faults.add("*", Fault.hang(), times=None)
    assert [(await slack.command(command=COMMAND)).status for _ in range(2)] == [200, 200]
    assert slack.calls == []


async def test_a_command_that_nobody_registered_is_not_found(slack: LocalSlack, lunch: Lunch) -> None:
    delivery = await slack.command(command="/dinner")
    assert delivery.status == 404
    assert lunch.commands == []


async def test_a_form_that_nobody_registered_is_not_found(slack: LocalSlack, lunch: Lunch) -> None:
    view_id = await open_form(slack)
    slack.views[view_id].view["callback_id"] = "dinner_order"
    delivery = await slack.submit(view_id, dish())
    assert delivery.status == 404
    assert lunch.orders == []
    assert slack.views[view_id].open


async def test_slacks_certificate_check_is_answered(slack: LocalSlack) -> None:
    assert (await slack.deliver_raw(b"ssl_check=1&token=x")).status == 200


async def test_oauth_variables_in_the_environment_change_nothing(
    slack: LocalSlack, lunch: Lunch, new_bolt: Callable[[], AsyncApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    # By itself Bolt takes them as an order to turn on OAuth, and then knows no token.
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "client-secret")
    lunch.on_command = giving(Tell(text="Soup today."))
    async with served(new_bolt(), slack):
        assert (await slack.command(command=COMMAND)).json["text"] == "Soup today."
