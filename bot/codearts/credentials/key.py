"""Access keys, and the interface of their sources. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.domain.credentials import Way

_RENEWED_BEFORE_SECONDS = 40 * 60.0  # as the vendor's SDK does
_EXPIRED_BEFORE_SECONDS = 60.0  # a call takes time, and the two clocks differ


class NoKey(StrEnum):
    """Why the answer of a source holds no key (`errors.NoCredentials`)."""

    FILE_UNREADABLE = "key_file_unreadable"
    NO_AGENCY = "key_no_agency"  # the ECS has none
    REFUSED = "key_source_refused"
    BUSY = "key_source_busy"
    UNREADABLE = "key_source_unreadable"
    EXPIRED = "key_expired_already"
    FAILED = "key_source_failed"  # a bug in the bot


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The key that requests are signed with. `expires` is in seconds since the UTC epoch; None: never. The repr is empty."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    expires: float | None = None

    @property
    def secrets(self) -> list[str]:
        """The values that must not be shown."""
        return [each for each in (self.access_key, self.secret_key, self.security_token) if each]


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedKey:
    """A key, and when it was fetched (in seconds since the UTC epoch)."""

    key: Key
    fetched: float

    def due(self, now: float) -> bool:
        """Whether to renew it: 40 minutes before it expires, or in the second half of a short life."""
        return self.key.expires is not None and now >= self.key.expires - min(_RENEWED_BEFORE_SECONDS, self._life / 2)

    def expired(self, now: float) -> bool:
        """Whether it can no longer be used to sign a call."""
        return self.key.expires is not None and now >= self.key.expires - min(_EXPIRED_BEFORE_SECONDS, self._life / 10)

    @property
    def _life(self) -> float:
        return max(0.0, (self.key.expires or self.fetched) - self.fetched)


class Source(Protocol):
    """Where a key comes from.

    `caller` identifies the user of the cloud without revealing a secret; it stays the same when a key is renewed.
    `renewable`: the source may provide another key when this one expires or is refused.
    """

    @property
    def way(self) -> Way:
        """Which source it is."""
        ...

    @property
    def caller(self) -> str:
        """See above."""
        ...

    @property
    def renewable(self) -> bool:
        """See above."""
        ...

    async def fetch(self) -> Key:
        """Fetch a key. Raises `NoCredentials`."""
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...
