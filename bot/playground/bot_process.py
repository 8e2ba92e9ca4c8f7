"""The real bot as a child process: started, stopped or killed, with its last lines of output kept."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_COMMAND = (sys.executable, "-m", "bot", "run")
_SECONDS_TO_LEAVE = 3.0
_LAST_LINES = 20
_LAST_BYTES = 16_384


class BotProcess:
    """`python -m bot run` in `workdir`; its output goes to `workdir/bot.log`. It can be started again after it has ended.

    `environment` takes effect at the next start. `told_to_leave`: the current or last process was asked to end.
    """

    def __init__(self, environment: Mapping[str, str], *, workdir: Path, command: Sequence[str] = _COMMAND) -> None:
        self.environment, self._workdir, self._command = environment, workdir, command
        self.told_to_leave = False
        self._changing = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        """The file with the bot's output."""
        return self._workdir / "bot.log"

    async def start(self) -> None:
        """Start it in a separate session: Ctrl-C in the terminal is handled by the demo."""
        async with self._changing:
            self.told_to_leave = False
            await self._start()

    async def _start(self) -> None:
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=self._workdir,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )

    async def wait(self) -> int:
        """Wait until it ends; its exit code (negative: the signal that ended it). Raises RuntimeError before a start."""
        if self._process is None:
            raise RuntimeError("the bot has not been started")
        return await self._process.wait()

    def kill(self) -> None:
        """Kill it, as `kill -9` would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> None:
        """Ask it to end (SIGTERM); kill it if it has not ended after 3 s. Does nothing if it is not running."""
        async with self._changing:
            if self._process is not None and self._process.returncode is None:
                self.told_to_leave = True
                await _leave(self._process)

    def last_lines(self) -> list[str]:
        """The end of its output, at most 20 lines."""
        if not self.log.exists():
            return []
        return self.log.read_bytes()[-_LAST_BYTES:].decode(errors="replace").splitlines()[-_LAST_LINES:]


async def _leave(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        async with asyncio.timeout(_SECONDS_TO_LEAVE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
