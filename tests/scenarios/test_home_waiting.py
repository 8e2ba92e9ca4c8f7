"""Requests that wait or are in progress come first in the Home tab, however many were made since."""

import asyncio
from collections.abc import Callable

from bot.config import Settings
from bot.features.create_registry import wording
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.approving import ALWAYS, WITHDRAW, approve, told
from tests.support.people import ask_for, outcome_of
from tests.support.running import all_finished, running_bot

from .test_home import home, visit

SettingsOf = Callable[..., Settings]

PARTS = (wording.HOME_UNFINISHED, wording.HOME_MINE)


def apart(shown: str) -> tuple[str, str]:
    """What is under the first title, and under the second."""
    first, second = (shown.index(f"'{title}'") for title in PARTS)
    assert first < second
    return shown[first:second], shown[second:]


async def visit_until(slack: LocalSlack, holds: Callable[[str], bool]) -> str:
    """What the tab shows when it holds: an outcome is told a moment before it is recorded, and longer on a busy machine."""
    async with asyncio.timeout(30):
        while True:
            shown = await visit(slack)
            if holds(shown):
                return shown


async def test_what_waits_is_shown_beyond_the_ten_newest_and_can_be_withdrawn_there(
    settings: SettingsOf, slack: LocalSlack
) -> None:
    async with running_bot(settings(**ALWAYS), slack, finished_within=None):
        await ask_for(slack, "first")
        await told(slack, "first", "is waiting for approval")
    async with running_bot(settings(**{**ALWAYS, "APPROVAL": "never"}), slack):
        for number in range(11):
            await ask_for(slack, f"shop-{number:02}")
            await outcome_of(slack, f"shop-{number:02}")
        waiting, others = apart(await visit_until(slack, lambda shown: "shop-" not in apart(shown)[0]))
        assert "'first'" in waiting
        assert "'first'" not in others
        assert [number for number in range(11) if f"'shop-{number:02}'" in others] == list(range(1, 11))
        assert "first" not in await visit(slack, company.BEN)
        await slack.press_at_home(WITHDRAW)
        await told(slack, "first", "was withdrawn")
        await slack.wait_for(lambda: wording.HOME_UNFINISHED not in home(slack), timeout=30)
        await all_finished()


async def test_what_was_answered_goes_down_to_the_others_by_itself(settings: SettingsOf, slack: LocalSlack) -> None:
    async with running_bot(settings(**ALWAYS), slack):
        for number in range(16):
            await ask_for(slack, f"shop-{number:02}")
            await told(slack, f"shop-{number:02}", "is waiting for approval")
        before = await visit(slack)
        assert [number for number in range(16) if f"'shop-{number:02}'" in before] == list(range(1, 16))
        assert "list mine" in before
        await approve(slack, "shop-15")
        waiting, others = apart(await visit_until(slack, lambda shown: f"'{wording.HOME_MINE}'" in shown))
        assert "'shop-00'" in waiting
        assert "'shop-15'" not in waiting
        assert "'shop-15'" in others
        for number in range(15):
            await approve(slack, f"shop-{number:02}")
