"""The real process with few descriptors, and a thousand connections that send nothing or half a request."""

import asyncio
import contextlib
import os
import resource
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from tests.support.people import ask_for, outcome_of
from tests.support.running import environment_for
from tests.support.terminal import start
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs prlimit(2) to set another process's limits")

CROWD = 1000
HEAD = b"POST /slack/events HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n"
KINDS = (b"", b"GET /heal", HEAD, HEAD + b"\r\nhalf", b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
LOG_MAX = 200_000  # bytes


@pytest.fixture(autouse=True)
def descriptors_for_the_crowd() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2 * CROWD:
        pytest.skip("needs more descriptors than this machine allows")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * CROWD), hard))


class Process:
    """The bot, its port, and how much it has logged."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid
        self.port = 0
        self.log = bytearray()

    async def read(self, listening: asyncio.Event) -> None:
        assert self._process.stderr is not None
        while line := await self._process.stderr.readline():
            self.log += line
            if b"listening on http" in line:
                self.port = int(line.partition(b"listening on http://127.0.0.1:")[2].partition(b'"')[0])
                listening.set()


@contextlib.asynccontextmanager
async def running(
    slack: LocalSlack, cloud: LocalCodeArts, folder: Path, *, descriptors: int | None
) -> AsyncIterator[Process]:
    child = await start("run", environment=environment_for(slack, cloud, folder / "bot.sqlite3"), cwd=folder)
    if descriptors:
        resource.prlimit(child.pid, resource.RLIMIT_NOFILE, (descriptors, descriptors))
    process, listening = Process(child), asyncio.Event()
    reading = asyncio.create_task(process.read(listening))
    try:
        await asyncio.wait_for(listening.wait(), 30)
        slack.request_url = f"http://127.0.0.1:{process.port}/slack/events"
        yield process
        child.terminate()
        assert await asyncio.wait_for(child.wait(), 15) == 0
    finally:
        slack.request_url = None
        if child.returncode is None:
            child.kill()
            await child.wait()
        await reading


async def _is_answered(slack: LocalSlack) -> bool:
    # Without a form, which would still be opening when the next one is counted.
    return (await slack.command("help")).error is None


@contextlib.asynccontextmanager
async def crowd(port: int, count: int) -> AsyncIterator[None]:
    writers = []
    try:
        for number in range(count):
            # Refused and cut ones are as good: the crowd is there either way.
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(KINDS[number % len(KINDS)])
                writers.append(writer)
        yield
    finally:
        for writer in writers:
            writer.transport.abort()


@pytest.mark.parametrize("descriptors", [256, 1024])
async def test_a_crowd_that_sends_nothing_does_not_make_the_bot_deaf(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, descriptors: int
) -> None:
    async with running(slack, cloud, tmp_path, descriptors=descriptors) as bot:
        for name in ("first", "second"):
            async with crowd(bot.port, CROWD):
                assert (await ask_for(slack, name)).error is None
                await outcome_of(slack, name)
    assert {each.display_name for each in cloud.registries} == {"first", "second"}
    assert len(bot.log) < LOG_MAX
    assert "Traceback" not in bot.log.decode()


async def test_where_the_descriptors_run_out_nevertheless_it_costs_a_line_and_others_make_room(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    async with running(slack, cloud, tmp_path, descriptors=None) as bot:
        in_use = len(os.listdir(f"/proc/{bot.pid}/fd"))  # noqa: PTH208  a path would be refused in async code
        resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, (in_use + 20, in_use + 20))
        async with crowd(bot.port, 200):
            await asyncio.sleep(3)  # asyncio tries again each second, and would write a hundred tracebacks each time
            # asyncio accepts nobody for a second after each failure, so the first attempt may come too early.
            await until(lambda: _is_answered(slack))
            await ask_for(slack, "squeezed")
            await outcome_of(slack, "squeezed")
    assert bot.log.count(b"no connection can be accepted") == 1
    assert "Traceback" not in bot.log.decode()
    assert len(bot.log) < LOG_MAX
