"""What operators do wrong, one at a time: `check` names the cause and what to do, and the start says it in one line."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from tests.support.bad_signatures import BAD_SIGNATURES
from tests.support.bot_process import BotProcess, ending, up
from tests.support.misconfigurations import ROWS, Misconfiguration, World
from tests.support.running import environment_for
from tests.support.terminal import SOURCES, command, start

ALLOWED_MISSES = 2
PAGE = SOURCES / "docs" / "operations.md"
_TABLE = re.compile(r"<!-- misconfigurations -->\n(.*?)<!-- end -->", re.DOTALL)
_CHECKED = "settings and environment checked"


@pytest.fixture
def world(slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> World:
    return World(slack=slack, cloud=cloud, folder=tmp_path)


def environment(world: World, changes: Mapping[str, str | None]) -> dict[str, str]:
    together = {**environment_for(world.slack, world.cloud, world.folder / "bot.sqlite3"), **changes}
    return {name: value for name, value in together.items() if value is not None}


async def started(variables: Mapping[str, str], folder: Path) -> tuple[int | None, list[str], list[dict[str, Any]]]:
    """The exit code of `run` (None: it went on), what it complained of, and its log."""
    process = await start("run", environment=variables, cwd=folder)
    assert process.stderr is not None
    lines: list[str] = []
    try:
        async with asyncio.timeout(60):
            async for line in process.stderr:
                lines.append(line.decode().rstrip("\n"))
                if _CHECKED in lines[-1]:
                    break
            else:
                await process.wait()
    finally:
        code = process.returncode
        if code is None:
            process.kill()
        await process.communicate()
    log = [json.loads(line) for line in lines if line.startswith("{")]
    return code, [line for line in lines if not line.startswith("{")], log


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.cause)
async def test_check_names_the_cause_and_what_to_do_and_creates_nothing(row: Misconfiguration, world: World) -> None:
    async with row.planted(world) as changes:
        finished = await command("check", "--json", environment=environment(world, changes), cwd=world.folder)
    findings = json.loads(finished.out)
    assert [each for each in findings if each["code"] == row.code and row.fix in each["fix"] + each["what"]], findings
    # One cause, one finding; nobody is sent elsewhere.
    wrong = {each["code"] for each in findings if each["level"] == "fix"}
    assert wrong <= {row.code}, findings
    assert (finished.code, finished.err) == (row.check, "")
    assert [call.operation for call in world.cloud.calls if call.operation == "create"] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.cause)
async def test_the_start_says_it_in_one_line(row: Misconfiguration, world: World) -> None:
    async with row.planted(world) as changes:
        code, complaints, log = await started(environment(world, changes), world.folder)
    assert not [line for line in complaints if not line.startswith("registry-bot: ")], complaints
    if row.run:
        assert (code, len(complaints)) == (row.run, 1), (complaints, log)
    else:
        said = [each for each in log if each["level"] in {"warning", "error"}]
        assert (code, complaints, len(said)) == (None, [], row.lines), said
        assert any(row.said in each["event"] for each in log), log


def test_what_check_cannot_name_are_two_of_them_and_it_says_so() -> None:
    unnamed = [row.cause for row in ROWS if row.code.endswith("_untried")]
    assert len(unnamed) <= ALLOWED_MISSES
    assert len(ROWS) >= 40


def test_the_page_for_operators_has_a_line_for_each() -> None:
    found = _TABLE.search(PAGE.read_text())
    assert found is not None
    assert found[1] == table(), "write `table()` into docs/operations.md"


def table() -> str:
    """The rows as the page shows them."""
    lines = ["| what is wrong | the finding | `check` says what to do | its code | `run` |", "|---|---|---|---|---|"]
    for row in ROWS:
        says = "starts, and logs it" if row.lines or row.said else "starts"
        code = row.check if row.check_at_slack is None else f"{row.check_at_slack} ({row.check} if not at Slack itself)"
        lines.append(f"| {row.cause} | `{row.code}` | … {row.fix} … | {code} | {row.run or says} |")
    return "\n".join(lines) + "\n"


async def test_what_is_printed_for_people_has_the_same_findings(world: World) -> None:
    variables = environment(world, {"NOTIFY_CHANNELS": "C0NOWHERE00", "HUAWEICLOUD_SDK_SK": "anothersecretkey"})
    finished = await command("check", environment=variables, cwd=world.folder)
    assert (finished.code, finished.err) == (78, "")
    assert "FIX      NOTIFY_CHANNELS: there is no channel C0NOWHERE00 that the bot can see\n" in finished.out
    assert "         Correct the id, or, if the channel is private, invite the bot there.\n" in finished.out
    assert "FIX      CodeArts: the access key is refused: APIGW.0301" in finished.out
    assert "anothersecretkey" not in finished.out


async def test_beside_the_running_bot_its_ports_and_id_are_its_own_and_it_says_what_it_has_refused(
    world: World, postgres_url: str
) -> None:
    variables = environment(world, {"DATABASE_URL": postgres_url, "EXECUTOR_ID": "replica-1"})
    bot = BotProcess(variables, log=world.folder / "bot.log")
    async with ending([bot]):
        await up(bot)
        world.slack.request_url = f"{bot.address}/slack/events"
        await world.slack.deliver_raw(b"{}", content_type="application/json", **BAD_SIGNATURES[0])
        here = {**variables, "PORT": str(bot.port), "MANAGEMENT_PORT": str(bot.management_port)}
        finished = await command("check", "--json", environment=here, cwd=world.folder)
    assert finished.code == 0, finished.out
    found = [each for each in json.loads(finished.out) if each["code"] == "port_ours"]
    assert len(found) == 2, finished.out
    assert "signatures_refused" in {each["code"] for each in json.loads(finished.out)}
