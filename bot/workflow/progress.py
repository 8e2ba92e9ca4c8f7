"""The progress message: a courtesy that is posted only if the outcome takes a while.

It is not a recorded step. After a crash the message is found again by its mark; the outcome replaces it.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.outcomes import InDoubt, NotApplied, Refused
from bot.domain.request import Request
from bot.slack.blocks import Message
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted, PostResult

# With a longer queue before the channel, the outcome will be there before this message would be.
_QUEUE_MAX_SECONDS = 3.0
# What a dead process sent in its last moment has arrived by then, so that no second message is posted.
_IN_FLIGHT_SECONDS = 10.0
_SECONDS_BETWEEN_LOOKS = 0.2

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The progress message was `posted`, was `refused` with a code, or may have been posted (`doubtful`)."""

    posted: Posted | None = None
    refused: str | None = None
    doubtful: bool = False


class ProgressMessage:
    """The progress message of one execution. `for_requester` is shown only to the requester, if it cannot be posted.

    After `long_after` it changes into `long`, unless it says something else by then. Both times are in seconds. `resumed`: an
    earlier execution may have posted it, and then the outcome, unless this one is `ahead` of the records. The messages are
    built when they are needed. `standing`: the message that is there already, to be changed instead of posting another.
    """

    def __init__(
        self,
        *,
        poster: Poster,
        request: Request,
        mark: Mark,
        message: Callable[[], Message],
        for_requester: Callable[[], Message],
        long: Callable[[], Message],
        after: float,
        long_after: float,
        resumed: bool,
        ahead: Callable[[], bool],
        standing: Progress | None = None,
    ) -> None:
        self._poster = poster
        self._ahead = ahead
        self._origin = request.origin
        self._mark = mark
        self._first = self._message = message
        self._for_requester = for_requester
        self._resumed = resumed
        self._standing = standing
        self._shown: Callable[[], Message] | None = None if standing else message
        self._posting = False
        self._task: asyncio.Task[Progress] | None = None
        # Timers, not tasks that sleep: most requests are over before, and cancelling a timer costs nothing.
        loop = asyncio.get_running_loop()
        self._timers = (
            loop.call_later(0 if resumed else after, self._start),
            loop.call_later(long_after, self._say_long, long),
        )

    def say(self, message: Callable[[], Message]) -> None:
        """Set the text of the message, and change the message if it is already posted."""
        self._message = message
        if self._task is not None and self._task.done() and not self._task.cancelled() and not self._task.exception():
            self._task = asyncio.create_task(self._kept_current(self._task.result()))

    async def settle(self) -> Progress:
        """Stop, because the outcome is known. Wait for a post in progress, and return where the message is."""
        for timer in self._timers:
            timer.cancel()
        if self._task is None:
            return self._standing or Progress(doubtful=self._resumed)
        if not self._posting:
            self._task.cancel()
        (result,) = await asyncio.gather(self._task, return_exceptions=True)
        if isinstance(result, Progress):
            return result
        if not isinstance(result, asyncio.CancelledError):
            logger.error("the progress message failed", exc_info=result)
        return self._standing or Progress(doubtful=self._posting or self._resumed)

    def _say_long(self, message: Callable[[], Message]) -> None:
        if self._message is self._first:
            self.say(message)

    def _start(self) -> None:
        self._task = asyncio.create_task(self._find_or_post() if self._resumed or self._standing else self._post())

    async def _find_or_post(self) -> Progress:
        # Until then the message may be the outcome, and must not become "creating" again.
        while not self._ahead():  # noqa: ASYNC110  only after a crash, and nobody to set an event
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        if self._standing is not None:
            return await self._kept_current(self._standing)
        for pause in (_IN_FLIGHT_SECONDS, None):
            found = await self._poster.find(self._origin.channel, self._mark)
            if isinstance(found, Posted):
                return await self._kept_current(Progress(posted=found))
            if found is not None:
                break  # it may be there, and a second one might never be changed
            if pause is None:
                return await self._post()
            await asyncio.sleep(pause)
        return Progress(doubtful=True)

    async def _post(self) -> Progress:
        if self._poster.delay(self._origin.channel) > _QUEUE_MAX_SECONDS:
            return Progress()
        self._posting = True
        result = await self._to_channel()
        if isinstance(result, NotApplied) and (result.retry_after or 0) <= _QUEUE_MAX_SECONDS:
            await asyncio.sleep(result.retry_after or 1)
            result = await self._to_channel()
        match result:
            case Posted():
                return await self._kept_current(Progress(posted=result))
            case Refused(code=code):
                await self._to_requester()
                return Progress(refused=code)
            case _:
                return Progress(doubtful=isinstance(result, InDoubt))

    async def _kept_current(self, progress: Progress) -> Progress:
        """Change the posted message until it has the latest text."""
        while progress.posted is not None and self._shown is not self._message:
            self._posting, self._shown = True, self._message
            await self._poster.update(progress.posted, self._message(), mark=self._mark)
        return progress

    async def _to_channel(self) -> PostResult:
        self._shown = self._message
        return await self._poster.post(self._origin.channel, self._message(), mark=self._mark)

    async def _to_requester(self) -> None:
        if self._origin.response_url:
            body = {**self._for_requester(), "response_type": "ephemeral"}
            await self._poster.respond(self._origin.response_url, body, channel=self._origin.channel)
