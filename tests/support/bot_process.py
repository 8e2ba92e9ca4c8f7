"""The real command in processes of its own: started, told to leave, killed, started again with the same settings."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import aiohttp

from tests.support.ports import free_port
from tests.support.terminal import SOURCES

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LAST_CHARACTERS = 6_000


class BotDied(Exception):
    """The bot ended without being told to."""


class BotProcess:
    """`python -m MODULE …` on a port of its own, from the tree at `sources`; it dies with the test.

    With `program`, that is started instead, and finds its modules by itself.

    The output of all its lives goes to `log`. It runs in the folder of its log, so that nobody's `.env` is read.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        log: Path,
        name: str = "the bot",
        module: Sequence[str] = ("bot", "run"),
        sources: Path = SOURCES,
        program: Sequence[str] = (),
    ) -> None:
        self.name, self.log = name, log
        self._command = program or (sys.executable, "-m", *module)
        self.port, self.management_port = free_port(), free_port()
        self._environment = {
            "PATH": os.environ["PATH"],
            **({} if program else {"PYTHONPATH": str(sources)}),
            "PYTHONUTF8": "1",
            **environment,
            "PORT": str(self.port),
            "MANAGEMENT_PORT": str(self.management_port),
        }
        self._process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        """Where it listens when it does."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def management(self) -> str:
        """Where it says how it is."""
        return f"http://127.0.0.1:{self.management_port}"

    @property
    def alive(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start a life; it does not listen yet."""
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=self.log.parent,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    async def listening(self, *, seconds: float = 40.0) -> None:
        """Return once it answers. Raises BotDied when it ended instead, TimeoutError when it does neither."""
        async with asyncio.timeout(seconds), aiohttp.ClientSession() as session:
            while not await _answers(session, f"{self.address}/healthz"):
                self.check()
                await asyncio.sleep(0.02)

    def check(self) -> None:
        """Raises BotDied when it is not alive, with the end of its log."""
        if not self.alive:
            code = self._process.returncode if self._process else None
            raise BotDied(f"{self.name} ended by itself with exit code {code}\n{self.last_words()}")

    async def kill(self) -> None:
        """`kill -9`, and wait until it is gone. Does nothing when it is."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def tell_to_leave(self) -> None:
        """SIGTERM. Raises BotDied when it is not alive."""
        self.check()
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    async def exit_code(self, *, seconds: float = 12.0) -> int:
        """How it ended. Raises TimeoutError, after killing it, when it does not within `seconds`."""
        assert self._process is not None
        try:
            return await asyncio.wait_for(self._process.wait(), seconds)
        finally:
            await self.kill()

    async def leave(self, *, seconds: float = 12.0) -> int:
        """SIGTERM; its exit code. Raises TimeoutError, after killing it, when it does not leave in time."""
        self.tell_to_leave()
        return await self.exit_code(seconds=seconds)

    @property
    def said(self) -> str:
        """All that it logged, in all its lives."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def last_words(self) -> str:
        """The end of its output."""
        return self.said[-_LAST_CHARACTERS:]


@contextlib.asynccontextmanager
async def ending(processes: Sequence[BotProcess]) -> AsyncIterator[None]:
    """Whatever happens, none of them outlives the block; more may be added to the list meanwhile."""
    try:
        yield
    finally:
        for each in processes:
            await each.kill()


async def up(*processes: BotProcess) -> None:
    """Start them all, and return when each listens."""
    await asyncio.gather(*(each.start() for each in processes))
    await asyncio.gather(*(each.listening() for each in processes))


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
