"""A backup taken while requests are in the middle of everything, and the bot started on it after the original went on."""

import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.scenarios.test_buttons import NOTED
from tests.support.approving import ALWAYS, answered, approve, decline, question_about, told
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import about, ask_for, outcome_of, words
from tests.support.postgres import fresh_database, need_postgres
from tests.support.running import environment_for
from tests.support.waiting import until

BUSY = Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "busy"}, {"Retry-After": "10"})
NO_RIGHT = Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "{trace_id}"})
HAPPENED = ["asked", "looked_up", "sent", "answered", "concluded", "told"]


class Database:
    """One of either kind, and a backup of it while it is in use, as an operator takes one."""

    def __init__(self, url: str, restored: str) -> None:
        self.url, self.restored = url, restored

    def back_up(self) -> None:
        """Make the second one of the first as it is now."""
        if self.url.startswith("sqlite"):
            with closing(_file(self.url)) as source, closing(_file(self.restored)) as target:
                source.backup(target)
            return
        dump = subprocess.run(["pg_dump", "-Fc", self.url], check=True, capture_output=True, timeout=60).stdout
        subprocess.run(["pg_restore", "-d", self.restored, "--no-owner"], check=True, input=dump, timeout=60)

    def rows(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """All rows of one statement in the restored one."""
        engine = sa.create_engine(self.restored.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def states(self) -> dict[object, object]:
        """How each request stands, by name."""
        return dict(self.rows("SELECT name, state FROM registry_bot_requests"))  # type: ignore[arg-type]

    def events(self, name: str) -> list[object]:
        """What happened to a request, in order."""
        statement = (
            "SELECT e.code FROM registry_bot_events e JOIN registry_bot_requests r ON r.id = e.request_id "
            "WHERE r.name = :name ORDER BY e.number"
        )
        return [code for (code,) in self.rows(statement, name=name)]


def _file(url: str) -> sqlite3.Connection:
    return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        yield Database(f"sqlite:///{tmp_path / 'bot.sqlite3'}", f"sqlite:///{tmp_path / 'restored.sqlite3'}")
        return
    need_postgres()
    with ExitStack() as stack:
        yield Database(*(stack.enter_context(fresh_database("registry_bot")) for _ in range(2)))


@pytest.fixture
async def start(slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> AsyncIterator[Callable[..., BotProcess]]:
    """Makes the real command, on a database; commands and forms go to it."""
    made: list[BotProcess] = []

    def start(url: str, **settings: str) -> BotProcess:
        values = environment_for(slack, cloud, tmp_path / "unused") | NOTED | settings
        values |= {"DATABASE_URL": url, "EXECUTOR_ID": "a", "CODEARTS_READ_TIMEOUT": "60"}
        made.append(BotProcess(values, log=tmp_path / f"{len(made)}.log"))
        slack.request_url = f"{made[-1].address}/slack/events"
        return made[-1]

    async with ending(made):
        yield start


async def test_every_request_of_the_backup_gets_its_true_outcome_and_nothing_is_doubled(
    slack: LocalSlack, cloud: LocalCodeArts, database: Database, start: Callable[..., BotProcess]
) -> None:
    original = start(database.url)
    await up(original)
    await ask_for(slack, "ended")
    await outcome_of(slack, "ended")
    cloud.faults.add("create", NO_RIGHT)
    await ask_for(slack, "refused")
    await outcome_of(slack, "refused")
    slack.faults.add("chat.postMessage", Fault.hang(apply=True))
    await ask_for(slack, "telling")
    await outcome_of(slack, "telling")
    cloud.faults.add("create", BUSY)
    await ask_for(slack, "waits")
    await cloud.wait_for(lambda: creates(cloud) == 4)
    cloud.faults.add("create", Fault.hang(apply=True))
    await ask_for(slack, "calling")
    await cloud.wait_for(lambda: creates(cloud) == 5)
    cloud.faults.add("list", Fault.slow(8))
    await ask_for(slack, "looking")
    database.back_up()

    for name in ("looking", "waits"):
        assert "Status: success" in words(await outcome_of(slack, name))
    await ask_for(slack, "later")
    await outcome_of(slack, "later")
    await original.kill()

    restored = start(database.restored)
    await up(restored)
    await until(lambda: "under_way" not in database.states().values(), seconds=90)
    expected = dict.fromkeys(("ended", "telling", "waits", "calling", "looking"), "created") | {"refused": "refused"}
    assert database.states() == expected
    for name, state in expected.items():
        # The original may have posted it long ago: that the restored one knows of it is told a moment after the state.
        await until(lambda name=name: "told" in database.events(name), seconds=90)  # type: ignore[misc]
        await outcome_of(slack, name)  # one message, and no more
        assert ("Status: success" in words(about(slack, name)[-1])) is (state == "created")
        assert [each for each in database.events(name) if each in {"asked", "sent", "told"}].count("told") == 1
    assert sorted(each.display_name for each in cloud.registries) == sorted(
        ["ended", "telling", "waits", "calling", "looking", "later"]
    )
    assert database.events("ended") == database.events("refused")[:6] == HAPPENED
    assert "Traceback" not in restored.said

    await slack.command("status later")
    await slack.wait_for(lambda: any("by ana, R-" in words(each) for each in slack.messages(company.TEAM_SHOP)))


async def test_what_was_answered_after_the_backup_is_known_from_the_approvers_message(
    slack: LocalSlack, cloud: LocalCodeArts, database: Database, start: Callable[..., BotProcess]
) -> None:
    slack.workspace.channels[company.PLATFORM].members |= {company.BOT_USER}  # or it may not read what is there
    original = start(database.url, **ALWAYS)
    await up(original)
    for name in ("approved", "declined", "waits"):
        await ask_for(slack, name)
        await question_about(slack, name)
    await until(lambda: len(rows_of(database, "waiting")) == 3, seconds=30)
    database.back_up()
    await approve(slack, "approved")
    assert "Status: success" in words(await outcome_of(slack, "approved"))
    await decline(slack, "declined", "We have one already.")
    await told(slack, "declined", "We have one already.")
    await answered(slack, "declined", "Declined")
    await answered(slack, "approved", "Approved")
    await original.kill()

    restored = start(database.restored, **ALWAYS)
    await up(restored)
    for name, last in (("approved", "created"), ("declined", "refused")):
        await until(lambda name=name: "told" in database.events(name), seconds=60)  # type: ignore[misc]
        assert database.states()[name] == last
    assert database.states()["waits"] == "waiting"
    assert "Status: success" in words(await outcome_of(slack, "approved"))  # one message, and no more
    assert "We have one already." in words(await told(slack, "declined", "declined"))
    assert database.rows("SELECT decided_by, decided_why FROM registry_bot_requests WHERE name = 'declined'") == [
        (company.BEN, "We have one already.")
    ]
    await approve(slack, "waits")
    assert "Status: success" in words(await outcome_of(slack, "waits"))
    assert creates(cloud) == 2


def rows_of(database: Database, code: str) -> list[tuple[object, ...]]:
    """The events of this kind in the original."""
    engine = sa.create_engine(database.url.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT key FROM registry_bot_events WHERE code = :code"), {"code": code})
        return [tuple(row) for row in found]


def creates(cloud: LocalCodeArts) -> int:
    return sum(call.operation == "create" for call in cloud.calls)


async def test_where_the_approvers_message_cannot_be_read_no_more_is_said_than_is_known(
    slack: LocalSlack, cloud: LocalCodeArts, database: Database, start: Callable[..., BotProcess]
) -> None:
    rules = {**ALWAYS, "APPROVAL_TTL": "25s"}  # the bot is no member of the channel
    original = start(database.url, **rules)
    await up(original)
    for name in ("shop", "till"):
        await ask_for(slack, name)
        await question_about(slack, name)
    await until(lambda: len(rows_of(database, "waiting")) == 2, seconds=30)
    database.back_up()
    await approve(slack, "shop")
    assert "Status: success" in words(await outcome_of(slack, "shop"))
    await original.kill()

    restored = start(database.restored, **rules)
    await up(restored)
    for name in ("shop", "till"):
        await until(lambda name=name: "told" in database.events(name), seconds=90)  # type: ignore[misc]
    perhaps = words(await told(slack, "shop", "CodeArts has a registry with this name"))
    assert "I know of no answer by the approvers" in perhaps
    assert "Nothing was created" not in perhaps
    await answered(slack, "shop", "If you approved this request before my database was restored")
    certain = words(await told(slack, "till", "was not approved in time"))
    assert "Nothing was created" in certain
    assert creates(cloud) == 1
