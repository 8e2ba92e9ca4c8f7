"""Of all answers about one request the first holds, for good, on both databases."""

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.domain.approval import Decision
from bot.domain.outcomes import Refused
from bot.ledger import writes
from bot.ledger.ledger import Ledger
from bot.ledger.models import Subject
from bot.workflow.database import open_database
from bot.workflow.tables import prepare
from tests.ledger.entries import request

ROUNDS = 100


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    engine = open_database(url)
    prepare(engine)
    yield engine
    engine.dispose()


def enter(database: sa.Engine, request_id: str) -> None:
    subject = Subject(name="shop", waits=True)
    with database.begin() as connection:
        writes.asked(request(request_id), subject, workflow="w", region="r", project=None)(connection)


async def test_two_who_answer_at_once_hear_the_same_answer(database: sa.Engine, url: str) -> None:
    other = open_database(url) if url.startswith("postgresql") else database
    ledgers = (Ledger(database), Ledger(other))
    for number in range(ROUNDS):
        request_id = f"T0-V{number}"
        enter(database, request_id)
        given = (Decision(answer="approved", at=1.0, by="U1"), Decision(answer="declined", at=2.0, by="U2", why="no"))
        held = await asyncio.gather(*(each.decide(request_id, said) for each, said in zip(ledgers, given, strict=True)))
        assert held[0] == held[1]
        assert held[0] in given
        receipt = await ledgers[0].get(request_id)
        assert receipt is not None
        assert receipt.decided_by == held[0].by
        assert receipt.state == ("under_way" if held[0].answer == "approved" else "waiting")
        assert [each.code for each in await ledgers[0].events(request_id)] == ["asked", held[0].answer]
    if other is not database:
        other.dispose()


async def test_what_does_not_wait_takes_no_answer(database: sa.Engine) -> None:
    ledger = Ledger(database)
    said = Decision(answer="approved", at=1.0, by="U1")
    assert await ledger.decide("T0-V0", said) is None
    enter(database, "T0-V0")
    with database.begin() as connection:
        writes.concluded("T0-V0", Refused(code="cancelled_by_operator"))(connection)
    assert await ledger.decide("T0-V0", said) is None
    assert [each.code for each in await ledger.events("T0-V0")] == ["asked", "concluded"]
