"""What can be asked of the ledger, and that no question reads all of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.outcomes import Refused
from bot.domain.registry import Created
from bot.ledger import queries, writes
from bot.ledger.models import EventCode, Place, Receipt, State
from bot.ledger.notes import Happened
from bot.playground.slack import company
from bot.workflow.database import open_database
from bot.workflow.tables import prepare
from tests.ledger.entries import ID, commit, enter, enter_many, request

ADDRESS = "https://devrepo.artifact.example/Gallery/docker_1/"
CREATED = Created(trace_id="143002-1701a-82", address=ADDRESS)


def ask(database: sa.Engine, question: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
    with database.connect() as connection:
        return question(connection, *arguments, **more)


def names(found: list[Receipt]) -> list[str]:
    return [each.name for each in found]


@pytest.mark.parametrize(
    "what",
    [
        *("team-shop", "TEAM-SHOP", " `Team-Shop` ", "team-shop?", "“team-shop”"),
        *("R-7K2F9", "r-7k2f9", "143002-1701A-82", ADDRESS, ADDRESS.upper()),
        ADDRESS.removeprefix("https://"),
        ADDRESS.rstrip("/"),
        "an-earlier-trace",
    ],
)
def test_a_request_is_found_by_whatever_people_have_of_it(database: sa.Engine, what: str) -> None:
    enter(database, result=CREATED)
    commit(database, writes.of_note(Happened(code=EventCode.LOOKED_UP, trace_id="An-Earlier-Trace"), ID))
    enter(database, "other", what=request("T1-V2", reference="R-OTHER"))
    assert names(ask(database, queries.find, what)) == ["Team-Shop"]


@pytest.mark.parametrize("what", ["", "  ", "team", "%", "R-", "team-shop2", "'; DROP TABLE x", "\0"])
def test_what_fits_nothing_finds_nothing(database: sa.Engine, what: str) -> None:
    enter(database, result=CREATED)
    assert ask(database, queries.find, what) == []


def test_all_requests_of_a_name_are_found_newest_first(database: sa.Engine) -> None:
    enter(database, "shop", Refused(code="CR.1"))
    enter(database, "SHOP", CREATED, what=request("T1-V2", at=2000.0))
    assert names(ask(database, queries.find, "shop")) == ["SHOP", "shop"]


def test_a_listing_continues_where_it_was_left_whatever_has_come_since(database: sa.Engine) -> None:
    enter_many(database, [f"n{number}" for number in range(7)])
    first = ask(database, queries.newest, limit=3)
    enter(database, "newer", what=request("T1-new", at=9000.0))
    second = ask(database, queries.newest, limit=3, after=Place.of(first[-1]))
    third = ask(database, queries.newest, limit=3, after=Place.of(second[-1]))
    assert names([*first, *second, *third]) == ["n6", "n5", "n4", "n3", "n2", "n1", "n0"]


def test_of_two_of_the_same_moment_none_is_left_out(database: sa.Engine) -> None:
    for number in range(3):
        enter(database, f"n{number}", what=request(f"T1-{number}", at=5.0))
    first = ask(database, queries.newest, limit=2)
    assert names([*first, *ask(database, queries.newest, after=Place.of(first[-1]))]) == ["n2", "n1", "n0"]


def test_a_listing_may_be_of_one_person_of_some_states_and_of_a_time(database: sa.Engine) -> None:
    enter(database, "mine", CREATED)
    enter(database, "bens", what=request("T1-V2", by=company.BEN, at=2000.0))
    enter(database, "old", what=request("T1-V3", at=1.0))
    assert names(ask(database, queries.newest, requester=company.BEN)) == ["bens"]
    assert names(ask(database, queries.newest, states=[State.CREATED])) == ["mine"]
    assert names(ask(database, queries.newest, since=1000.0)) == ["bens", "mine"]
    assert names(ask(database, queries.newest, until=2000.0)) == ["mine", "old"]
    assert names(ask(database, queries.newest, requester=company.ANA, states=[State.UNDER_WAY])) == ["old"]


@pytest.mark.parametrize(
    ("typed", "near"),
    [("team-shpo", ["Team-Shop"]), ("eam-shop", ["Team-Shop"]), ("TEAMSHOP", ["Team-Shop"]), ("zzz", []), ("", [])],
)
def test_what_is_near_is_said_as_it_is_written(database: sa.Engine, typed: str, near: list[str]) -> None:
    enter_many(database, ["alpha", "Team-Shop", "worker", "tm"])
    assert ask(database, queries.near, typed) == near


def test_a_name_that_is_far_away_in_the_alphabet_and_old_does_not_slow_the_answer_down(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_NEIGHBOURS", 2)
    monkeypatch.setattr(queries, "_LATEST", 2)
    enter_many(database, ["shop", *(f"m{number}" for number in range(9))])
    assert ask(database, queries.near, "shpo") == ["shop"]
    assert ask(database, queries.near, "ahop") == []


PLACE = Place(asked_at=1.0, id="x")
LISTINGS = [
    partial(queries.newest, after=PLACE),
    partial(queries.newest, requester="U1", after=PLACE),
    partial(queries.newest, states=["created"], since=1.0),
    partial(queries.newest_seen_by, person="U1", after=PLACE),
]
SEARCHES = [
    partial(queries.find, what="what"),
    partial(queries.near, what="what"),
    partial(queries.get, request_id="id"),
    partial(queries.events, request_id="id"),
    partial(queries.open_ids),
    partial(queries.under_way),
]


@pytest.mark.parametrize("question", [*LISTINGS, *SEARCHES], ids=lambda each: each.func.__name__)
def test_no_question_reads_the_whole_ledger(sqlite_url: str, question: Callable[..., Any]) -> None:
    """SQLite says for each statement whether it goes by an index."""
    database = open_database(sqlite_url)
    prepare(database)
    asked: list[tuple[str, Any]] = []

    @sa.event.listens_for(database, "before_cursor_execute")
    def note(_connection: object, _cursor: object, sql: str, values: Any, *_more: object) -> None:
        asked.append((sql, values))

    ask(database, question)
    sa.event.remove(database, "before_cursor_execute", note)
    with database.connect() as connection:
        plans = [
            str(row[3])
            for sql, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        ]
    database.dispose()
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN") and "USING" not in plan] == []
    if question in LISTINGS:
        assert [plan for plan in plans if "TEMP B-TREE" in plan] == []
