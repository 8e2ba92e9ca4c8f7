"""The real command in processes of its own that share a database: started, told to leave, killed."""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp

from tests.support.terminal import SOURCES

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Replica:
    """`python -m bot run` on a port of its own, from the tree at `sources`; it dies with the test. Output goes to `log`."""

    def __init__(self, environment: Mapping[str, str], *, log: Path, sources: Path = SOURCES) -> None:
        self.log = log
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(sources),
            "PYTHONUTF8": "1",
            **environment,
            "PORT": str(port),
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Return when it listens. Raises AssertionError with its output when it ends instead."""
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=self.log.parent,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        async with asyncio.timeout(40), aiohttp.ClientSession() as session:
            while not await self.answers(session, "/healthz"):
                assert self._process.returncode is None, self.said
                await asyncio.sleep(0.05)

    async def answers(self, session: aiohttp.ClientSession, path: str) -> bool:
        """Whether it answers 200."""
        try:
            async with session.get(self.address + path) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def tell_to_leave(self) -> None:
        """SIGTERM."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    async def exit_code(self, *, seconds: float) -> int:
        """How it ended. Raises TimeoutError when it has not after `seconds`."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), seconds)

    async def kill(self) -> None:
        """`kill -9`; nothing when it is gone already."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    @property
    def said(self) -> str:
        """All that it logged."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""


@contextlib.asynccontextmanager
async def ending(*replicas: Replica) -> AsyncIterator[None]:
    """Whatever happens, none of them outlives the block."""
    try:
        yield
    finally:
        for replica in replicas:
            await replica.kill()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
