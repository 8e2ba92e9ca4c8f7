"""What is written stays, is written once however often it is tried, and only where it is news."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created
from bot.ledger import writes
from bot.ledger.models import EventCode, State, Subject
from bot.ledger.notes import Concluded, Happened, Told
from tests.ledger.entries import ID, codes, commit, enter, events, receipt, request

CREATED = Created(trace_id="143-1-82")
WITH_ADDRESS = Created(trace_id="143-1-82", address="https://a.example/1/", registry_id="1", creator="bot")
ASKED, CONCLUDED, TOLD = EventCode.ASKED, EventCode.CONCLUDED, EventCode.TOLD


def test_a_request_that_is_entered_twice_is_stored_once(database: sa.Engine) -> None:
    enter(database, description="ours")
    enter(database, "another")
    found = receipt(database)
    assert (found.name, found.description, found.state, found.region, found.project) == (
        "Team-Shop", "ours", State.UNDER_WAY, "here", "p1",
    )  # fmt: skip
    assert codes(database) == [ASKED]


def test_an_outcome_is_written_where_it_is_news(database: sa.Engine) -> None:
    enter(database, result=CREATED)
    commit(database, writes.concluded(ID, CREATED), writes.concluded(ID, WITH_ADDRESS), writes.concluded(ID, CREATED))
    found = receipt(database)
    assert (found.state, found.trace_id, found.address) == (State.CREATED, "143-1-82", "https://a.example/1/")
    assert (found.registry_id, found.creator) == ("1", "bot")
    assert codes(database) == [ASKED, CONCLUDED, CONCLUDED]


def test_a_later_look_changes_the_row_and_says_who_asked_for_it(database: sa.Engine) -> None:
    enter(database, result=InDoubt(code=Reason.VIEW_UNPROVEN, status=502))
    commit(database, writes.of_note(Concluded(result=WITH_ADDRESS, who="U2"), ID))
    assert (receipt(database).state, receipt(database).code, receipt(database).http_status) == (
        State.CREATED,
        None,
        None,
    )
    *_, first, last = events(database)
    assert (first.details["code"], last.details["state"], last.who) == (Reason.VIEW_UNPROVEN, State.CREATED, "U2")


def test_of_a_request_that_is_not_there_nothing_is_written(database: sa.Engine) -> None:
    commit(database, writes.concluded("T1-V9", CREATED), writes.of_note(Told(route="channel", channel="C1"), "T1-V9"))
    assert codes(database, "T1-V9") == []


def test_where_it_was_told_is_kept(database: sa.Engine) -> None:
    enter(database, result=CREATED)
    note = Told(route="channel", channel="C1", ts="1.2", permalink="https://s.example/archives/C1/p12")
    commit(database, writes.of_note(note, ID), writes.of_note(note, ID))
    found = receipt(database)
    assert (found.message_channel, found.message_ts, found.permalink) == ("C1", "1.2", note.permalink)
    assert found.told_at is not None
    assert codes(database) == [ASKED, CONCLUDED, TOLD]


def test_an_event_that_is_committed_twice_is_stored_once_and_two_of_a_kind_are_stored_twice(
    database: sa.Engine,
) -> None:
    enter(database)
    look = Happened(code=EventCode.LOOKED_UP, trace_id="t1", details={"registries": []})
    first, second = writes.of_note(look, ID), writes.of_note(look, ID)
    commit(database, first, second)
    commit(database, first)
    once = Happened(code=EventCode.GAVE_UP, once=True)
    commit(database, writes.of_note(once, ID), writes.of_note(once, ID))
    assert codes(database) == [ASKED, EventCode.LOOKED_UP, EventCode.LOOKED_UP, EventCode.GAVE_UP]


def test_only_an_unfinished_request_can_be_lost(database: sa.Engine) -> None:
    enter(database, result=CREATED)
    enter(database, what=request("T1-V2"))
    commit(database, writes.lost(ID), writes.lost("T1-V2"), writes.lost("T1-V2"))
    assert (receipt(database).state, receipt(database, "T1-V2").state) == (State.CREATED, State.UNKNOWN)
    assert codes(database, "T1-V2") == [ASKED, EventCode.LOST]


def test_whatever_the_vendor_or_a_person_writes_can_be_stored(database: sa.Engine) -> None:
    enter(database, result=Refused(code="CR.1", message="a\0b \ud83d end"), description="x\0\udc00y")
    found = receipt(database)
    assert (found.message, found.description) == ("a\N{REPLACEMENT CHARACTER}b ? end", "x\N{REPLACEMENT CHARACTER}?y")


_AS_BEFORE = "SELECT number, key, request_id, at, 'U0MALLORY', 'denied', trace_id, details FROM registry_bot_events"
UPSERT = (
    "INSERT INTO registry_bot_events (key, request_id, at, code, details) "
    "VALUES ('T1-V1 asked', 'T1-V1', 1, 'denied', '{}') ON CONFLICT (key) DO UPDATE SET code = excluded.code"
)
REPLACE = (
    "INSERT OR REPLACE INTO registry_bot_events (key, request_id, at, code, details) "
    "VALUES ('T1-V1 asked', 'T1-V1', 1, 'denied', '{}')"
)
REFUSED = {
    "update": "UPDATE registry_bot_events SET code = 'x'",
    "delete": "DELETE FROM registry_bot_events",
    "update from elsewhere": (
        "UPDATE registry_bot_events SET code = r.state FROM registry_bot_requests r WHERE r.id = request_id"
    ),
}
REFUSED_BY_SQLITE = {
    "update or replace": "UPDATE OR REPLACE registry_bot_events SET code = 'x'",
    "replace by number": f"INSERT OR REPLACE INTO registry_bot_events {_AS_BEFORE}",
    "replace the row itself": f"REPLACE INTO registry_bot_events {_AS_BEFORE}",
    "fail": f"INSERT OR FAIL INTO registry_bot_events {_AS_BEFORE}",
}
REFUSED_BY_POSTGRESQL = {
    "upsert": UPSERT,
    "truncate": "TRUNCATE registry_bot_events",
    "truncate with others": "TRUNCATE registry_bot_requests, registry_bot_events RESTART IDENTITY CASCADE",
    "merge": (
        "MERGE INTO registry_bot_events e USING registry_bot_requests r ON r.id = e.request_id "
        "WHEN MATCHED THEN UPDATE SET code = 'x'"
    ),
}


@pytest.mark.parametrize("way", [*REFUSED, *REFUSED_BY_SQLITE, *REFUSED_BY_POSTGRESQL])
def test_what_happened_cannot_be_changed(database: sa.Engine, way: str) -> None:
    of_one_kind = REFUSED_BY_SQLITE if database.dialect.name == "sqlite" else REFUSED_BY_POSTGRESQL
    statements = REFUSED | of_one_kind
    if way not in statements:
        pytest.skip("the other database's word")
    enter(database)
    before = events(database)
    with pytest.raises(sa.exc.DBAPIError, match="append_only"), database.begin() as connection:
        connection.execute(sa.text(statements[way]))
    assert events(database) == before


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
@pytest.mark.parametrize("statement", [REPLACE, UPSERT])
def test_an_event_is_not_replaced_by_another_of_its_key(
    url: str, database: sa.Engine, statement: str, recursive: str
) -> None:
    if database.dialect.name != "sqlite":
        pytest.skip("PostgreSQL refuses it")
    enter(database)
    before = events(database)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as shell, shell:
        shell.execute(f"PRAGMA recursive_triggers={recursive}")
        shell.execute(statement)
    assert events(database) == before


def test_the_subject_is_what_the_feature_says(database: sa.Engine) -> None:
    commit(database, writes.asked(request(), Subject(name="Ünique"), workflow="w", region="r", project=None))
    assert (receipt(database).workflow, receipt(database).name, receipt(database).project) == ("w", "Ünique", None)
