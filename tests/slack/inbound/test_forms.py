"""A form opens for the person who typed the command, or they are told why not and what to do."""

import re
from collections.abc import Mapping

import pytest

from bot import wording
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from bot.slack.codes import KEPT_OUT, TOKEN_WRONG, TRIGGER_GONE
from tests.slack.lunch import CALLBACK_ID, COMMAND, Lunch, dish, open_form

pytestmark = pytest.mark.usefixtures("http")

HTML = {"Content-Type": "text/html"}
JSON = {"Content-Type": "application/json"}


async def told_instead(slack: LocalSlack, fault: Fault) -> Message:
    """What Ben reads after his command, when Slack does this to views.open."""
    slack.faults.add("views.open", fault)
    delivery = await slack.command(command=COMMAND, user=company.BEN, channel=company.GENERAL)
    assert (delivery.status, delivery.body) == (200, "")
    await slack.wait_for(lambda: bool(slack.messages(company.GENERAL)))
    (message,) = slack.messages(company.GENERAL)
    assert (message.via, message.ephemeral_to) == ("response_url", company.BEN)
    return message


async def test_the_command_is_acknowledged_without_text_and_the_form_opens(slack: LocalSlack) -> None:
    view_id = await open_form(slack)
    assert (slack.deliveries[-1].status, slack.deliveries[-1].body) == (200, "")
    assert slack.views[view_id].view["callback_id"] == CALLBACK_ID
    assert [call.method for call in slack.calls] == ["views.open"]


async def test_the_command_is_acknowledged_while_slack_takes_its_time(slack: LocalSlack) -> None:
    slack.faults.add("views.open", Fault.hang())
    delivery = await slack.command(command=COMMAND)
    assert (delivery.status, delivery.body) == (200, "")
    assert slack.messages(company.TEAM_SHOP) == []  # the call is still waiting, nothing came of it yet
    await slack.wait_for(lambda: len(slack.messages(company.TEAM_SHOP)) == 1)


@pytest.mark.parametrize("code", sorted(TRIGGER_GONE))
async def test_a_person_who_comes_too_late_is_asked_to_type_the_command_again(slack: LocalSlack, code: str) -> None:
    message = await told_instead(slack, Fault.answer(200, {"ok": False, "error": code}))
    assert message.text == wording.FORM_EXPIRED.format(again=f"type {COMMAND}")
    assert slack.views == {}


DOES_NOT_OPEN: Mapping[str, tuple[Fault, str]] = {
    "reset": (Fault.drop(), "connection_broke"),
    "closed": (Fault.drop(reset=False), "connection_broke"),
    "truncated": (Fault.truncate(), "answer_cut_off"),
    "junk": (Fault.garbage(), "answer_not_http"),
    "silence": (Fault.hang(), "no_answer"),
    "429": (Fault.answer(429, {"ok": False, "error": "ratelimited"}), "ratelimited"),
    "429 with Retry-After": (
        Fault.answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"}),
        "ratelimited",
    ),
    "500 HTML": (Fault.answer(500, "<html>oops</html>", HTML), "http_500"),
    "503 JSON": (Fault.answer(503, {"ok": False, "error": "service_unavailable"}), "service_unavailable"),
    "refused": (Fault.answer(200, {"ok": False, "error": "internal_error"}), "internal_error"),
    "empty 200": (Fault.answer(200), "http_200"),
    "not JSON": (Fault.answer(200, "garbage"), "call_failed"),
    "a proxy's page": (Fault.answer(200, "<html>welcome</html>", HTML), "http_200"),
    "a list": (Fault.answer(200, "[]", JSON), "http_200"),
    "a proxy's 404": (Fault.answer(404, "<html>", HTML), "http_404"),
}


