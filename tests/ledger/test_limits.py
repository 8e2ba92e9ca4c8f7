"""How many requests one person may make within an hour, even if several processes count at the same moment."""

import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.domain.request import Request
from bot.errors import LimitReached
from bot.ledger.ledger import Ledger
from bot.ledger.models import Subject
from bot.playground.slack import company
from bot.workflow.database import open_database
from tests.ledger.entries import commit, request

HOUR = 3600.0


def ask(database: sa.Engine, asked: Request, *, limit: int = 2, workflow: str = "create_registry") -> None:
    commit(database, Ledger(database).asked(workflow, asked, Subject(name="shop"), per_person_hour=limit))


def numbered(number: int, **changes: object) -> Request:
    return request(f"T1-{number}", **{"at": 1000.0 + number, **changes})  # type: ignore[arg-type]


def rows(database: sa.Engine) -> int:
    with database.connect() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM registry_bot_requests")).scalar_one())


def test_one_more_than_the_limit_is_refused_and_the_oldest_says_until_when(database: sa.Engine) -> None:
    ask(database, numbered(0))
    ask(database, numbered(1))
    with pytest.raises(LimitReached) as reached:
        ask(database, numbered(2))
    assert (reached.value.limit, reached.value.ends) == (2, 1000.0 + HOUR)
    assert rows(database) == 2


def test_what_counts_is_ones_own_of_the_last_hour_and_of_this_kind(database: sa.Engine) -> None:
    ask(database, numbered(0))
    ask(database, numbered(1, by=company.BEN))
    ask(database, numbered(2), workflow="another")
    ask(database, numbered(3))
    ask(database, numbered(4, at=1000.0 + HOUR))
    with pytest.raises(LimitReached):
        ask(database, numbered(5, at=1001.0 + HOUR))


def test_a_commit_that_is_repeated_does_not_count_itself(database: sa.Engine) -> None:
    for _ in range(3):
        ask(database, numbered(0), limit=1)
    assert rows(database) == 1


def test_of_several_at_the_same_moment_on_several_replicas_no_more_than_the_limit_are_taken(
    database: sa.Engine, url: str
) -> None:
    # A SQLite file has one process, with one connection.
    replicas = [database, database] if database.dialect.name == "sqlite" else [database, open_database(url)]
    for round_ in range(20):
        start, refused = threading.Barrier(4), list[int]()

        def one(
            number: int, *, round_: int = round_, start: threading.Barrier = start, refused: list[int] = refused
        ) -> None:
            asked = replace(numbered(number, by=f"U0ROUND{round_}"), id=f"T1-{round_}-{number}")
            start.wait()
            try:
                ask(replicas[number % 2], asked)
            except LimitReached:
                refused.append(number)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(refused) == 2
        assert rows(database) == 2 * (round_ + 1)
    replicas[1].dispose()
