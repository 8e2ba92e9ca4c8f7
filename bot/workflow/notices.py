"""(7) What is told beside the message itself: one line to each further channel, and a word to the requester in the thread."""

import logging
from functools import partial

from bot.domain.outcomes import Refused
from bot.slack.blocks import Message
from bot.slack.outbound.results import Posted, PostResult
from bot.workflow.durable import Durable
from bot.workflow.insistence import Insistence
from bot.workflow.routes import Routes

logger = logging.getLogger(__name__)


class Notices:
    """Those of one execution of a request; `channels` are the further ones. Those who asked have been told by then."""

    def __init__(self, *, durable: Durable, routes: Routes, insistence: Insistence, channels: list[str]) -> None:
        self._durable = durable
        self._routes = routes
        self._insistence = insistence
        self.channels = channels

    async def tell(self, notice: Message, *, role: str) -> None:
        """One line to each further channel."""
        for channel in self.channels:
            told = await self._insistence.on(partial(self._notify, notice, channel, role), nobody_waits=True)
            if isinstance(told, Refused):
                fields = {"channel": channel, "code": told.code}
                logger.warning("NOTIFY_CHANNELS: a channel did not take an outcome", extra=fields)

    async def reply(self, message: Message, told: Posted | None, *, role: str) -> None:
        """In the thread of the message, where it stands in a channel: what reached the requester alone has notified them."""
        if told is not None and told.route == "channel" and told.ts is not None:
            await self._insistence.on(partial(self._reply, message, told, role), nobody_waits=True)

    async def _notify(self, notice: Message, channel: str, role: str, doubtful: bool) -> PostResult:
        return await self._durable.step_once("notice", self._routes.notify, notice, channel, doubtful, role)

    async def _reply(self, message: Message, told: Posted, role: str, doubtful: bool) -> PostResult:
        return await self._durable.step_once("reply", self._routes.reply, message, told, doubtful, role)
