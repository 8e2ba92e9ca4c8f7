"""Who has opened the Home tab, in the database: for all replicas and after a restart, on both kinds."""

import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.workflow.database import open_database
from bot.workflow.home_visitors import HomeVisitors
from bot.workflow.tables import prepare


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    engine = open_database(url)
    prepare(engine)
    yield engine
    engine.dispose()


async def test_a_visit_is_known_to_the_next_process(engine: sa.Engine) -> None:
    await HomeVisitors(engine).note("U1")
    await HomeVisitors(engine).note("U1")  # heard of by another one, at the same time
    here = HomeVisitors(engine)
    assert (await here.know("U1"), await here.know("U2")) == (True, False)
    await here.note("U2")
    assert await here.know("U2")


async def test_another_replica_hears_of_a_visit_after_it_asked(postgres_url: str) -> None:
    engine = open_database(postgres_url)
    prepare(engine)
    one, other = HomeVisitors(engine), HomeVisitors(engine)
    assert not await other.know("U1")
    await one.note("U1")
    assert await other.know("U1")
    engine.dispose()


async def test_a_database_that_is_away_costs_a_line(engine: sa.Engine, caplog: pytest.LogCaptureFixture) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE registry_bot_home_visitors"))
    here = HomeVisitors(engine)
    with caplog.at_level(logging.WARNING):
        await here.note("U1")
        assert await here.know("U1")  # as long as this process lives
        assert not await here.know("U2")
    assert len(caplog.messages) == 2
