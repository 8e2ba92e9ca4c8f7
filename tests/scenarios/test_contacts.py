"""Whom to ask: wherever somebody is stuck, where the operator has said so, and nothing of the kind where not."""

from collections.abc import Callable

import pytest

from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.support.people import _leaves, about, ask_for, outcome_of, words
from tests.support.running import running_bot

SettingsOf = Callable[..., Settings]
REFUSES = Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"})
ASK = "Questions? Ask the <b> team in #platform_help."
HELP = {"SUPPORT_CONTACT": "the <b> team in #platform_help", "ACCESS_CONTACT": "#access"}


async def answer(slack: LocalSlack, typed: str) -> Message:
    """The ephemeral answer to a command."""

    def answers() -> list[Message]:
        return [each for each in slack.messages(company.TEAM_SHOP) if each.ephemeral_to == company.ANA]

    before = len(answers())
    await slack.command(typed)
    await slack.wait_for(lambda: len(answers()) > before)
    return answers()[-1]


async def read_everywhere(slack: LocalSlack, cloud: LocalCodeArts) -> list[str]:
    """What somebody reads who is stuck: message, its text alone, status, receipt, help, Home."""
    cloud.faults.add("create", REFUSES)
    await ask_for(slack, "shop")
    message = await outcome_of(slack, "shop")
    await slack.press(message.ts, "receipt_show")
    await slack.wait_for(lambda: len(slack.views) == 2)
    receipt = list(slack.views.values())[-1].view
    status, told = await answer(slack, "status shop"), await answer(slack, "help")
    await slack.open_home()
    await slack.wait_for(lambda: company.ANA in slack.homes)
    home = slack.homes[company.ANA].view
    return [
        words(message),
        message.text,
        words(status),
        *("".join(_leaves(view["blocks"])) for view in (receipt, home)),
        told.text,
    ]


async def test_people_who_need_help_read_whom_to_ask(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    async with running_bot(settings(**HELP), slack):
        message, alone, *elsewhere, told = await read_everywhere(slack, cloud)
    assert [ASK in each for each in (message, *elsewhere)] == [True] * 4
    escaped = ASK.replace("<", "&lt;").replace(">", "&gt;")
    assert alone.endswith(escaped)
    assert told.endswith(escaped)


async def test_without_a_contact_nobody_is_named(settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts) -> None:
    async with running_bot(settings(), slack):
        for read in await read_everywhere(slack, cloud):
            assert "Questions" not in read


@pytest.mark.parametrize("contact", [{}, {"SUPPORT_CONTACT": "#platform"}])
async def test_what_is_not_confirmed_says_it_too_and_a_plain_success_does_not(
    settings: SettingsOf, slack: LocalSlack, cloud: LocalCodeArts, contact: dict[str, str]
) -> None:
    async with running_bot(settings(**contact), slack, finished_within=None):
        await ask_for(slack, "fine")
        assert "Questions" not in words(await outcome_of(slack, "fine"))
        cloud.faults.add("create", Fault.drop(apply=True))
        cloud.faults.add("list", Fault.answer(503, "down"), times=None)
        await ask_for(slack, "shop")
        await outcome_of(slack, "shop")
        (message,) = about(slack, "shop")
    assert "Status: unconfirmed" in words(message)
    assert ("Ask #platform." in words(message)) is bool(contact)


@pytest.mark.parametrize(
    ("contacts", "says"),
    [
        ({"SUPPORT_CONTACT": "#platform", "ACCESS_CONTACT": "#access"}, "ask #access for access"),
        ({"SUPPORT_CONTACT": "#platform"}, "ask #platform for access"),
        ({}, "ask an administrator of the CodeArts project for access"),
    ],
)
async def test_how_to_push_says_who_gives_access(
    settings: SettingsOf, slack: LocalSlack, contacts: dict[str, str], says: str
) -> None:
    async with running_bot(settings(**contacts), slack):
        await ask_for(slack, "shop")
        await slack.press((await outcome_of(slack, "shop")).ts, "registry_how_to_push")
        await slack.wait_for(lambda: len(slack.views) == 2)
    assert says in "".join(_leaves(list(slack.views.values())[-1].view["blocks"]))
