"""A receipt that is missing, there twice, or not true is counted."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.outcomes import InDoubt
from bot.domain.registry import Created
from bot.ledger import writes
from bot.ledger.models import EventCode
from bot.ledger.notes import Concluded, Happened, Told
from bot.playground.slack import company
from bot.workflow.database import open_database
from bot.workflow.tables import prepare
from tests.chaos.receipts import contradictions
from tests.chaos.test_verdict import HERE, NAME, World
from tests.ledger.entries import commit, enter, request

ID = f"{company.TEAM_ID}-V1"
Change = Callable[[sa.Engine, World], object]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sa.Engine]:
    database = open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    prepare(database)
    yield database
    database.dispose()


def note(database: sa.Engine, *notes: Happened | Concluded | Told) -> None:
    commit(database, *(writes.of_note(each, ID) for each in notes))


def entered(database: sa.Engine, world: World) -> None:
    """The receipt of the one request that everything else in the world agrees with."""
    enter(database, NAME, what=request(ID))
    note(
        database,
        Happened(code=EventCode.SENT, details={"certain": True}),
        Concluded(result=Created(trace_id="1-1-1")),
        Told(route="channel", channel=HERE, ts=world.message.ts),
    )


def statement(words: str) -> Change:
    def change(database: sa.Engine, _world: World) -> None:
        with database.begin() as connection:
            connection.execute(sa.text(words))

    return change


CHANGES: dict[str, Change] = {
    "no receipt": statement("DELETE FROM registry_bot_requests"),
    "two receipts": lambda database, _: enter(database, NAME, what=request(f"{ID}2")),
    "of another form": lambda _, world: setattr(world.asked, "view_id", "V9"),
    "nobody asked": lambda database, _: enter(database, "r77777", what=request(f"{ID}2")),
    "another outcome": lambda database, _: note(database, Concluded(result=InDoubt(code="x", trace_id="1-1-1"))),
    "another trace id": lambda database, _: note(database, Concluded(result=Created(trace_id="2-2-2"))),
    "told elsewhere": lambda database, _: note(database, Told(route="channel", channel="C9", ts="1.0")),
    "a row without its event": statement("UPDATE registry_bot_requests SET state = 'under_way'"),
    "no registry": lambda _, world: world.cloud.registries.clear(),
    "a call too many": lambda database, _: note(database, Happened(code=EventCode.SENT, details={"certain": True})),
    "a call that nobody noted": lambda _, world: world.call(NAME, "3-3-3"),
}


@pytest.mark.parametrize("change", [None, *CHANGES])
def test_each_untruth_is_found(ledger: sa.Engine, change: str | None) -> None:
    world = World()
    world.asked = replace(world.asked, view_id="V1")
    entered(ledger, world)
    if change is not None:
        CHANGES[change](ledger, world)
    url = f"sqlite:///{ledger.url.database}"
    found = list(contradictions([world.asked], world.slack, world.cloud, url))
    assert {each.kind for each in found} == (set() if change is None else {"unrecorded"}), found
