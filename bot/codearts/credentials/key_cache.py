"""Caches the access key and renews it: on demand, one renewal at a time, and long before the old key expires.

A valid key is used while it is being renewed, and after a renewal that failed. No acknowledgement to Slack waits for a key.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self

from bot.codearts.credentials.key import CachedKey, Key, NoKey, Source
from bot.codearts.credentials.settings import SettingsKey
from bot.errors import NoCredentials
from bot.redaction import add_secrets

_AGAIN_SECONDS = 5.0  # after a failed renewal, or after a new key was fetched that is refused

logger = logging.getLogger(__name__)


class KeyCache:
    """The key of one source. `clock` returns seconds since the UTC epoch."""

    def __init__(self, source: Source, *, clock: Callable[[], float] = time.time) -> None:
        self.source = source
        self._clock = clock
        self._cached: CachedKey | None = None
        self._refused: Key | None = None
        self._failure: NoCredentials | None = None
        self._renewal: asyncio.Task[None] | None = None
        self._not_before = self._new_until = float("-inf")

    @classmethod
    def of(cls, key: Key) -> Self:
        """A cache that always returns this key."""
        return cls(SettingsKey(key))

    @property
    def renewing(self) -> bool:
        """Whether a renewal is in progress."""
        return self._renewal is not None and not self._renewal.done()

    async def current(self) -> Key:
        """The key to sign with. Raises `NoCredentials` if there is none."""
        if self._cached is None or self._cached.expired(self._clock()):
            await self._renewed()
            if self._cached is None or self._cached.expired(self._clock()):
                raise self._failure or NoCredentials(NoKey.FAILED, where=self.source.way)
        elif self._cached.key is self._refused:
            await self._renewed()
        elif self._cached.due(self._clock()):
            self._renew()
        return self._cached.key

    def refused(self, key: Key) -> None:
        """This key was refused although it has not expired: fetch another one, if the source can provide one."""
        if self.source.renewable and time.monotonic() >= self._new_until:
            self._refused = key

    async def aclose(self) -> None:
        """Cancel a renewal in progress and close the source."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.gather(self._renewal, return_exceptions=True)
        await self.source.aclose()

    async def _renewed(self) -> None:
        task = self._renew()
        if task is not None:
            # If one caller is cancelled, the others still need the result.
            await asyncio.shield(task)

    def _renew(self) -> asyncio.Task[None] | None:
        """The renewal in progress, or a new one; None if one failed a moment ago."""
        if self.renewing:
            return self._renewal
        if time.monotonic() < self._not_before:
            return None
        self._renewal = asyncio.create_task(self._fetch())
        return self._renewal

    async def _fetch(self) -> None:
        try:
            key = await self.source.fetch()
        except NoCredentials as failure:
            self._failed(failure)
        except Exception:
            logger.exception("the access key could not be fetched", extra={"source": self.source.way})
            self._failed(NoCredentials(NoKey.FAILED, where=self.source.way))
        else:
            self._store(key)

    def _store(self, key: Key) -> None:
        if self.source.renewable:  # those of the settings are known already
            add_secrets(key.secrets)
        cached = CachedKey(key=key, fetched=self._clock())
        if cached.expired(cached.fetched):
            self._failed(NoCredentials(NoKey.EXPIRED, where=self.source.way))
            return
        self._cached, self._failure, self._refused = cached, None, None
        self._new_until = time.monotonic() + _AGAIN_SECONDS
        if key.expires is not None:
            expires = datetime.fromtimestamp(key.expires, UTC).isoformat(timespec="seconds")
            logger.info("new temporary access key", extra={"source": self.source.way, "expires": expires})

    def _failed(self, failure: NoCredentials) -> None:
        known = self._failure is not None and self._failure.code == failure.code
        self._failure, self._not_before = failure, time.monotonic() + _AGAIN_SECONDS
        if self._cached is not None and self.source.renewable:
            # Each attempt may have added an ID token; the key that is still used must not be forgotten for them.
            add_secrets(self._cached.key.secrets)
        if self._cached is not None and not known:
            logger.warning(
                "the access key could not be renewed; the old one is used until it expires",
                extra={"source": self.source.way, "code": failure.code, "said": failure.said},
            )
