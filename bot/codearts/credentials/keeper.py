"""Keeps the key and renews it: when a call needs one, one renewal at a time, and long before the old one ends.

An old key that is still good is used while it is renewed, and where that fails. Nobody who answers Slack asks for a key.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bot.codearts.credentials.key import Held, Key, NoKey, Source
from bot.codearts.credentials.settings import SettingsKey
from bot.errors import NoCredentials
from bot.redaction import learn

_AGAIN_SECONDS = 5.0  # after a renewal that failed, or a new key that is refused

logger = logging.getLogger(__name__)


class Keeper:
    """Keeps the key of one source. `clock` returns seconds since the UTC epoch."""

    def __init__(self, source: Source, *, clock: Callable[[], float] = time.time) -> None:
        self.source = source
        self._clock = clock
        self._held: Held | None = None
        self._refused: Key | None = None
        self._failure: NoCredentials | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._not_before = self._fresh_until = float("-inf")

    @property
    def renewing(self) -> bool:
        """Whether it asks for a key just now."""
        return self._renewing is not None and not self._renewing.done()

    async def current(self) -> Key:
        """A key to sign with. Raises `NoCredentials` where there is none."""
        if self._held is None or self._held.ended(self._clock()):
            await self._renewed()
            if self._held is None or self._held.ended(self._clock()):
                raise self._failure or NoCredentials(NoKey.FAILED, where=self.source.way)
        elif self._held.key is self._refused:
            await self._renewed()
        elif self._held.due(self._clock()):
            self._renew()
        return self._held.key

    def refused(self, key: Key) -> None:
        """It was not accepted, whatever its end: ask for another one, where there may be one."""
        if self.source.renewable and time.monotonic() >= self._fresh_until:
            self._refused = key

    async def aclose(self) -> None:
        """Ask for nothing more."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)
        await self.source.aclose()

    async def _renewed(self) -> None:
        task = self._renew()
        if task is not None:
            # The others who wait for it go on waiting when one of them is cancelled.
            await asyncio.shield(task)

    def _renew(self) -> asyncio.Task[None] | None:
        """The renewal that is under way, or a new one; None where one has failed a moment ago."""
        if self.renewing:
            return self._renewing
        if time.monotonic() < self._not_before:
            return None
        self._renewing = asyncio.create_task(self._fetch())
        return self._renewing

    async def _fetch(self) -> None:
        try:
            key = await self.source.fetch()
        except NoCredentials as failure:
            self._failed(failure)
        except Exception:
            logger.exception("the access key could not be fetched", extra={"source": self.source.way})
            self._failed(NoCredentials(NoKey.FAILED, where=self.source.way))
        else:
            self._got(key)

    def _got(self, key: Key) -> None:
        if self.source.renewable:  # those of the settings are known
            learn(key.secrets)
        held = Held(key=key, got=self._clock())
        if held.ended(held.got):
            self._failed(NoCredentials(NoKey.ENDED, where=self.source.way))
            return
        self._held, self._failure, self._refused = held, None, None
        self._fresh_until = time.monotonic() + _AGAIN_SECONDS
        if key.ends is not None:
            ends = datetime.fromtimestamp(key.ends, UTC).isoformat(timespec="seconds")
            logger.info("new temporary credentials", extra={"source": self.source.way, "ends": ends})

    def _failed(self, failure: NoCredentials) -> None:
        known = self._failure is not None and self._failure.code == failure.code
        self._failure, self._not_before = failure, time.monotonic() + _AGAIN_SECONDS
        if self._held is not None and not known:
            logger.warning(
                "the credentials could not be renewed; the old ones are used until they end",
                extra={"source": self.source.way, "code": failure.code, "said": failure.said},
            )


def keeper_of(key: Key) -> Keeper:
    """Of a key that is simply given."""
    return Keeper(SettingsKey(key))