@pytest.mark.parametrize("what", DOES_NOT_OPEN)
async def test_a_form_that_does_not_open_is_told_with_a_next_step_and_a_reference(
    slack: LocalSlack, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    fault, code = DOES_NOT_OPEN[what]
    message = await told_instead(slack, fault)
    (reference,) = re.findall(r"R-[2-9B-Z]{5}", message.text)
    assert message.text == wording.FORM_NOT_OPENED.format(again=f"type {COMMAND}", reference=reference)
    assert slack.views == {}
    (record,) = [record for record in caplog.records if record.name == "bot.slack.inbound.forms"]
    assert (record.__dict__["code"], record.__dict__["reference"]) == (code, reference)


@pytest.mark.parametrize("code", sorted(TOKEN_WRONG))
async def test_people_are_told_that_slack_no_longer_knows_the_bot(
    slack: LocalSlack, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    message = await told_instead(slack, Fault.answer(200, {"ok": False, "error": code}))
    (reference,) = re.findall(r"R-[2-9B-Z]{5}", message.text)
    assert message.text == wording.FORM_NOT_CONNECTED.format(reference=reference)
    assert code not in message.text
    (record,) = [record for record in caplog.records if record.name == "bot.slack.inbound.forms"]
    assert (record.__dict__["code"], record.__dict__["reference"]) == (code, reference)


@pytest.mark.parametrize("code", sorted(KEPT_OUT))
async def test_people_are_told_that_the_workspace_keeps_the_bot_out(slack: LocalSlack, code: str) -> None:
    message = await told_instead(slack, Fault.answer(200, {"ok": False, "error": code}))
    (reference,) = re.findall(r"R-[2-9B-Z]{5}", message.text)
    assert message.text == wording.FORM_KEPT_OUT.format(reference=reference)


async def test_a_person_who_may_not_use_the_app_is_told_who_decided_that(slack: LocalSlack) -> None:
    message = await told_instead(slack, Fault.answer(200, {"ok": False, "error": "app_access_restricted"}))
    assert message.text == wording.FORM_RESTRICTED


async def test_a_command_that_comes_twice_opens_one_form_and_nothing_is_said(slack: LocalSlack) -> None:
    body = slack.command_body(command=COMMAND)
    for _ in range(2):
        assert (await slack.deliver_raw(body)).status == 200
    await slack.wait_for(lambda: [call.answer is not None for call in slack.calls] == [True, True])
    await slack.submit(next(iter(slack.views)), dish())  # what the second one did in the background is over by then
    assert len(slack.views) == 1
    assert slack.messages(company.TEAM_SHOP) == []
    assert "response_url" not in [call.method for call in slack.calls]


OPENS_UNHEARD: Mapping[str, Fault] = {
    "slow": Fault.slow(0.2),
    "reset after it applied": Fault.drop(apply=True),
    "truncated": Fault.truncate(apply=True),
    "silence": Fault.hang(apply=True),
    "502 HTML": Fault.answer(502, "<html>", HTML, apply=True),
}


@pytest.mark.parametrize("what", OPENS_UNHEARD)
async def test_a_form_that_opened_although_its_answer_was_lost_can_be_used(
    slack: LocalSlack, lunch: Lunch, what: str
) -> None:
    slack.faults.add("views.open", OPENS_UNHEARD[what])
    view_id = await open_form(slack)
    await slack.submit(view_id, dish())
    assert not slack.views[view_id].open
    assert [order.view.id for order in lunch.orders] == [view_id]
    assert sum(call.method == "views.open" for call in slack.calls) == 1


@pytest.mark.parametrize("fault", [Fault.drop(), Fault.answer(404, "expired_url")], ids=["reset", "expired"])
async def test_the_bot_keeps_working_when_neither_form_nor_explanation_can_be_delivered(
    slack: LocalSlack, lunch: Lunch, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    slack.faults.add("views.open", Fault.drop())
    slack.faults.add("response_url", fault)
    await slack.command(command=COMMAND)
    await slack.wait_for(lambda: len(caplog.records) == 2)
    assert slack.messages(company.TEAM_SHOP) == []
    assert not any("/response/" in record.getMessage() for record in caplog.records)
    await slack.submit(await open_form(slack), dish())
    assert len(lunch.orders) == 1
