"""The Home tab of each person: shown when they open it, and again when something of theirs has changed.

What changes within a moment is shown at once: one burst of ten outcomes is one call. Only those who have opened theirs since
this process started are shown changes; everybody else is shown all of it when they open it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.codes import code_of
from bot.slack.inbound.background import Background

# (user id) → the view.
HomeOf = Callable[[str], Awaitable[dict[str, Any]]]
_CALM_SECONDS = 1.5
_PEOPLE_MAX = 10_000

logger = logging.getLogger(__name__)


class HomeTabs:
    """`calm` is how many seconds changes are gathered."""

    def __init__(self, *, client: AsyncWebClient, background: Background, calm: float = _CALM_SECONDS) -> None:
        self._client = client
        self._background = background
        self._calm = calm
        self._home_of: HomeOf | None = None
        # Who has opened it, in the order in which they last did.
        self._opened: dict[str, None] = {}
        self._gathering: set[str] = set()

    def are(self, home_of: HomeOf) -> None:
        """What they show."""
        self._home_of = home_of

    def opened(self, user_id: str) -> None:
        """Somebody looks at theirs: show it now, in the background."""
        self._opened.pop(user_id, None)
        self._opened[user_id] = None
        if len(self._opened) > _PEOPLE_MAX:
            del self._opened[next(iter(self._opened))]
        self._background.run(self._show(user_id))

    def changed(self, user_id: str) -> None:
        """Something of theirs has changed: show it soon, once for all that changes until then."""
        if user_id in self._opened and user_id not in self._gathering:
            self._gathering.add(user_id)
            self._background.run(self._show_when_calm(user_id))

    async def _show_when_calm(self, user_id: str) -> None:
        try:
            await asyncio.sleep(self._calm)
        finally:
            self._gathering.discard(user_id)
        await self._show(user_id)

    async def _show(self, user_id: str) -> None:
        if self._home_of is None:
            return
        try:
            await self._client.views_publish(user_id=user_id, view=await self._home_of(user_id))
        except Exception as error:  # noqa: BLE001  it is shown again when it is opened the next time
            logger.warning("a Home tab was not shown", extra={"code": code_of(error)})
