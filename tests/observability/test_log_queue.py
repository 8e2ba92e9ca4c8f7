"""A log that nobody reads: the bot keeps working, and dropped lines are counted. With real pipes and processes."""

import asyncio
import json
import logging
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.observability.log_queue import QueuedHandler
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from tests.support.people import ask_for
from tests.support.ports import free_port
from tests.support.running import environment_for
from tests.support.terminal import SOURCES
from tests.support.waiting import until

LINES = 60_000  # more than a pipe and the queue hold
FORMS = 300  # the lines of 249 fill a pipe

# Logs all its lines while nobody reads, then says so on stdout, and ends when it is told to.
_TALKER = f"""
import logging, sys
from bot.observability.logs import set_up_logging
set_up_logging()
for number in range({LINES}):
    logging.getLogger("talker").info("line %s", number)
print("done", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def talker() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", _TALKER],
        env={"PYTHONPATH": str(SOURCES), "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_logging_never_waits_and_the_reader_is_told_what_it_missed(talker: subprocess.Popen[str]) -> None:
    assert talker.stdout is not None
    assert talker.stdout.readline() == "done\n"  # with its stderr full all the while
    _, err = talker.communicate("")
    events = [json.loads(line)["event"] for line in err.splitlines()]
    dropped = [int(found[1]) for event in events if (found := re.match(r"(\d+) log lines were dropped", event))]
    assert sum(dropped) > 0
    assert sum(event.startswith("line ") for event in events) + sum(dropped) == LINES
    assert talker.returncode == 0


def test_a_process_whose_log_nobody_reads_ends_nevertheless(talker: subprocess.Popen[str]) -> None:
    assert talker.stdout is not None
    assert talker.stdin is not None
    assert talker.stdout.readline() == "done\n"
    talker.stdin.close()
    assert talker.wait(20) == 0


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    os.close(writing)


def handler(descriptor: int, characters_max: int = 1000) -> tuple[QueuedHandler, Callable[..., None]]:
    queued = QueuedHandler(descriptor, encoding="ascii", characters_max=characters_max)

    def log(text: str, *arguments: object) -> None:
        known = {"msg": text, "args": arguments, "name": "bot.test", "levelname": "INFO", "levelno": logging.INFO}
        queued.handle(logging.makeLogRecord(known))

    return queued, log


def test_all_is_written_in_order_and_in_an_alphabet_that_the_reader_has(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    queued, log = handler(writing)
    log("one")
    log("团 %s", "two")
    log("%d", "not a number")
    queued.close()
    log("too late")
    assert os.read(reading, 1000).decode("ascii").splitlines() == [
        "one",
        "\\u56e2 two",
        "a log line of bot.test could not be formatted: TypeError",
    ]
    os.close(reading)


def test_a_reader_that_has_gone_costs_nothing(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    queued, log = handler(writing)
    os.close(reading)
    for number in range(100):
        log("line %s", number)
    queued.close()


def test_a_line_longer_than_the_queue_is_written_all_the_same(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    queued, log = handler(writing, characters_max=10)
    log("x" * 100)
    queued.close()
    assert os.read(reading, 1000) == b"x" * 100 + b"\n"
    os.close(reading)


@pytest.fixture
async def unread(slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> AsyncIterator[subprocess.Popen[bytes]]:
    """The bot, with a pipe for its log that is open at both ends and never read."""
    port = str(free_port())
    environment = environment_for(slack, cloud, tmp_path / "bot.sqlite3") | {"PORT": port, "PYTHONPATH": str(SOURCES)}
    reading, writing = os.pipe()
    process = subprocess.Popen(  # noqa: ASYNC220  asyncio's own would read the pipe
        [sys.executable, "-m", "bot", "run"],
        env=environment | {"PATH": os.environ["PATH"]},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=writing,
    )
    os.close(writing)
    try:
        slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        await until(lambda: _listens(int(port)), seconds=30)
        yield process
    finally:
        slack.request_url = None
        process.kill()
        process.wait()
        os.close(reading)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def test_the_bot_keeps_working_when_nobody_reads_its_log(
    unread: subprocess.Popen[bytes], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    for number in range(FORMS):
        delivery = await ask_for(slack, f"unread-{number}")
        assert delivery.error is None, f"form {number} was not answered"
    await slack.wait_for(lambda: len(cloud.registries) == FORMS, timeout=60)
    unread.terminate()
    assert await asyncio.to_thread(unread.wait, 15) == 0
