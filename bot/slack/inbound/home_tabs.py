"""The Home tab of each person: published when they open it, and again when one of their requests changes.

Changes in quick succession are published together, so that a burst of ten outcomes is one call. Changes are published only
for people who have opened their Home tab, at any replica.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.codes import code_of
from bot.slack.inbound.background import Background

# (user id) → the view.
HomeOf = Callable[[str], Awaitable[dict[str, Any]]]
_CALM_SECONDS = 1.5

logger = logging.getLogger(__name__)


class Visitors(Protocol):
    """Who has ever opened the Home tab. Neither method raises."""

    async def note(self, user_id: str) -> None:
        """Note that this person has."""
        ...

    async def know(self, user_id: str) -> bool:
        """Whether this person has."""
        ...


class HomeTabs:
    """`calm` is how many seconds changes are collected."""

    def __init__(
        self, *, client: AsyncWebClient, background: Background, visitors: Visitors, calm: float = _CALM_SECONDS
    ) -> None:
        self._client = client
        self._background = background
        self._visitors = visitors
        self._calm = calm
        self._home_of: HomeOf | None = None
        self._gathering: set[str] = set()

    def are(self, home_of: HomeOf) -> None:
        """What they show."""
        self._home_of = home_of

    def opened(self, user_id: str) -> None:
        """Somebody opened theirs: publish it now, in the background."""
        self._background.run(self._welcome(user_id))

    def changed(self, user_id: str) -> None:
        """One of their requests has changed: publish the tab soon, once for all changes until then."""
        if user_id not in self._gathering:
            self._gathering.add(user_id)
            self._background.run(self._show_when_calm(user_id))

    async def _welcome(self, user_id: str) -> None:
        # What changes from here on is shown, or is part of what is shown now.
        await self._visitors.note(user_id)
        await self._show(user_id)

    async def _show_when_calm(self, user_id: str) -> None:
        try:
            known = await self._visitors.know(user_id)
            if known:
                await asyncio.sleep(self._calm)
        finally:
            self._gathering.discard(user_id)
        if known:
            await self._show(user_id)

    async def _show(self, user_id: str) -> None:
        if self._home_of is None:
            return
        try:
            await self._client.views_publish(user_id=user_id, view=await self._home_of(user_id))
        except Exception as error:  # noqa: BLE001  it is shown again when it is opened the next time
            logger.warning("a Home tab was not shown", extra={"code": code_of(error)})
