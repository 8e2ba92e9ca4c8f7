"""What operators are told in OPS_CHANNEL: once while something is wrong, and by an edit of that message when it is resolved.

There is at most one new message an hour for each cause (`alarm_rules.py`), even after a crash or a rejected message: a problem
that recurs sooner changes the existing message.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from bot import wording
from bot.domain.outcomes import InDoubt, Refused
from bot.slack.blocks import moment_in_mrkdwn
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted, PostResult
from bot.workflow import alarm_store
from bot.workflow.alarm_rules import APART_SECONDS, LOOK_EVERY_SECONDS, Step, StoredAlarm, next_step

_FAILED_SECONDS = 60.0  # before a call that Slack did not carry out is repeated

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """`cause` is its name in the database; `wrong` returns whether there is a problem, None if this process cannot tell."""

    cause: str
    text: str
    wrong: Callable[[], bool | None]


async def nothing() -> None:
    """For alarms that need no preparation."""


class Alarms:
    """`before_look` is awaited before each check of them; `clock` returns seconds since the UTC epoch."""

    def __init__(
        self,
        database: sa.Engine,
        *,
        poster: Poster,
        channel: str,
        alarms: Iterable[Alarm],
        before_look: Callable[[], Awaitable[None]] = nothing,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._poster = poster
        self._channel = channel
        self._alarms = tuple(alarms)
        self._before_look = before_look
        self._clock = clock
        self._failed_at: dict[str, float] = {}

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Check each alarm once. While the database is unavailable nothing is told, because it holds what has been told."""
        await self._before_look()
        try:
            known = await asyncio.to_thread(alarm_store.read, self._database)
        except sa.exc.SQLAlchemyError as error:
            logger.warning("alarms could not be checked (%s)", type(error).__name__, extra={"repeats": True})
            return
        for alarm in self._alarms:
            try:
                await self._look_at(alarm, known.get(alarm.cause))
            except Exception as error:  # noqa: BLE001  an alarm that fails must not end the others
                fields = {"cause": alarm.cause, "repeats": True}
                logger.warning("an alarm could not be checked (%s)", type(error).__name__, extra=fields)

    async def _look_at(self, alarm: Alarm, stored: StoredAlarm | None) -> None:
        now = self._clock()
        step = next_step(stored, wrong=alarm.wrong(), now=now)
        if step is Step.POST:
            await self._post(alarm, stored)
        elif stored is None or step is Step.NOTHING:
            return
        elif step is Step.SEE:
            await self._store(stored, seen_at=now)
        elif step is Step.END:
            await self._end(stored)
        elif now >= self._failed_at.get(alarm.cause, 0) + _FAILED_SECONDS:
            await {Step.SAY: self._say, Step.SAY_OVER: self._say_over, Step.FIND: self._find}[step](alarm, stored)

    async def _post(self, alarm: Alarm, stored: StoredAlarm | None) -> None:
        now = self._clock()
        if not await asyncio.to_thread(alarm_store.begin, self._database, alarm.cause, stored, now=now):
            return
        logger.warning("operators are told: %s", alarm.text, extra={"cause": alarm.cause})
        begun = StoredAlarm(cause=alarm.cause, raised=True, seen_at=now, told_at=now, ts=None)
        text = wording.OPS_WRONG.format(text=alarm.text)
        posted = await self._poster.post(self._channel, {"text": text}, mark=_mark(begun))
        if isinstance(posted, Posted):
            await self._store(begun, ts=posted.ts)
            return
        if not isinstance(posted, InDoubt):
            await self._store(begun, ts="")
        logger.warning("operators could not be told (%s)", posted.code, extra={"cause": alarm.cause})

    async def _say(self, alarm: Alarm, stored: StoredAlarm) -> None:
        if isinstance(await self._edit(stored, wording.OPS_WRONG.format(text=alarm.text)), Posted):
            logger.warning("operators are told: %s", alarm.text, extra={"cause": alarm.cause})
            await self._store(stored, raised=True, seen_at=self._clock())

    async def _say_over(self, alarm: Alarm, stored: StoredAlarm) -> None:
        # Before it is noted, or a process that dies in between would leave the warning; repeating the edit does no harm.
        over = wording.OPS_OVER.format(at=moment_in_mrkdwn(self._clock()), text=alarm.text)
        if isinstance(await self._edit(stored, over), Posted | Refused) and await self._end(stored):
            logger.info("operators are told that it is resolved: %s", alarm.text, extra={"cause": alarm.cause})

    async def _find(self, alarm: Alarm, stored: StoredAlarm) -> None:
        """Find out whether the last message was posted. If Slack does not say, it counts as posted."""
        found = await self._poster.find(self._channel, _mark(stored))
        if isinstance(found, Posted):
            await self._store(stored, ts=found.ts)
        elif found is None:
            await self._store(stored, ts="")
        elif alarm.wrong() and self._clock() - stored.told_at >= APART_SECONDS:
            await self._post(alarm, stored)
        else:
            self._failed_at[stored.cause] = self._clock()

    async def _edit(self, stored: StoredAlarm, text: str) -> PostResult:
        posted = Posted(route="channel", channel=self._channel, ts=stored.ts)
        changed = await self._poster.update(posted, {"text": text}, mark=_mark(stored))
        if not isinstance(changed, Posted):
            self._failed_at[stored.cause] = self._clock()
            logger.warning(
                "a message to operators could not be updated (%s)", changed.code, extra={"cause": stored.cause}
            )
        return changed

    async def _store(self, stored: StoredAlarm, **values: object) -> None:
        await asyncio.to_thread(alarm_store.change, self._database, stored, **values)

    async def _end(self, stored: StoredAlarm) -> bool:
        return await asyncio.to_thread(alarm_store.end, self._database, stored)


def _mark(stored: StoredAlarm) -> Mark:
    # Includes the time, because an older message about the same cause is a different one.
    return Mark(request_id=f"{stored.cause} {stored.told_at:.0f}", role="alarm", since=stored.told_at)
