"""Who may see which receipt: each person at each door, for each kind of channel that a request was asked for."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import Settings
from bot.ledger.models import Receipt
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from tests.features.receipts.test_receipts import answer, names
from tests.scenarios.test_home import home, visit
from tests.support.people import ask_for, outcome_of, words
from tests.support.running import all_finished, environment_for, running_bot
from tests.support.terminal import command

ANA, BEN, CHIARA = company.ANA, company.BEN, company.CHIARA
PUBLIC, PRIVATE, ARCHIVED = company.TEAM_SHOP, company.SECRET_PROJECT, company.OLD_LAUNCH
DESCRIPTION = "Images of the moon shot"
# A description, any reference, any registry's path. Random ids of blocks may well hold an R and a hyphen.
SECRET = re.compile(rf"{DESCRIPTION}|R-[0-9A-Z]{{5}}\b|/artgalaxy/")


@pytest.mark.parametrize(
    ("channel", "told", "operators", "seen_by"),
    [
        pytest.param(PUBLIC, PUBLIC, "", {ANA, BEN, CHIARA}, id="public"),
        pytest.param(PRIVATE, PRIVATE, "", {ANA}, id="private"),
        pytest.param(PRIVATE, PRIVATE, CHIARA, {ANA, CHIARA}, id="private, an operator who is not in the channel"),
        pytest.param(PRIVATE, PRIVATE, BEN, {ANA, BEN}, id="private, an operator who is in the channel"),
        pytest.param(ARCHIVED, f"D{ANA[1:]}", "", {ANA}, id="told by direct message"),
        pytest.param(ARCHIVED, f"D{ANA[1:]}", CHIARA, {ANA, CHIARA}, id="told by direct message, an operator"),
    ],
)
async def test_who_sees_it(
    settings: Callable[..., Settings],
    slack: LocalSlack,
    cloud: LocalCodeArts,
    tmp_path: Path,
    channel: str,
    told: str,
    operators: str,
    seen_by: set[str],
) -> None:
    async with running_bot(settings(OPERATORS=operators), slack) as bot:
        await ask_for(slack, "moon-shot", description=DESCRIPTION, channel=channel)
        message = await outcome_of(slack, "moon-shot", channel=told)
        await all_finished()
        (receipt,) = await bot.engine.ledger.find("moon-shot")
        for person in (ANA, BEN, CHIARA):
            shown = [
                *[await by_status(slack, person, what) for what in ("moon-shot", *what_people_have_of(receipt))],
                names(await answer(slack, "list", user=person)) == ["moon-shot"],
                *([await by_the_button(slack, message, person)] if person in slack.channels[told].members else []),
            ]
            assert set(shown) == {person in seen_by}, (person, shown)
            assert ("moon-shot" in await visit(slack, person)) is (person == ANA)
            assert person == ANA or not SECRET.search(home(slack, person))
    # Somebody who has the database and the settings runs the bot.
    at_the_terminal = await command(
        "show", "moon-shot", environment=environment_for(slack, cloud, tmp_path / "bot.sqlite3"), cwd=tmp_path
    )
    assert DESCRIPTION in at_the_terminal.out


def what_people_have_of(receipt: Receipt) -> list[str]:
    return [receipt.reference, receipt.trace_id or "", receipt.address or ""]


async def by_status(slack: LocalSlack, person: str, what: str) -> bool:
    told = await answer(slack, f"status {what}", user=person)
    return is_shown(told, person)


def is_shown(told: Message, person: str) -> bool:
    """All of it, or that the name exists and whom to ask, and nothing else."""
    if names(told) == ["moon-shot"]:
        return True
    assert f"<@{ANA}>" in words(told), person
    assert "moon-shot" in words(told)
    assert not SECRET.search(words(told) + told.text)
    return False


async def by_the_button(slack: LocalSlack, message: Message, person: str) -> bool:
    views, before = set(slack.views), ephemerals(slack, message.channel, person)
    await slack.press(message.ts, "receipt_show", user=person, channel=message.channel)

    def answered() -> bool:
        return bool(set(slack.views) - views) or len(ephemerals(slack, message.channel, person)) > len(before)

    await slack.wait_for(answered)
    if opened := set(slack.views) - views:
        (view_id,) = opened
        return DESCRIPTION in str(slack.views[view_id].view["blocks"])
    return is_shown(ephemerals(slack, message.channel, person)[-1], person)


def ephemerals(slack: LocalSlack, channel: str, person: str) -> list[Message]:
    return [each for each in slack.messages(channel) if each.ephemeral_to == person]
