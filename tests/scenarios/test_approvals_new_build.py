"""A request waits while a newer build takes the place of the one that accepted it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from tests.scenarios.test_replicas import new_build
from tests.support.approving import ALWAYS, answered, approve, question_about, questions
from tests.support.bot_process import BotProcess, ending, up
from tests.support.database import rows, statuses
from tests.support.people import ask_for, outcome_of, words
from tests.support.running import environment_for
from tests.support.terminal import SOURCES
from tests.support.waiting import until

Start = Callable[..., BotProcess]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
async def start(slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> AsyncIterator[Start]:
    made: list[BotProcess] = []

    def start(file: Path, *, sources: Path = SOURCES, **settings: str) -> BotProcess:
        values = {**environment_for(slack, cloud, file), **ALWAYS, **settings}
        made.append(BotProcess(values, log=tmp_path / f"{len(made)}.log", sources=sources))
        slack.request_url = f"{made[-1].address}/slack/events"
        return made[-1]

    async with ending(made):
        yield start


def codes(file: Path) -> list[str]:
    return [code for (code,) in rows(file, "SELECT code FROM registry_bot_events ORDER BY number")]


async def waits(slack: LocalSlack, file: Path) -> None:
    assert (await ask_for(slack, "shop")).json is None
    await question_about(slack, "shop")
    await until(lambda: "waiting" in codes(file))


async def test_a_newer_build_continues_with_what_waits(
    slack: LocalSlack, cloud: LocalCodeArts, file: Path, start: Start, tmp_path: Path
) -> None:
    old = start(file)
    await up(old)
    await waits(slack, file)
    old.tell_to_leave()
    assert await old.exit_code() == 0
    new = start(file, sources=new_build(tmp_path / "new"))
    await up(new)
    await approve(slack, "shop")
    await answered(slack, "shop", "Approved")
    assert "Status: success" in words(await outcome_of(slack, "shop"))
    await until(lambda: set(statuses(file).values()) == {"SUCCESS"})
    assert len(questions(slack, "shop")) == len(cloud.registries) == 1
    assert "Traceback" not in new.said
