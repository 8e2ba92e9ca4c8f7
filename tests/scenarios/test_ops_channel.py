"""OPS_CHANNEL, through the front door: what is wrong with the bot is told where those who run it read."""

from collections.abc import Callable

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.people import ask_for, outcome_of
from tests.support.running import running_bot

_TOLD_WITHIN = 40.0


@pytest.mark.parametrize(
    ("code", "words"),
    [("APIGW.0301", "does not accept the access key"), ("DEV.CR.4102", "may not create registries")],
)
async def test_a_key_that_is_refused_and_rights_that_are_missing_are_told_once_and_over_when_it_works_again(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, code: str, words: str
) -> None:
    async with running_bot(settings(OPS_CHANNEL=company.PLATFORM), slack, finished_within=60):
        cloud.faults.add("create", Fault.answer(403, {"error_code": code, "error_msg": "no"}), times=2)
        for name in ("one", "two"):
            await ask_for(slack, name)
            await outcome_of(slack, name)
        await slack.wait_for(lambda: bool(slack.messages(company.PLATFORM)), timeout=_TOLD_WITHIN)
        (told,) = slack.messages(company.PLATFORM)
        assert words in told.text
        await ask_for(slack, "three")
        await outcome_of(slack, "three")
        await slack.wait_for(lambda: "Over since" in told.text, timeout=_TOLD_WITHIN)
        assert slack.messages(company.PLATFORM) == [told]


async def test_signatures_that_are_refused_in_numbers_and_outcomes_that_reach_nobody_are_told(
    settings: Callable[..., Settings], slack: LocalSlack
) -> None:
    async with running_bot(settings(OPS_CHANNEL=company.PLATFORM), slack, finished_within=60):
        for _ in range(10):
            await slack.deliver_raw(slack.command_body("x"), signature="v0=" + "0" * 64)
        await slack.wait_for(lambda: bool(slack.messages(company.PLATFORM)), timeout=_TOLD_WITHIN)
        (told,) = slack.messages(company.PLATFORM)
        assert "refused for their signature" in told.text
