"""`show`, `requests` and `migrate` as processes: beside a database that nobody runs, and one that the bot is running on."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import Settings
from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created
from bot.ledger.tables import VERSION
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.workflow.database import open_database
from bot.workflow.tables import prepare
from tests.ledger.entries import enter, request
from tests.support.database import rows
from tests.support.people import ask_for
from tests.support.running import all_finished, running_bot
from tests.support.terminal import Finished, command

ADDRESS = "https://a.example/1/"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
def filled(file: Path) -> Path:
    database = open_database(f"sqlite:///{file}")
    prepare(database)
    enter(database, "shop", Created(trace_id="143-1-82", address=ADDRESS), description="ours\x1b[31m\nred")
    enter(
        database,
        "cart",
        Refused(code="CR.4102", message="no right"),
        what=request("T1-V2", reference="R-CART2", at=2e9),
    )
    enter(
        database, "till", InDoubt(code=Reason.VIEW_UNPROVEN), what=request("T1-V3", reference="R-TLL33", by=company.BEN)
    )
    enter(database, "pos", what=request("T1-V4", reference="R-PS444", at=1.0))
    database.dispose()
    return file


async def asked(file: Path, *arguments: str) -> Finished:
    return await command(*arguments, environment={"DATABASE_URL": f"sqlite:///{file}"}, cwd=file.parent)


async def test_show_says_all_that_is_known_and_what_happened(filled: Path) -> None:
    shown = await asked(filled, "show", "143-1-82")
    assert (shown.code, shown.err) == (0, "")
    lines = dict(line.split(": ", 1) for line in shown.out.splitlines() if ": " in line)
    assert (lines["name"], lines["status"], lines["address"]) == ("shop", "success", ADDRESS)
    assert lines["description"] == "ours red"
    events = shown.out.split("events:\n")[1].splitlines()
    assert [line.split()[1] for line in events] == ["asked", "concluded"]
    assert "\x1b" not in shown.out


async def test_show_as_json_is_one_object_with_its_events(filled: Path) -> None:
    shown = await asked(filled, "show", "CART", "--json")
    (line,) = shown.out.splitlines()
    row = json.loads(line)
    assert (row["name"], row["state"], row["status"], row["code"]) == ("cart", "refused", "error", "CR.4102")
    assert row["reason"] == "CR.4102: no right"
    assert row["asked_at"] == "2033-05-18T03:33:20Z"
    assert [event["code"] for event in row["events"]] == ["asked", "concluded"]


async def test_what_is_not_there_ends_with_1_and_says_what_is_near(filled: Path) -> None:
    shown = await asked(filled, "show", "shpo")
    assert (shown.code, shown.out) == (1, "")
    assert shown.err == (
        "registry-bot: There is no request with this name, reference, address or trace id. Similar names: shop.\n"
    )
    shown = await asked(filled, "show", "nothing-like-it")
    assert shown.err.endswith(" trace id. `registry-bot requests` lists what was requested in Slack.\n")


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ((), ["cart", "till", "shop", "pos"]),
        (("--mine", company.BEN), ["till"]),
        (("--state", "unconfirmed"), ["till"]),
        (("--state", "creating"), ["pos"]),
        (("--since", "2030-01-01"), ["cart"]),
        (("--limit", "1"), ["cart"]),
    ],
    ids=str,
)
async def test_requests_lists_them_newest_first(filled: Path, options: tuple[str, ...], names: list[str]) -> None:
    listed = await asked(filled, "requests", "--json", *options)
    assert [json.loads(line)["name"] for line in listed.out.splitlines()] == names
    assert listed.code == 0
    as_text = await asked(filled, "requests", *options)
    assert [line.split()[3] for line in as_text.out.splitlines()] == names


async def test_an_invalid_time_is_wrong_usage(filled: Path) -> None:
    wrong = await asked(filled, "requests", "--since", "yesterday")
    assert wrong.code == 64
    assert "a day such as 2026-11-26" in wrong.err


async def test_they_can_be_asked_while_the_bot_is_at_work(
    settings: Callable[..., Settings], slack: LocalSlack, file: Path
) -> None:
    async with running_bot(settings(), slack):
        await ask_for(slack, "shop")
        await all_finished()
        shown = await asked(file, "show", "shop", "--json")
        assert json.loads(shown.out)["status"] == "success"
        await ask_for(slack, "cart")
        await all_finished()
    assert len(rows(file, "SELECT 1 FROM registry_bot_requests")) == 2


# ---- where there is no ledger ----


@pytest.mark.parametrize("what", [("show", "shop"), ("requests",)], ids=str)
async def test_without_a_database_or_a_ledger_one_line_says_what_to_do(file: Path, what: tuple[str, ...]) -> None:
    missing = await asked(file, *what)
    assert (missing.code, missing.err.count("\n")) == (78, 1)
    assert "is not there" in missing.err
    assert rows(file, "SELECT name FROM sqlite_master") == []
    rows(file, "CREATE TABLE something (else_ TEXT)")
    empty = await asked(file, *what)
    assert (empty.code, empty.err.count("\n")) == (78, 1)
    assert "registry-bot migrate" in empty.err


async def test_migrate_makes_it_and_with_sql_only_says_how(file: Path) -> None:
    rows(file, "CREATE TABLE something (else_ TEXT)")
    said = await asked(file, "migrate", "--sql")
    assert (said.code, said.err) == (0, "")
    assert "CREATE TABLE registry_bot_events" in said.out
    assert rows(file, "SELECT name FROM sqlite_master WHERE type = 'table'") == [("something",)]
    assert (await asked(file, "migrate")).code == 0
    assert (await asked(file, "migrate", "--sql")).out == "-- nothing is missing\n"
    assert (await asked(file, "requests")).code == 0


async def test_a_ledger_of_a_newer_build_ends_run_with_78_in_one_line(
    settings: Callable[..., Settings], filled: Path
) -> None:
    rows(filled, f"UPDATE {VERSION.name} SET version_num = '9999'")
    for arguments in (("show", "shop"), ("migrate",), ("migrate", "--sql")):
        refused = await asked(filled, *arguments)
        assert (refused.code, refused.err.count("\n")) == (78, 1), refused
        assert "newer version" in refused.err


# ---- audit ----


async def test_audit_exports_everything_beside_a_bot_at_work(
    settings: Callable[..., Settings], slack: LocalSlack, file: Path
) -> None:
    async with running_bot(settings(ALLOWED_USERS=company.ANA), slack):
        await ask_for(slack, "shop", channel=company.SECRET_PROJECT)
        await all_finished()
        await slack.command("cart", user=company.BEN)
        await slack.command("status shop", user=company.BEN)
        await slack.command("status shop", user=company.ANA)
        exported = await asked(file, "audit")
    assert (exported.code, exported.err) == (0, "")
    rows = [json.loads(line) for line in exported.out.splitlines()]
    events = [row["event"] for row in rows]
    assert {"asked", "sent", "answered", "concluded", "told", "denied", "seen"} <= set(events)
    assert [row["number"] for row in rows] == sorted({row["number"] for row in rows})
    assert [(row["who"], row["name"]) for row in rows if row["event"] == "denied"] == [(company.BEN, "cart")]
    # Who may not see it has not seen it.
    assert [(row["who"], row["name"]) for row in rows if row["event"] == "seen"] == [(company.ANA, "shop")]
    assert all(row["name"] and row["requester"] and row["channel"] for row in rows)
    assert "/response/" not in exported.out
    assert "xoxb-" not in exported.out


@pytest.mark.parametrize(("form", "begins"), [("csv", "number,at,event,"), ("table", "at  ")])
async def test_audit_in_other_formats_and_of_a_time(filled: Path, form: str, begins: str) -> None:
    exported = await asked(filled, "audit", "--format", form, "--since", "2001-01-01")
    assert exported.out.startswith(begins)
    assert "cart" in exported.out
    assert "1970-" not in exported.out
    assert (await asked(filled, "audit", "--until", "whenever")).code == 64


async def test_what_is_stuck_is_found_behind_any_number_of_young_ones(filled: Path) -> None:
    database = open_database(f"sqlite:///{filled}")
    for number in range(5):
        enter(database, f"young{number}", what=request(f"T1-Y{number}", reference=f"R-YNG{number}", at=time.time()))
    database.dispose()
    stuck = await asked(filled, "requests", "--state", "stuck", "--limit", "2")
    assert ["R-PS444" in line for line in stuck.out.splitlines()] == [True], stuck


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("audit", "--since", "2026-12-01", "--until", "2026-11-01"), "--since is not before --until"),
        (("requests", "--limit", "0"), "a number from 1 on"),
        (("requests", "--limit", "-1"), "a number from 1 on"),
    ],
)
async def test_a_question_that_nothing_can_answer_is_no_empty_answer(
    filled: Path, arguments: tuple[str, ...], why: str
) -> None:
    asked_ = await asked(filled, *arguments)
    assert (asked_.code, asked_.out, why in asked_.err) == (64, "", True)
