"""What is exported: all of it, in order, each line complete by itself, whatever is in it."""

import csv
import json

import sqlalchemy as sa

from bot.domain.outcomes import Refused
from bot.ledger import audit, writes
from bot.ledger.exports import FORMATS
from bot.ledger.models import EventCode
from bot.playground.slack import company
from tests.ledger.entries import commit, enter, request

DENIED = {
    "rule": "guest",
    "value": [],
    "unknown": False,
    "door": "command",
    "team": None,
    "channel": company.TEAM_SHOP,
    "name": "=cmd()",
    "requester_name": "ben",
}


def filled(database: sa.Engine) -> None:
    enter(database, "shop", Refused(code="CR.4102", message="no right", trace_id="143-1"), what=request(at=1000.0))
    commit(database, writes.happened("denied-1", EventCode.DENIED, who=company.BEN, details=DENIED, key="denied 1"))
    commit(database, writes.happened("T1-V1", EventCode.SEEN, who=company.CHIARA))


def exported(database: sa.Engine, form: str, **when: float) -> list[str]:
    with database.connect() as connection:
        return list(FORMATS[form](audit.entries(connection, **when)))


def test_each_line_says_what_it_is_about(database: sa.Engine) -> None:
    filled(database)
    rows = [json.loads(line) for line in exported(database, "jsonl")]
    assert [row["event"] for row in rows] == ["asked", "concluded", "denied", "seen"]
    assert [row["number"] for row in rows] == sorted(row["number"] for row in rows)
    assert rows[0]["at"] == "1970-01-01T00:16:40.000Z"
    for row in (rows[0], rows[1], rows[3]):
        about = (row["reference"], row["name"], row["requester"], row["requester_name"], row["channel"], row["region"])
        assert about == ("R-7K2F9", "shop", company.ANA, "ana", company.TEAM_SHOP, "here")
    assert (rows[1]["details"]["code"], rows[1]["trace_id"]) == ("CR.4102", "143-1")
    assert (rows[3]["who"], rows[3]["request"]) == (company.CHIARA, "T1-V1")
    denied = rows[2]
    assert (denied["reference"], denied["requester"], denied["name"]) == (None, company.BEN, "=cmd()")
    assert denied["details"] == {"rule": "guest", "value": [], "unknown": False}


def test_the_formats_say_the_same_and_a_spreadsheet_calculates_nothing(database: sa.Engine) -> None:
    filled(database)
    objects = [json.loads(line) for line in exported(database, "jsonl")]
    rows = list(csv.DictReader(exported(database, "csv")))
    assert [row["event"] for row in rows] == [each["event"] for each in objects]
    assert [json.loads(row["details"]) for row in rows] == [each["details"] for each in objects]
    assert rows[2]["name"] == "'=cmd()"
    shown = exported(database, "table")
    assert len(shown) == 1 + len(rows)
    assert 'rule="guest"' in shown[3]


def test_from_when_and_until_when(database: sa.Engine) -> None:
    for number in range(4):
        enter(database, f"shop-{number}", what=request(f"T1-{number}", at=1000.0 + number))
    lines = exported(database, "jsonl", since=1001.0, until=1003.0)
    assert [json.loads(line)["name"] for line in lines] == ["shop-1", "shop-2"]


def test_nothing_that_controls_a_terminal_comes_out_of_a_table(database: sa.Engine) -> None:
    details = {**DENIED, "name": "a\x1b[31m\nb"}
    commit(database, writes.happened("denied-1", EventCode.DENIED, who=company.BEN, details=details, key="1"))
    lines = exported(database, "table")
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)


def test_one_event_for_one_key(database: sa.Engine) -> None:
    for _ in range(2):
        commit(database, writes.happened("denied-1", EventCode.DENIED, who=company.BEN, details=DENIED, key="denied 1"))
    assert len(exported(database, "jsonl")) == 1
