"""(7) What is sent in addition to the message: lines to further channels and the thread, an explanation to the requester."""

import logging
from collections.abc import Iterable
from functools import partial

from bot.domain.news import NewsChannel
from bot.domain.outcomes import Refused
from bot.domain.request import Origin
from bot.slack.blocks import Message
from bot.slack.news import News
from bot.slack.outbound.results import Posted, PostResult
from bot.workflow.delivery_retry import DeliveryRetry
from bot.workflow.durable import Durable
from bot.workflow.routes import Routes

logger = logging.getLogger(__name__)


class Notices:
    """The notices of one execution of a request. By then the requester has been told."""

    def __init__(
        self,
        *,
        origin: Origin,
        durable: Durable,
        routes: Routes,
        retry: DeliveryRetry,
        channels: Iterable[NewsChannel],
    ) -> None:
        self._origin = origin
        self._durable = durable
        self._routes = routes
        self._retry = retry
        self._channels = [each for each in channels if each.channel != origin.channel]

    def any_for(self, news: News) -> bool:
        """Whether anybody is notified apart from the chosen channel and the requester."""
        return bool(self._hearing(news)) or self._thread(news) is not None

    async def spread(self, news: News, told: Posted | None, *, mention: bool, role: str = "") -> None:
        """Notify them. `told`: where the message is; `role` distinguishes these notices from earlier ones."""
        for channel in self._hearing(news):
            result = await self._retry.run(
                partial(self._notify, news.notice, channel, f"{role}notice"), nobody_waits=True
            )
            if isinstance(result, Refused):
                fields = {"channel": channel, "code": result.code}
                logger.warning("NOTIFY_CHANNELS: a channel refused an outcome", extra=fields)
        # After the notices, because a request that an earlier build has changed ends there. What reached the requester alone
        # has notified them.
        if mention and news.reply is not None and told is not None and told.route == "channel" and told.ts is not None:
            await self._say_in(news.reply, told, f"{role}reply")
        if news.thread is not None and (there := self._thread(news)) is not None:
            await self._say_in(news.thread, there, f"{role}thread")

    def _hearing(self, news: News) -> list[str]:
        return [each.channel for each in self._channels if each.hears(name=news.name, failed=news.failed)]

    def _thread(self, news: News) -> Posted | None:
        channel, ts = self._origin.thread_channel, self._origin.thread_ts
        return Posted(route="channel", channel=channel, ts=ts) if news.thread and channel and ts else None

    async def _say_in(self, message: Message, thread: Posted, role: str) -> None:
        result = await self._retry.run(partial(self._reply, message, thread, role), nobody_waits=True)
        if isinstance(result, Refused):
            logger.info("a thread refused a reply", extra={"channel": thread.channel, "code": result.code})

    async def _notify(self, notice: Message, channel: str, role: str, doubtful: bool) -> PostResult:
        return await self._durable.step_once("notice", self._routes.notify, notice, channel, doubtful, role)

    async def _reply(self, message: Message, thread: Posted, role: str, doubtful: bool) -> PostResult:
        return await self._durable.step_once("reply", self._routes.reply, message, thread, doubtful, role)
