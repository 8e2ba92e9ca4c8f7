"""Helpers for closing the engine: waiting with a limit, and threads that do not belong to DBOS."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def use_own_threads() -> None:
    """Replace the loop's default executor with a new one."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())


async def until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Wait until `holds` returns true, for at most `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:  # noqa: ASYNC110  once per process, and nobody to set an event
        await asyncio.sleep(0.02)
