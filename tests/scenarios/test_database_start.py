"""Databases on which the bot cannot work: found at the start in one line, by `check` beforehand, and by /readyz later."""

import contextlib
import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from bot.playground.slack.server import LocalSlack
from tests.support.bot_process import BotProcess, ending, up
from tests.support.database import rows
from tests.support.people import ask_for, outcome_of, words
from tests.support.postgres import fresh_database, need_postgres, query
from tests.support.running import SIGNING_SECRET
from tests.support.terminal import Finished, command
from tests.support.waiting import until

Environment = dict[str, str]


async def refused(environment: Environment, folder: Path, *, saying: str) -> None:
    """`run` ends with one line, and `check` says the same beforehand."""
    found = await command("check", environment=environment, cwd=folder)
    assert found.code in {75, 78}
    assert saying in found.out
    run = await command("run", environment=environment, cwd=folder)
    assert run.code not in {0, 1}
    (line,) = run.err.splitlines()
    assert line.startswith("registry-bot: DATABASE_URL")
    assert saying in line


async def checked(environment: Environment, folder: Path) -> Finished:
    found = await command("check", environment=environment, cwd=folder)
    assert found.code == 0, found.out
    return found


async def reasons(bot: BotProcess) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.management}/readyz") as answer:
        return "" if answer.status == 200 else await answer.text()


async def makes_a_registry(bot: BotProcess, slack: LocalSlack, name: str = "shop") -> None:
    slack.request_url = f"{bot.address}/slack/events"
    await ask_for(slack, name)
    assert "success" in words(await outcome_of(slack, name))


# ---- PostgreSQL ----


async def test_a_database_that_is_read_only_by_default_is_refused(
    environment: Environment, database: str, tmp_path: Path
) -> None:
    query(database, f"ALTER DATABASE {sa.make_url(database).database} SET default_transaction_read_only = on")
    await refused({**environment, "DATABASE_URL": database}, tmp_path, saying="read-only")


@pytest.mark.parametrize(
    ("option", "saying"),
    [
        ("options=-c%20no_such_parameter%3Dx", "an option in the address is wrong"),
        ("options=-c%20work_mem%3Dmuch", "an option in the address is wrong"),
        ("service=nowhere", "an option in the address is wrong"),
        ("hostaddr=999.1.1.1", "an option in the address is wrong"),
        ("gssencmode=require", "an option in the address is wrong"),
        ("channel_binding=require", "an option in the address is wrong"),
        ("options=-c%20search_path%3Dnowhere", "its search_path names no schema that exists"),
    ],
)
async def test_what_no_restart_mends_ends_as_a_wrong_setting(
    environment: Environment, database: str, tmp_path: Path, option: str, saying: str
) -> None:
    run = await command("run", environment={**environment, "DATABASE_URL": f"{database}?{option}"}, cwd=tmp_path)
    assert (run.code, len(run.err.splitlines())) == (78, 1)
    assert f"cannot be used ({saying})" in run.err


