"""Watches from outside whether the bot is up, with the same probe that an operator uses: `GET /readyz`."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Literal

import aiohttp

BotState = Literal["starting", "up", "down"]

_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_WHILE_NOT_UP = 0.15
_TIMEOUT = aiohttp.ClientTimeout(total=2.0)
_LONGEST_DETAIL = 300


class BotWatch:
    """Probes `ready_url` repeatedly. `state` is "starting" until the first 200, then "up" or "down".

    `detail` says why the bot is not up: the probe's answer, or that nothing answers.
    """

    def __init__(self, ready_url: str, *, changed: Callable[[], None]) -> None:
        self.ready_url = ready_url
        self.state: BotState = "starting"
        self.detail = ""
        self._was_up = self._leaves = False
        self._changed = changed
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start probing."""
        self._task = asyncio.create_task(self._watch())

    def starts_again(self) -> None:
        """Note that the bot is being restarted: it counts as starting from now on."""
        self._leaves, self._was_up = True, False
        self._note(None)

    def ended(self) -> None:
        """Note that the bot's process has ended."""
        self._leaves = False
        self._note("It has just ended.")

    async def stop(self) -> None:
        """Stop probing."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            while True:
                self._note(await self._reason_not_ready(session))
                await asyncio.sleep(_SECONDS_BETWEEN_LOOKS if self.state == "up" else _SECONDS_WHILE_NOT_UP)

    async def _reason_not_ready(self, session: aiohttp.ClientSession) -> str | None:
        try:
            async with session.get(self.ready_url) as answer:
                body = await answer.text(errors="replace")
        except (aiohttp.ClientError, TimeoutError, OSError):
            return "Nothing answers at its address."
        return None if answer.ok else body[:_LONGEST_DETAIL]

    def _note(self, reason: str | None) -> None:
        if self._leaves:
            reason = "It is starting again."
        self._was_up = self._was_up or reason is None
        state: BotState = "up" if reason is None else "down" if self._was_up else "starting"
        if (state, reason or "") != (self.state, self.detail):
            self.state, self.detail = state, reason or ""
            self._changed()
