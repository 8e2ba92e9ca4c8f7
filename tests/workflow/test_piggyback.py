"""What is written along with a commit is in the same transaction, once, and costs no commit of its own."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.errors import NotSaved
from bot.ledger.models import EventCode
from bot.ledger.notes import Happened
from bot.workflow import piggyback
from bot.workflow.database import open_database
from bot.workflow.durable import Durable
from bot.workflow.engine import WorkflowEngine
from bot.workflow.piggyback import PiggybackedWrites
from tests.support import postgres
from tests.support.database import read_only
from tests.support.running import all_finished
from tests.workflow.sample_workflow import DONE, SAMPLE, asked, running_engine

LOOKED = Happened(code=EventCode.LOOKED_UP)


async def run(_request: Request, durable: Durable) -> Result:
    async def look() -> None:
        durable.note(LOOKED)

    await durable.step("look", look)
    return DONE


async def codes(engine: WorkflowEngine, request_id: str = "T1-shop") -> list[str]:
    return [each.code for each in await engine.ledger.events(request_id)]


def commits_of(engine: WorkflowEngine) -> list[bool]:
    """One for each commit from now on that SQLite has to write."""
    made: list[bool] = []
    # Before what is written along: whether the transaction writes anyway.
    event.listen(engine.database, "commit", lambda connection: made.append(piggyback._writes(connection)), insert=True)
    return made


async def test_a_request_with_a_receipt_takes_no_more_commits_than_one_without(sqlite_url: str, tmp_path: Path) -> None:
    counts = []
    for url, with_receipt in ((sqlite_url, False), (f"sqlite:///{tmp_path / 'other.sqlite3'}", True)):
        async with running_engine(url, run, with_receipt=with_receipt) as here:
            made = commits_of(here)
            await here.accept(SAMPLE, asked(response_url="https://hooks.slack.example/x"))
            await all_finished()
            counts.append(sum(made))
            assert await codes(here) == (["asked", "looked_up"] if with_receipt else [])
    assert counts[0] == counts[1] == 3


async def test_the_receipt_comes_in_the_very_transaction_that_stores_the_request(postgres_url: str) -> None:
    async with running_engine(postgres_url, run, with_receipt=True) as here:
        await here.accept(SAMPLE, asked())
        await all_finished()
    stored = "SELECT xmin::text FROM dbos.workflow_input"
    written = "SELECT xmin::text FROM registry_bot_events WHERE code = 'asked'"
    assert postgres.query(postgres_url, stored) == postgres.query(postgres_url, written)


async def test_what_a_step_noted_comes_in_the_very_transaction_that_records_the_step(postgres_url: str) -> None:
    async with running_engine(postgres_url, run, with_receipt=True) as here:
        await here.accept(SAMPLE, asked())
        await all_finished()
    recorded = "SELECT xmin::text FROM dbos.operation_outputs WHERE function_name = 'look'"
    written = "SELECT xmin::text FROM registry_bot_events WHERE code = 'looked_up'"
    assert postgres.query(postgres_url, recorded) == postgres.query(postgres_url, written)


async def test_a_request_that_was_not_stored_has_no_receipt(sqlite_url: str, file: Path) -> None:
    async with running_engine(sqlite_url, run, with_receipt=True) as here:
        with read_only(file), pytest.raises(NotSaved):
            await here.accept(SAMPLE, asked())
        assert await here.ledger.get("T1-shop") is None


async def test_a_second_delivery_changes_nothing(url: str) -> None:
    async with running_engine(url, run, with_receipt=True) as here:
        await asyncio.gather(*(here.accept(SAMPLE, asked()) for _ in range(5)))
        await all_finished()
        assert await codes(here) == ["asked", "looked_up"]


# ---- the queue itself ----


@pytest.fixture
def database(url: str) -> sa.Engine:
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE noted (what TEXT)"))
    piggyback.listen(engine)
    return engine


def write(what: str, connection: sa.Connection) -> None:
    connection.execute(sa.text("INSERT INTO noted VALUES (:what)"), {"what": what})


def noted(database: sa.Engine) -> list[str]:
    with database.connect() as connection:
        return list(connection.execute(sa.text("SELECT what FROM noted")).scalars())


def cut_off(database: sa.Engine, waiting: PiggybackedWrites) -> None:
    """A transaction that ends after everything was written in it."""
    with database.begin() as connection:
        write("lost", connection)
        waiting.write_on(connection)
        raise ZeroDivisionError


def test_what_was_rolled_back_is_written_with_the_next_commit_and_nothing_twice(database: sa.Engine) -> None:
    with piggyback.include_in_block() as waiting:
        waiting.add(lambda connection: write("first", connection))
        with pytest.raises(ZeroDivisionError):
            cut_off(database, waiting)
        assert noted(database) == []
        for what in ("a", "b"):
            with database.begin() as connection:
                write(what, connection)
            waiting.add(lambda connection: write("second", connection))
    assert noted(database) == ["a", "first", "b", "second"]
    database.dispose()


def test_what_fails_takes_the_transaction_with_it_and_stays_to_be_written(database: sa.Engine) -> None:
    attempts: list[int] = []

    def fails_once(connection: sa.Connection) -> None:
        attempts.append(1)
        if len(attempts) == 1:
            connection.execute(sa.text("INSERT INTO nowhere VALUES (1)"))
        write("late", connection)

    with piggyback.include_in_block() as waiting:
        waiting.add(fails_once)
        with pytest.raises(sa.exc.DBAPIError), database.begin() as connection:
            write("a", connection)
        with database.begin() as connection:
            write("b", connection)
    assert noted(database) == ["b", "late"]
    database.dispose()


def test_it_can_be_written_at_once_and_then_has_nothing_left(database: sa.Engine) -> None:
    waiting = PiggybackedWrites()
    waiting.add(lambda connection: write("now", connection))
    waiting.flush(database)
    waiting.flush(database)
    assert noted(database) == ["now"]
    database.dispose()


def test_other_contexts_write_nothing_of_it(database: sa.Engine) -> None:
    waiting = PiggybackedWrites()
    waiting.add(lambda connection: write("ours", connection))
    with database.begin() as connection:
        write("theirs", connection)
    assert noted(database) == ["theirs"]
    database.dispose()
