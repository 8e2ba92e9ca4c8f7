"""What the end of the engine needs: to wait for a while, and threads that are not DBOS's."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def use_own_threads() -> None:
    """Give the loop threads of its own, whatever it had before."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())


async def until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Wait for it, for at most `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:  # noqa: ASYNC110  once per process, and nobody to set an event
        await asyncio.sleep(0.02)
