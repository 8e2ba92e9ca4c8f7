"""What a build cannot take up, clocks that were set back, and commits of which nobody knows whether they were made."""

import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.features.create_registry import form_wording
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.bot_process import BotProcess, ending, up
from tests.support.database import rows, statuses, store_input
from tests.support.people import about, ask_for, filled_in, open_form, outcome_of, words
from tests.support.running import environment_for
from tests.support.terminal import command
from tests.support.waiting import until


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
def environment(slack: LocalSlack, cloud: LocalCodeArts, file: Path) -> dict[str, str]:
    return environment_for(slack, cloud, file)


@asynccontextmanager
async def killed_in_the_create_call(
    environment: dict[str, str], slack: LocalSlack, cloud: LocalCodeArts, log: Path
) -> AsyncIterator[BotProcess]:
    """A bot that died while it worked on a request for `shop`, and has not been started again."""
    bot = BotProcess(environment, log=log)
    async with ending([bot]):
        await up(bot)
        slack.request_url = f"{bot.address}/slack/events"
        cloud.faults.add("create", Fault.slow(0.5))
        await ask_for(slack, "shop")
        await cloud.wait_for(lambda: any(call.operation == "create" for call in cloud.calls))
        await bot.kill()
        yield bot


def rename_step(file: Path, request_id: str) -> None:
    statement = "UPDATE operation_outputs SET function_name = 'a step of another build' WHERE workflow_uuid = :id"
    rows(file, statement, {"id": request_id})


def rename_kind(file: Path, request_id: str) -> None:
    rows(file, "UPDATE workflow_status SET name = 'rename_registry' WHERE workflow_uuid = :id", {"id": request_id})


def another_payload(file: Path, request_id: str) -> None:
    ((inputs,),) = rows(file, "SELECT inputs FROM workflow_input WHERE workflow_uuid = :id", {"id": request_id})
    known = json.loads(inputs)
    known["args"][0]["payload"] = {"$type": "RegistryRequestOfTomorrow", "names": ["a", "b"]}
    store_input(file, request_id, json.dumps(known))


def no_json(file: Path, request_id: str) -> None:
    store_input(file, request_id, "neither JSON nor anything else")


@pytest.mark.parametrize("change", [rename_step, rename_kind, another_payload, no_json], ids=lambda each: each.__name__)
async def test_what_this_build_cannot_take_up_costs_one_line_and_its_people_are_told_where_they_are_known(
    environment: dict[str, str],
    slack: LocalSlack,
    cloud: LocalCodeArts,
    file: Path,
    tmp_path: Path,
    change: Callable[[Path, str], None],
) -> None:
    async with killed_in_the_create_call(environment, slack, cloud, tmp_path / "first.log") as bot:
        ((request_id, _),) = statuses(file).items()
        change(file, request_id)
        bot.log = tmp_path / "second.log"
        await up(bot)
        await until(lambda: "cannot be resumed by this build" in bot.said, seconds=60)
        await until(lambda: stuck(environment, tmp_path), seconds=60)
        await ask_for(slack, "other")
        assert "success" in words(await outcome_of(slack, "other"))
        if change in {rename_step, another_payload}:
            await slack.wait_for(lambda: len(waiting(slack)) == 1)
        lines = [line for line in bot.said.splitlines() if request_id in line and '"level": "info"' not in line]
        assert len(lines) <= 4, lines  # DBOS says it when it reads it, and when it tries it
        assert "Traceback" not in bot.said
        assert len([line for line in lines if "cannot be resumed by this build" in line]) == 1
        assert await bot.leave() == 0
        assert statuses(file)[request_id] in {"PENDING", "ENQUEUED"}
        # The second start finds its own message again.
        await up(bot)
        await until(lambda: bot.said.count("cannot be resumed by this build") == 2, seconds=60)
        if change in {rename_step, another_payload}:
            assert len(waiting(slack)) == 1


async def stuck(environment: dict[str, str], folder: Path) -> bool:
    """Whether operators are shown it, and why."""
    shown = await command("requests", "--state", "stuck", environment=environment, cwd=folder)
    return "the running version of the bot cannot continue it" in shown.out


def waiting(slack: LocalSlack) -> list[str]:
    return [
        message.text
        for message in slack.workspace.messages(company.TEAM_SHOP)
        if "has to wait: the running version of the bot cannot continue it" in message.text
    ]


async def test_a_clock_that_was_set_back_does_not_make_a_pause_longer(
    environment: dict[str, str], slack: LocalSlack, cloud: LocalCodeArts, file: Path, tmp_path: Path
) -> None:
    bot = BotProcess(environment, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        slack.request_url = f"{bot.address}/slack/events"
        cloud.faults.add("create", Fault.drop(apply=True))
        await ask_for(slack, "shop", description="Images of the web shop")  # what shows that it is this one
        sleeping = "SELECT function_id FROM operation_outputs WHERE function_name = 'DBOS.sleep'"
        await until(lambda: len(rows(file, sleeping)) >= 1)
        await bot.kill()
        # What a clock that is set back by four minutes makes of the end that was recorded.
        later = (
            "UPDATE operation_outputs SET output = CAST(CAST(output AS REAL) + 240 AS TEXT) WHERE function_name = :name"
        )
        rows(file, later, {"name": "DBOS.sleep"})
        await up(bot)
        assert "success" in words(await outcome_of(slack, "shop"))


# ---- a commit of which nobody knows ----

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
/* Fails once after the file named by FAIL_SYNC has appeared; removing it is the sign that it did. */
static int fails(void) { const char *sign = getenv("FAIL_SYNC"); return sign && unlink(sign) == 0; }
int fsync(int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    if (fails()) { errno = EIO; return -1; }
    return real(fd);
}
int fdatasync(int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
    if (fails()) { errno = EIO; return -1; }
    return real(fd);
}
"""


@pytest.fixture
def failing_sync(tmp_path: Path) -> dict[str, str]:
    """Variables with which a process's next fsync fails, once the file `fail` is there."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("no C compiler")
    source, library = tmp_path / "sync.c", tmp_path / "sync.so"
    source.write_text(SHIM)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "FAIL_SYNC": str(tmp_path / "fail")}


async def test_a_commit_that_could_not_be_synced_is_in_doubt_and_leads_to_one_registry(
    environment: dict[str, str],
    slack: LocalSlack,
    cloud: LocalCodeArts,
    tmp_path: Path,
    failing_sync: dict[str, str],
) -> None:
    bot = BotProcess({**environment, **failing_sync}, log=tmp_path / "bot.log")
    async with ending([bot]):
        await up(bot)
        slack.request_url = f"{bot.address}/slack/events"
        view_id = await open_form(slack)
        (tmp_path / "fail").touch()
        await slack.submit(view_id, filled_in(name="shop"))
        assert not (tmp_path / "fail").exists()
        if slack.views[view_id].open:
            said = slack.views[view_id].errors["registry_name"]
            assert said == form_wording.SAVING_SLOW
            assert "nothing was created" not in said
        await bot.kill()
        await up(bot)
        if not about(slack, "shop") and slack.views[view_id].open:
            await slack.submit(view_id, filled_in(name="shop"))
        assert "success" in words(await outcome_of(slack, "shop"))
    assert [registry.display_name for registry in cloud.registries] == ["shop"]
