"""The real command in a process of its own, with exactly the environment that a test gives it."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What a command left behind: exit code, and the text of its two streams."""

    code: int
    out: str
    err: str


async def start(*arguments: str | bytes, environment: Mapping[str, str], cwd: Path) -> asyncio.subprocess.Process:
    """`python -m bot …`, started."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot"),
        *arguments,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCES), "PYTHONUTF8": "1", **_measured(), **environment},
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def command(*arguments: str | bytes, environment: Mapping[str, str], cwd: Path, seconds: float = 30) -> Finished:
    """`python -m bot …`, waited for. Raises TimeoutError when it does not end."""
    process = await start(*arguments, environment=environment, cwd=cwd)
    try:
        out, err = await asyncio.wait_for(process.communicate(), seconds)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Finished(code=process.returncode, out=out.decode(), err=err.decode())


def _measured() -> dict[str, str]:
    """What coverage.py hands to the processes that it is to measure; nothing where it does not run."""
    return {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
