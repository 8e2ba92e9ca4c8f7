"""Requests that wait for an answer hear of it, also where two executions of one request wait in one process."""

import asyncio
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.domain.approval import Decision
from bot.ledger import writes
from bot.ledger.ledger import Ledger
from bot.ledger.models import Subject
from bot.workflow.answers import Answers
from bot.workflow.database import open_database
from bot.workflow.tables import prepare
from tests.ledger.entries import request


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    engine = open_database(url)
    prepare(engine)
    subject = Subject(name="shop", waits=True)
    with engine.begin() as connection:
        writes.asked(request("T0-V0"), subject, workflow="w", region="r", project=None)(connection)
    yield engine
    engine.dispose()


async def test_a_request_whose_time_is_over_does_not_take_the_answer_from_another_execution_of_it(
    database: sa.Engine,
) -> None:
    answers = Answers(Ledger(database))
    waiting = asyncio.create_task(answers.given_or(time.time() + 3600, "T0-V0"))
    await answers.given_or(time.time() + 0.01, "T0-V0")
    await answers.decide("T0-V0", Decision(answer="approved", at=1.0, by="U1"))
    async with asyncio.timeout(30):
        await waiting


async def test_both_hear_of_the_answer(database: sa.Engine) -> None:
    answers = Answers(Ledger(database))
    waiting = [asyncio.create_task(answers.given_or(time.time() + 3600, "T0-V0")) for _ in range(2)]
    await asyncio.sleep(0)
    await Answers(Ledger(database)).decide("T0-V0", Decision(answer="approved", at=1.0, by="U1"))  # another replica
    async with asyncio.timeout(30):
        await asyncio.gather(*waiting)


async def test_whatever_fails_the_answer_is_found_in_the_end(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workflow.answers._LOOK_EVERY_SECONDS", 0.01)
    failing = 6

    def fail(*_: object) -> None:
        nonlocal failing
        if failing:
            failing -= 1
            raise RuntimeError("can't start new thread")

    answers, yes = Answers(Ledger(database)), Decision(answer="approved", at=1.0, by="U1")
    await Answers(Ledger(database)).decide("T0-V0", yes)
    sa.event.listen(database, "before_cursor_execute", fail)
    async with asyncio.timeout(30):
        assert await answers.held_at(time.time() + 3600, "T0-V0", else_=yes) == yes
        failing = 6
        await answers.given_or(time.time() + 3600, "T0-V0")
