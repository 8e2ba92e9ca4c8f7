"""The SQLite file of the real process: for its owner only, with one owner whatever its path, and watched while it is used."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack.server import LocalSlack
from tests.support.bot_process import BotProcess, ending, up
from tests.support.people import about, ask_for, filled_in, open_form, outcome_of, words
from tests.support.running import environment_for
from tests.support.terminal import SOURCES, command
from tests.support.waiting import until

REFUSED = "Your request was not accepted and nothing was created"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def environment(slack: LocalSlack, cloud: LocalCodeArts, folder: Path) -> dict[str, str]:
    return environment_for(slack, cloud, folder / "bot.sqlite3")


@contextlib.asynccontextmanager
async def running(environment: dict[str, str], slack: LocalSlack, log: Path) -> AsyncIterator[BotProcess]:
    bot = BotProcess(environment, log=log)
    async with ending([bot]):
        await up(bot)
        slack.request_url = f"{bot.address}/slack/events"
        yield bot


async def reasons(bot: BotProcess) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.management}/readyz") as answer:
        return "" if answer.status == 200 else await answer.text()


# ---- one owner ----


@pytest.mark.parametrize("way", ["symlink", "hard link", "symlink to the folder", "lock removed", "both"])
async def test_a_second_bot_on_the_same_file_is_refused_by_whatever_path_it_comes(
    environment: dict[str, str], slack: LocalSlack, folder: Path, tmp_path: Path, way: str
) -> None:
    async with running(environment, slack, tmp_path / "bot.log") as bot:
        other = tmp_path / "other.sqlite3"
        match way:
            case "symlink" | "both":
                other.symlink_to(folder / "bot.sqlite3")
            case "hard link":
                other.hardlink_to(folder / "bot.sqlite3")
            case "symlink to the folder":
                (tmp_path / "elsewhere").symlink_to(folder)
                other = tmp_path / "elsewhere" / "bot.sqlite3"
            case _:
                other = folder / "bot.sqlite3"
        if way in {"lock removed", "both"}:
            (folder / "bot.sqlite3.lock").unlink()
        second = {**environment, "DATABASE_URL": f"sqlite:///{other}", "PORT": "0"}
        done = await command("run", environment=second, cwd=tmp_path, seconds=50)
        assert done.code != 0
        assert "is in use by another registry-bot. Stop that one first" in done.err
        assert "Traceback" not in done.err
        await ask_for(slack, "shop")
        assert "success" in words(await outcome_of(slack, "shop"))
        assert await bot.leave() == 0


def test_a_lock_that_may_not_be_written_is_refused(folder: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make files of somebody else")
    lock = folder / "bot.sqlite3.lock"
    lock.touch(mode=0o644)
    folder.chmod(0o777)
    for each in (tmp_path, *tmp_path.parents[:-1]):
        each.chmod(each.stat().st_mode | 0o011)
    # Everything is imported before the process becomes nobody, who may not read where Python lies.
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom bot.errors import SettingsError\n"
        "from bot.workflow.database import open_database\nfrom bot.workflow.ownership import take_ownership\n"
        f"import sqlalchemy.dialects.sqlite.pysqlite\nengine_url = 'sqlite:///{folder}/bot.sqlite3'\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try:\n    take_ownership(open_database(engine_url), executor_id=None, host='h')\n"
        "except SettingsError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert "bot.sqlite3.lock cannot be locked" in done.stdout, done.stderr


# ---- watched ----


def replace(file: Path) -> None:
    copy = file.with_name("copy")
    shutil.copy(file, copy)
    copy.replace(file)


def copy_over(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file.with_name("other"))) as other:
        other.execute("CREATE TABLE something (else_ INTEGER)")
        other.commit()
    shutil.copyfile(file.with_name("other"), file)


def truncate(file: Path) -> None:
    os.truncate(file, 0)


def cut(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(file, file.stat().st_size // 2)


def delete_the_log(file: Path) -> None:
    file.with_name(f"{file.name}-wal").unlink()


@pytest.mark.parametrize(
    "change",
    [Path.unlink, replace, copy_over, truncate, cut, delete_the_log],
    ids=lambda change: change.__name__,
)
async def test_a_file_that_is_not_the_one_that_was_opened_makes_the_bot_unready_and_takes_no_form(
    environment: dict[str, str],
    slack: LocalSlack,
    cloud: LocalCodeArts,
    folder: Path,
    tmp_path: Path,
    change: Callable[[Path], object],
) -> None:
    async with running(environment, slack, tmp_path / "bot.log") as bot:
        await ask_for(slack, "before")
        await outcome_of(slack, "before")
        assert await reasons(bot) == ""
        view_id = await open_form(slack)
        change(folder / "bot.sqlite3")

        async def unready() -> bool:
            return "the database file was" in await reasons(bot)

        await until(unready)
        await slack.submit(view_id, filled_in(name="after"))
        assert slack.views[view_id].errors["registry_name"].startswith(REFUSED)
        assert str(folder) not in await reasons(bot)
        assert await bot.leave() == 0
    assert [registry.display_name for registry in cloud.registries] == ["before"]


async def test_a_file_that_is_vacuumed_and_copied_meanwhile_is_still_the_same(
    environment: dict[str, str], slack: LocalSlack, folder: Path, tmp_path: Path
) -> None:
    async with running(environment, slack, tmp_path / "bot.log") as bot:
        for name in ("one", "two"):
            await ask_for(slack, name)
            await outcome_of(slack, name)
            with contextlib.closing(sqlite3.connect(folder / "bot.sqlite3", timeout=30)) as somebody:
                somebody.execute("VACUUM")
                somebody.execute(f"VACUUM INTO '{tmp_path / name}.sqlite3'")
                somebody.execute("PRAGMA wal_checkpoint(PASSIVE)")
        await asyncio.sleep(5)  # two looks
        assert await reasons(bot) == ""
        assert "while the bot used it" not in bot.said


# ---- for its owner only ----


def others_may(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir() if stat.S_IMODE(each.stat().st_mode) & 0o077]


async def test_nobody_else_can_read_it_and_no_address_to_post_to_stays_in_it(
    environment: dict[str, str], slack: LocalSlack, cloud: LocalCodeArts, folder: Path, tmp_path: Path
) -> None:
    for name in ("bot.sqlite3", "bot.sqlite3.lock"):
        (folder / name).touch(mode=0o666)
        (folder / name).chmod(0o666)
    cloud.faults.add("create", Fault.slow(1))
    async with running(environment, slack, tmp_path / "bot.log"):
        await ask_for(slack, "shop")
        await cloud.wait_for(lambda: any(call.operation == "create" for call in cloud.calls))
        assert response_urls(folder), "it is kept while the request is under way"
        await outcome_of(slack, "shop")
        assert others_may(folder) == []
        await until(lambda: not response_urls(folder))
        await ask_for(slack, "second")
        await outcome_of(slack, "second")
        await until(lambda: not response_urls(folder))


def response_urls(folder: Path) -> list[str]:
    """The files in which one stands."""
    return [each.name for each in folder.iterdir() if each.is_file() and b"/response" in each.read_bytes()]


async def test_a_killed_bot_still_knows_where_to_answer(
    environment: dict[str, str], slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    cloud.faults.add("create", Fault.slow(1.0))
    refusal = Fault.answer(body={"ok": False, "error": "not_in_channel"})
    slack.faults.add("chat.postMessage", refusal, times=None)
    async with running(environment, slack, tmp_path / "bot.log") as bot:
        await ask_for(slack, "shop")
        await cloud.wait_for(lambda: any(call.operation == "create" for call in cloud.calls))
        await bot.kill()
        await asyncio.sleep(1)
        await up(bot)

        def told() -> bool:
            return any(message.via == "response_url" for message in about(slack, "shop"))

        await slack.wait_for(told, timeout=150)
