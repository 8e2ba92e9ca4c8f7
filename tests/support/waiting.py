"""Waiting for what tells nobody when it changes."""

import asyncio
from collections.abc import Awaitable, Callable

_SECONDS_BETWEEN_LOOKS = 0.01


async def until(holds: Callable[[], bool | Awaitable[bool]], *, seconds: float = 20.0) -> None:
    """Return as soon as `holds()`, which may be a coroutine. Raises TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
