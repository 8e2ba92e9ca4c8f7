"""What operators are told in OPS_CHANNEL: once while something is wrong, and by a change of that message when it is over.

Kept in the database, so that several replicas and restarts tell it once. Of one cause there is one new message an hour at
most: what comes back sooner changes the message that stands there.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bot import wording
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted
from bot.workflow.tables import ALARMS

_LOOK_EVERY_SECONDS = 5.0
# Another replica that sees it says so with each of its looks.
_OVER_AFTER_SECONDS = 3 * _LOOK_EVERY_SECONDS
_APART_SECONDS = 60 * 60.0
_AGAIN_SECONDS = 60.0  # after Slack took nothing

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
        self._not_before: dict[str, float] = {}

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
                logger.debug("an alarm could not be looked at (%s)", type(error).__name__, extra={"cause": alarm.cause})

    async def _look_at(self, alarm: Alarm) -> None:
        wrong = alarm.wrong()
        if wrong and self._clock() >= self._not_before.get(alarm.cause, 0):
            message = await asyncio.to_thread(self._begin, alarm.cause)
            if message is not None:
                logger.warning("operators are told: %s", alarm.text, extra={"cause": alarm.cause})
                await self._tell(alarm, message)
        elif wrong is False:
            message = await asyncio.to_thread(self._end, alarm.cause)
            if message:
                logger.info("operators are told that it is over: %s", alarm.text, extra={"cause": alarm.cause})
                at = datetime.fromtimestamp(self._clock(), UTC).strftime("%H:%M UTC")
                await self._change(alarm.cause, message, wording.OPS_OVER.format(at=at, text=alarm.text))

    async def _tell(self, alarm: Alarm, message: str) -> None:
        text = wording.OPS_WRONG.format(text=alarm.text)
        if message:
            await self._change(alarm.cause, message, text)
            return
        posted = await self._poster.post(self._channel, {"text": text}, mark=self._mark(alarm.cause))
        if isinstance(posted, Posted):
            await asyncio.to_thread(self._keep, alarm.cause, ts=posted.ts or "")
            return
        self._not_before[alarm.cause] = self._clock() + _AGAIN_SECONDS
        await asyncio.to_thread(self._keep, alarm.cause, raised=False, told_at=0.0)

    async def _change(self, cause: str, ts: str, text: str) -> None:
        posted = Posted(route="channel", channel=self._channel, ts=ts)
        await self._poster.update(posted, {"text": text}, mark=self._mark(cause))

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
            if row.raised:
                connection.execute(seen.values(seen_at=now))
                return None
            due = now - row.told_at >= _APART_SECONDS or not row.ts
            values = {"raised": True, "seen_at": now, **({"told_at": now} if due else {})}
            first = connection.execute(seen.where(ALARMS.c.raised == sa.false()).values(**values)).rowcount == 1
            return ("" if due else str(row.ts)) if first else None

    def _end(self, cause: str) -> str | None:
        """The message to change, where it was told and nobody sees it any more."""
        mine = (ALARMS.c.cause == cause) & (ALARMS.c.raised == sa.true())
        quiet = mine & (ALARMS.c.seen_at < self._clock() - _OVER_AFTER_SECONDS)
        with self._database.begin() as connection:
            row = connection.execute(sa.select(ALARMS).where(quiet)).one_or_none()
            if row is None:
                return None
            ended = connection.execute(sa.update(ALARMS).where(quiet).values(raised=False)).rowcount == 1
            return row.ts if ended else None

    def _keep(self, cause: str, **values: object) -> None:
        with self._database.begin() as connection:
            connection.execute(sa.update(ALARMS).where(ALARMS.c.cause == cause).values(**values))
