"""Processes that end with us: started, asked, measured from outside, killed."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SOURCES = Path(__file__).parents[1]
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_CPUCLOCK_SCHED = 2  # linux/posix-timers.h: the clock of all threads of a process, in nanoseconds
_LAST_BYTES = 4_000
_LIBC = ctypes.CDLL(None)


class ChildDied(Exception):
    """A process ended, or said nothing in time, where it should have answered."""


class Child:
    """`python -m …` in `folder` (so nobody's `.env` is read), its error output in a file there.

    As a context it is stopped at the end. With `asked`, it is spoken to by JSON lines (`ask`).
    """

    def __init__(
        self, *command: str, name: str, folder: Path, environment: Mapping[str, str] | None = None, asked: bool = False
    ) -> None:
        self.name, self._log = name, folder / f"{name.replace(' ', '-')}.log"
        pipe = subprocess.PIPE if asked else subprocess.DEVNULL
        self.started_at = time.perf_counter()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, *command],
                cwd=folder,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCES), "PYTHONUTF8": "1", **(environment or {})},
                stdin=pipe,
                stdout=pipe,
                stderr=log,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  no threads fork here
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def ask(self, question: Mapping[str, Any], *, seconds: float = 120.0) -> dict[str, Any]:
        """Send one line, read one line. Raises ChildDied when it ends or does not answer in time."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise ChildDied(self.last_words()) from None
        return self.hear(seconds=seconds)

    def hear(self, *, seconds: float = 120.0) -> dict[str, Any]:
        """Read one line. Raises ChildDied as `ask` does."""
        assert self._process.stdout is not None
        silence = threading.Timer(seconds, self._process.kill)
        silence.start()
        try:
            line = self._process.stdout.readline()
        finally:
            silence.cancel()
        if not line:
            raise ChildDied(f"nothing within {seconds:.0f} s, or the end\n{self.last_words()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def cpu_seconds(self) -> float:
        """What all its threads have used so far, ended ones included."""
        return time.clock_gettime((~self.pid << 3) | _CPUCLOCK_SCHED)

    def memory(self) -> float:
        """Resident memory in MB (2^20 bytes)."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def stop(self, *, seconds: float = 12.0) -> None:
        """SIGTERM, then SIGKILL. Does nothing when it has ended."""
        if self.alive:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def last_words(self) -> str:
        """The end of its error output, under its name."""
        return f"{self.name}: {self._log.read_bytes()[-_LAST_BYTES:].decode(errors='replace')}"


def _die_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
