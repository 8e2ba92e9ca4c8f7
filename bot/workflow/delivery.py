"""(7) Get the outcome to people: which route, how long, and what is told when the chosen channel refuses.

Order of design 7: the channel chosen in the form; the form's response_url, which works where the bot is no member; a
direct message to the requester. A failed announcement never stops the creation, and is never given up within a day.
"""

import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, repeat

from bot.announce.announcer import Announcer
from bot.announce.results import Doubtful, Later, Posted, PostResult, Refused, Route
from bot.errors import StepCrashed
from bot.registry.models import Outcome, Submission
from bot.workflow.durable import Durable

logger = logging.getLogger(__name__)

ROUTES: tuple[Route, ...] = ("channel", "response_url", "direct_message")

# How the names of the steps begin that come after the outcome is known.
TELLING = ("update", "outcome", "notice", "explain")


def _unheard(_request_id: str, _code: str | None) -> None:
    """In place of `undelivered`, where it is no matter of readiness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """How long to go on posting, in seconds: the pauses between attempts, the last one repeated until `give_up_after`."""

    pauses: tuple[float, ...] = (1, 2, 5, 15, 60, 300)
    give_up_after: float = 24 * 60 * 60
    # "creating" is a courtesy: the creation does not wait for it longer than this.
    courtesy: float = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Where "creating" stands: posted, refused by the chosen channel, or (neither, and `doubtful`) perhaps there."""

    posted: Posted | None = None
    refused: str | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The announcements of one request.

    `undelivered(request_id, code)` is called while an outcome has found no way to anybody, and with None when it has.
    """

    submission: Submission
    durable: Durable
    announcer: Announcer
    persistence: Persistence
    undelivered: Callable[[str, str | None], None]

    async def creating(self, result: PostResult) -> Started:
        """What follows from the first attempt to post "creating": once more, or to the requester alone."""
        if isinstance(result, Later) and (result.retry_after or 0) <= self.persistence.courtesy:
            await self.durable.pause(result.retry_after or 1)
            result = await self._creating("channel")
        if isinstance(result, Refused):
            await self._creating("response_url")
            return Started(refused=result.code)
        if isinstance(result, Posted):
            return Started(posted=result)
        return Started(doubtful=isinstance(result, Doubtful))

    async def outcome(self, outcome: Outcome, started: Started) -> None:
        """Update the message, or find another way to the people; then tell the further channels."""
        if started.posted is None or not await self._updated(outcome, started.posted):
            await self._post_somewhere(outcome, started)
        for channel in self._further_channels:
            told = await self._insist(partial(self._notice, outcome, channel), courtesy=True)
            if isinstance(told, Refused):
                logger.warning("NOTIFY_CHANNELS: %s did not take an outcome (%s)", channel, told.code)

    @property
    def _further_channels(self) -> list[str]:
        return [channel for channel in self.announcer.notify if channel != self.submission.channel]

    async def _updated(self, outcome: Outcome, posted: Posted) -> bool:
        """False when the message cannot be changed any more, because somebody deleted it or archived the channel."""
        if not self._further_channels:
            # What a request does last needs no record of its own: with it the request is finished, and if the process
            # dies before that is stored, updating once more changes nothing. A record costs a sixth of a request.
            last = await self.announcer.update(self.submission, outcome, posted)
            if isinstance(last, Posted):
                return True
        result = await self._insist(partial(self._update, outcome, posted))
        return isinstance(result, Posted)

    async def _post_somewhere(self, outcome: Outcome, started: Started) -> None:
        why = started.refused
        routes = ROUTES if why is None else ROUTES[1:]
        for pause in self._pauses():
            for route in routes:
                # In doubt about a response_url, the next route is taken: the channel is not told twice, and the
                # requester is told for sure.
                result = await self._insist(
                    partial(self._outcome, outcome, route), doubtful=started.doubtful, once=route == "response_url"
                )
                if isinstance(result, Posted):
                    await self._explain(why, result)
                    return
                why = why or result.code
            self.undelivered(self.submission.request_id, why)
            await self.durable.pause(pause)
            routes = ROUTES
        logger.error("request %s: nobody could be told the outcome (%s), given up", self.submission.request_id, why)
        self.undelivered(self.submission.request_id, None)

    async def _insist(
        self,
        attempt: Callable[[bool], Awaitable[PostResult]],
        *,
        doubtful: bool = False,
        once: bool = False,
        courtesy: bool = False,
    ) -> Posted | Refused:
        """Repeat what may work later; an attempt is told when an earlier one may have posted.

        `courtesy`: the people who asked have been told, so nobody waits for this. `once`: what may have been posted
        cannot be looked for, so it is not posted again, and counts as refused.
        """
        undelivered = _unheard if courtesy else self.undelivered
        for pause in self._pauses():
            try:
                result = await attempt(doubtful)
            except StepCrashed as crash:
                # Recorded, so letting it out would crash every resumption in the same place, and nobody would hear.
                result = Doubtful(code=f"crashed, reference {crash.reference}")
            if once and isinstance(result, Doubtful):
                return Refused(code=result.code)
            if isinstance(result, Posted):
                undelivered(self.submission.request_id, None)
            if isinstance(result, Posted | Refused):
                return result
            if not (isinstance(result, Later) and result.retry_after):  # a queue that moves is no trouble
                undelivered(self.submission.request_id, result.code)
            doubtful = doubtful or isinstance(result, Doubtful)
            asked = result.retry_after if isinstance(result, Later) else None
            await self.durable.pause(asked or pause)
        return Refused(code="gave_up")

    def _pauses(self) -> Iterator[float]:
        total = 0.0
        for pause in chain(self.persistence.pauses, repeat(self.persistence.pauses[-1])):
            if total >= self.persistence.give_up_after:
                return
            yield pause
            total += pause

    async def _creating(self, route: Route) -> PostResult:
        return await self.durable.step_once(f"creating: {route}", self._post_creating, route)

    async def _update(self, outcome: Outcome, posted: Posted, _doubtful: bool) -> PostResult:
        return await self.durable.step("update", self.announcer.update, self.submission, outcome, posted)

    async def _outcome(self, outcome: Outcome, route: Route, doubtful: bool) -> PostResult:
        return await self.durable.step_once(f"outcome: {route}", self._post_outcome, outcome, route, doubtful)

    async def _notice(self, outcome: Outcome, channel: str, doubtful: bool) -> PostResult:
        return await self.durable.step_once("notice", self._post_notice, outcome, channel, doubtful)

    async def _explain(self, why: str | None, posted: Posted) -> None:
        if why is not None and posted.route != "channel":
            with contextlib.suppress(StepCrashed):  # the outcome itself has been told
                await self.durable.step("explain", self.announcer.explain, self.submission, why, posted)

    # What follows are the calls that the steps make; the first argument says whether a cut-off step may have made it.

    async def _post_creating(self, may_have_run: bool, route: Route) -> PostResult:
        return await self.announcer.creating(self.submission, route, look_first=may_have_run)

    async def _post_outcome(
        self,
        may_have_run: bool,
        outcome: Outcome,
        route: Route,
        doubtful: bool,
    ) -> PostResult:
        if may_have_run and route == "response_url":
            return Doubtful(code="perhaps_posted")  # cannot be looked for: the requester is told another way
        look_first = may_have_run or doubtful
        return await self.announcer.outcome(self.submission, outcome, route, look_first=look_first)

    async def _post_notice(
        self,
        may_have_run: bool,
        outcome: Outcome,
        channel: str,
        doubtful: bool,
    ) -> PostResult:
        look_first = may_have_run or doubtful
        return await self.announcer.notice(self.submission, outcome, channel, look_first=look_first)