async def test_a_commit_waits_for_the_disk_whatever_the_database_has_by_default(
    environment: Environment, database: str, slack: LocalSlack, tmp_path: Path
) -> None:
    query(database, f"ALTER DATABASE {sa.make_url(database).database} SET synchronous_commit = off")
    bot = BotProcess({**environment, "DATABASE_URL": database}, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        query(database, "CREATE TABLE committed (how text)")
        query(
            database,
            "CREATE FUNCTION how() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO committed VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$",
        )
        for table in ("dbos.workflow_status", "registry_bot_requests", "registry_bot_views"):
            query(database, f"CREATE TRIGGER how BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION how()")
        await makes_a_registry(bot, slack)
    assert query(database, "SELECT DISTINCT how FROM committed") == [("on",)]


async def test_one_that_becomes_read_only_while_the_bot_runs_makes_it_unready(
    environment: Environment, database: str, tmp_path: Path
) -> None:
    bot = BotProcess({**environment, "DATABASE_URL": database}, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        assert await reasons(bot) == ""
        name = sa.make_url(database).database
        query(database, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        query(
            database,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )

        async def unready() -> bool:
            return "the database cannot be used" in await reasons(bot)

        await until(unready)
        assert str(name) not in await reasons(bot)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
async def test_what_is_no_file_is_refused_and_left_as_it_is(
    environment: Environment, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    # Run by root with sqlite:////dev/null, the bot took that device from everybody else on the machine.
    path = tmp_path / "nothing-of-ours"
    make(path)
    path.chmod(0o777)
    await refused({**environment, "DATABASE_URL": f"sqlite:///{path}"}, tmp_path, saying="is not a file")
    assert stat.S_IMODE(path.stat().st_mode) == 0o777


@contextlib.contextmanager
def a_role(database: str) -> Iterator[str]:
    """The database, as a role that may connect and make nothing."""
    role = f"no_ddl_{os.getpid()}"
    query(database, f"CREATE ROLE {role} LOGIN PASSWORD 'only-for-this-test'")
    try:
        yield (
            sa.make_url(database)
            .set(username=role, password="only-for-this-test")
            .render_as_string(hide_password=False)
        )
    finally:
        query(database, f"DROP OWNED BY {role}")
        query(database, f"DROP ROLE {role}")


async def test_a_role_that_may_make_no_tables_is_refused_until_they_are_there_and_then_suffices(
    environment: Environment, database: str, slack: LocalSlack, tmp_path: Path
) -> None:
    query(database, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with a_role(database) as url:
        role = sa.make_url(url).username
        await refused({**environment, "DATABASE_URL": url}, tmp_path, saying="may not do")
        maker = BotProcess({**environment, "DATABASE_URL": database}, log=tmp_path / "maker.log")
        async with ending([maker]):
            await up(maker)
            assert await maker.leave() == 0
        for schema in ("public", "dbos"):
            query(database, f"GRANT USAGE ON SCHEMA {schema} TO {role}")
            rights = "SELECT, INSERT, UPDATE, DELETE"
            query(database, f"GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {role}")
            query(database, f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}")
        await checked({**environment, "DATABASE_URL": url}, tmp_path)
        bot = BotProcess({**environment, "DATABASE_URL": url}, log=tmp_path / "bot.log")
        async with ending([bot]):
            await up(bot)
            assert await reasons(bot) == ""
            await makes_a_registry(bot, slack)
            assert await bot.leave() == 0


async def prepared(environment: Environment, log: Path) -> None:
    bot = BotProcess(environment, log=log)
    async with ending([bot]):
        await up(bot)
        assert await bot.leave() == 0


@pytest.mark.parametrize(
    ("change", "saying"),
    [
        ("UPDATE dbos.dbos_migrations SET version = 9999", "made by a newer version of the bot"),
        ("ALTER TABLE dbos.workflow_status DROP COLUMN recovery_attempts CASCADE", "recovery_attempts"),
        ("DROP TABLE dbos.operation_outputs CASCADE", "operation_outputs"),
    ],
)
async def test_tables_of_a_newer_build_or_broken_ones_are_refused(
    environment: Environment, database: str, tmp_path: Path, change: str, saying: str
) -> None:
    environment = {**environment, "DATABASE_URL": database}
    await prepared(environment, tmp_path / "bot.log")
    query(database, change)
    await refused(environment, tmp_path, saying=saying)


async def test_tables_that_break_while_the_bot_runs_make_it_unready(
    environment: Environment, database: str, tmp_path: Path
) -> None:
    bot = BotProcess({**environment, "DATABASE_URL": database}, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        query(database, "DROP TABLE dbos.operation_outputs CASCADE")

        async def unready() -> bool:
            return "its tables are incomplete" in await reasons(bot)

        await until(unready)


def files(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir() if "sqlite" in each.name]


async def test_check_leaves_nothing_in_a_database_and_no_file_where_there_was_none(
    environment: Environment, database: str, tmp_path: Path
) -> None:
    await checked({**environment, "DATABASE_URL": database}, tmp_path)
    found = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    assert query(database, found) == [(0,)]
    assert query(database, "SELECT to_regnamespace('dbos') IS NULL") == [(True,)]
    await checked(environment, tmp_path)
    assert files(tmp_path) == []


# ---- SQLite ----


@pytest.mark.parametrize(
    ("change", "saying"),
    [
        ("UPDATE dbos_migrations SET version = 9999", "made by a newer version of the bot"),
        ("DROP TABLE operation_outputs", "operation_outputs"),
    ],
)
async def test_a_file_of_a_newer_build_or_a_broken_one_is_refused(
    environment: Environment, tmp_path: Path, change: str, saying: str
) -> None:
    await prepared(environment, tmp_path / "bot.log")
    rows(tmp_path / "bot.sqlite3", change)
    await refused(environment, tmp_path, saying=saying)


async def test_a_file_that_is_no_database_is_refused(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3").write_bytes(b"this is a letter to my aunt\n" * 100)
    await refused(environment, tmp_path, saying="file is not a database")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB that exists for real."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=False)
    if mounted.returncode != 0:
        pytest.skip("not permitted to mount a tmpfs")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> None:
    with contextlib.suppress(OSError), (folder / "ballast").open("ab", buffering=0) as ballast:
        while True:
            ballast.write(b"x" * 1024)


async def test_a_full_disk_is_found_by_check_by_the_start_and_by_readyz(
    environment: Environment, slack: LocalSlack, small_disk: Path, tmp_path: Path
) -> None:
    environment = {**environment, "DATABASE_URL": f"sqlite:///{small_disk / 'bot.sqlite3'}"}
    fill(small_disk)
    await refused(environment, tmp_path, saying="full")
    (small_disk / "ballast").unlink()
    await checked(environment, tmp_path)
    bot = BotProcess(environment, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        await makes_a_registry(bot, slack)
        fill(small_disk)

        async def unready() -> bool:
            return "the database cannot be used" in await reasons(bot)

        await until(unready)
        (small_disk / "ballast").unlink()

        async def ready() -> bool:
            return not await reasons(bot)

        await until(ready)
        await makes_a_registry(bot, slack, "again")


# ---- two installations ----


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(
    "other",
    [{"CODEARTS_ENDPOINT": "http://127.0.0.1:9"}, {"HUAWEICLOUD_SDK_DOMAIN_ID": "another-account"}],
    ids=["another cloud", "another account"],
)
async def test_a_second_installation_on_the_same_database_is_refused_and_the_first_is_not(
    environment: Environment, slack: LocalSlack, tmp_path: Path, kind: str, other: Environment
) -> None:
    with contextlib.ExitStack() as stack:
        if kind == "postgresql":
            need_postgres()
            environment = {**environment, "DATABASE_URL": stack.enter_context(fresh_database("installation"))}
        await prepared(environment, tmp_path / "first.log")
        second = await command("run", environment={**environment, **other}, cwd=tmp_path)
        assert second.code not in {0, 1}
        (line,) = [line for line in second.err.splitlines() if "DATABASE_URL" in line]
        assert "this database belongs to another installation" in line
        assert "Traceback" not in second.err
        # Keys are changed while the account stays.
        bot = BotProcess({**environment, "SLACK_SIGNING_SECRET": SIGNING_SECRET}, log=tmp_path / "again.log")
        async with ending([bot]):
            await up(bot)
            await makes_a_registry(bot, slack)
