"""What operators are told in OPS_CHANNEL: once while something is wrong, and by a change of that message when it is over.

Kept in the database, so that several replicas and restarts tell it once. Of one cause there is one new message an hour at
most: what comes back sooner changes the message that stands there.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot import wording
from bot.domain.outcomes import Refused
from bot.slack.blocks import moment_in_mrkdwn
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted, PostResult
from bot.workflow.tables import ALARMS

_LOOK_EVERY_SECONDS = 5.0
# Another replica that sees it says so with each of its looks.
_OVER_AFTER_SECONDS = 3 * _LOOK_EVERY_SECONDS
_APART_SECONDS = 60 * 60.0
_AGAIN_SECONDS = 60.0  # after Slack took nothing, or whoever told it died

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """`cause` is its name in the database; `wrong` says whether it is so: None where this process does not know."""

    cause: str
    text: str
    wrong: Callable[[], bool | None]


class Alarms:
    """`before_look` is awaited before each look at them; `clock` gives seconds since the UTC epoch."""

    def __init__(
        self,
        database: sa.Engine,
        *,
        poster: Poster,
        channel: str,
        alarms: Iterable[Alarm],
        before_look: Callable[[], Awaitable[None]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._poster = poster
        self._channel = channel
        self._alarms = tuple(alarms)
        self._before_look = before_look
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            await self.look()

    async def look(self) -> None:
        """At each of them. While the database is away nothing is told: who told what stands there."""
        await self._before_look()
        for alarm in self._alarms:
            try:
                await self._look_at(alarm)
            except Exception as error:  # noqa: BLE001  an alarm that fails must not end the others
                fields = {"cause": alarm.cause, "repeats": True}
                logger.warning("an alarm could not be looked at (%s)", type(error).__name__, extra=fields)

    async def _look_at(self, alarm: Alarm) -> None:
        wrong = alarm.wrong()
        if wrong:
            message = await asyncio.to_thread(self._begin, alarm.cause)
            if message is not None:
                logger.warning("operators are told: %s", alarm.text, extra={"cause": alarm.cause})
                await self._tell(alarm, message)
        elif wrong is False and (row := await asyncio.to_thread(self._quiet, alarm.cause)):
            if row.ts and not await self._told_that_it_is_over(alarm, row.ts):
                return
            if await asyncio.to_thread(self._end, row) and row.ts:
                logger.info("operators are told that it is over: %s", alarm.text, extra={"cause": alarm.cause})

    async def _tell(self, alarm: Alarm, message: str) -> None:
        text = wording.OPS_WRONG.format(text=alarm.text)
        if message:
            told = await self._change(alarm.cause, message, text)
        else:
            told = await self._poster.post(self._channel, {"text": text}, mark=self._mark(alarm.cause))
        # Without a message to change, a new one is due in a minute.
        await asyncio.to_thread(self._keep, alarm.cause, ts=told.ts if isinstance(told, Posted) else None)
        if not isinstance(told, Posted):
            logger.warning("operators could not be told (%s)", told.code, extra={"cause": alarm.cause})

    async def _told_that_it_is_over(self, alarm: Alarm, ts: str) -> bool:
        """Before it is noted, or a process that dies in between leaves the warning; twice the same edit does no harm."""
        at = moment_in_mrkdwn(self._clock())
        changed = await self._change(alarm.cause, ts, wording.OPS_OVER.format(at=at, text=alarm.text))
        return isinstance(changed, Posted | Refused)

    async def _change(self, cause: str, ts: str, text: str) -> PostResult:
        posted = Posted(route="channel", channel=self._channel, ts=ts)
        return await self._poster.update(posted, {"text": text}, mark=self._mark(cause))

    def _mark(self, cause: str) -> Mark:
        return Mark(request_id=cause, role="alarm", since=self._clock())

    def _begin(self, cause: str) -> str | None:
        """Where it is news to everybody: the message to change, or "" where a new one is due. Else None."""
        now = self._clock()
        with self._database.begin() as connection:
            row = connection.execute(sa.select(ALARMS).where(ALARMS.c.cause == cause)).one_or_none()
            if row is None:
                values = {"cause": cause, "raised": True, "seen_at": now, "told_at": now}
                connection.execute(sa.insert(ALARMS).values(**values))
                return ""
            seen = sa.update(ALARMS).where(ALARMS.c.cause == cause)
            untold = not row.ts and now - row.told_at >= _AGAIN_SECONDS
            if row.raised and not untold:
                connection.execute(seen.values(seen_at=now))
                return None
            due = untold or now - row.told_at >= _APART_SECONDS
            values = {"raised": True, "seen_at": now, **({"told_at": now, "ts": None} if due else {})}
            as_it_was = (ALARMS.c.raised == row.raised) & (ALARMS.c.told_at == row.told_at)
            first = connection.execute(seen.where(as_it_was).values(**values)).rowcount == 1
            return ("" if due else row.ts) if first else None

    def _quiet(self, cause: str) -> sa.Row[Any] | None:
        """Where it was raised and nobody sees it any more."""
        quiet = (ALARMS.c.raised == sa.true()) & (ALARMS.c.seen_at < self._clock() - _OVER_AFTER_SECONDS)
        with self._database.connect() as connection:
            return connection.execute(sa.select(ALARMS).where(ALARMS.c.cause == cause, quiet)).one_or_none()

    def _end(self, row: sa.Row[Any]) -> bool:
        """False where another replica has ended it, or sees it again."""
        mine = (ALARMS.c.cause == row.cause) & (ALARMS.c.raised == sa.true()) & (ALARMS.c.seen_at == row.seen_at)
        with self._database.begin() as connection:
            return connection.execute(sa.update(ALARMS).where(mine).values(raised=False)).rowcount == 1

    def _keep(self, cause: str, **values: object) -> None:
        with self._database.begin() as connection:
            connection.execute(sa.update(ALARMS).where(ALARMS.c.cause == cause).values(**values))
