"""One command, several listeners: each hears its words, the help is theirs together, and a slip is noticed."""

import pytest

from bot.slack.inbound.answers import Answer, Tell
from bot.slack.inbound.command_words import by_command
from bot.slack.inbound.listeners import ActionListener, CommandListener, Listener
from bot.slack.inbound.payloads import Command

LUNCH = "/lunch"


def typed(text: str) -> Command:
    return Command(
        command=LUNCH, text=text, user_id="U1", channel_id="C1", trigger_id="1.2", response_url="https://slack.example"
    )


def saying(what: str, *, words: tuple[str, ...] = ()) -> CommandListener:
    async def handle(command: Command) -> Answer:
        return Tell(text=f"{what} {command.text}, meant {command.meant}" if command.meant else f"{what} {command.text}")

    return CommandListener(command=LUNCH, handle=handle, words=frozenset(words), help=f"help of {what}")


LISTENERS: list[Listener] = [saying("any"), saying("menu", words=("menu", "card")), saying("bill", words=("bill",))]


async def said(text: str, listeners: list[Listener] = LISTENERS) -> str:
    (together,) = by_command(listeners)
    assert isinstance(together, CommandListener)
    answer = await together.handle(typed(text))
    assert isinstance(answer, Tell)
    return answer.text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *(("menu", "menu menu"), ("MENU today", "menu MENU today"), ("card", "menu card"), ("bill 7", "bill bill 7")),
        *(("", "any "), ("soup", "any soup"), ("the menu", "any the menu"), ("menu-list", "any menu-list")),
        *(("mneu", "any mneu, meant menu"), ("bil", "any bil, meant bill"), ("help me", "any help me")),
        *(("menu?", "menu menu?"), ("“menu” today", "menu “menu” today"), ("bill: 7", "bill bill: 7"), ("!", "any !")),
    ],
)
async def test_the_first_word_says_whose_it_is(text: str, answer: str) -> None:
    assert await said(text) == answer


@pytest.mark.parametrize("text", ["help", "  HELP ", "--help", "-h", "?", "help!", "`help`"])
async def test_the_help_is_of_all_that_hear_the_command(text: str) -> None:
    assert await said(text) == "help of any\nhelp of menu\nhelp of bill"


async def test_where_nobody_hears_the_rest_the_help_is_told() -> None:
    assert await said("soup", LISTENERS[1:]) == "help of menu\nhelp of bill"


async def test_other_listeners_stay_as_they_are() -> None:
    async def handle(_press: object) -> Answer:
        return Tell(text="")

    button = ActionListener(action_id="more", handle=handle)
    assert list(by_command([button])) == [button]
