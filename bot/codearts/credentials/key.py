"""An access key, and what it means that one is temporary. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.domain.credentials import Way

_RENEWED_BEFORE_SECONDS = 40 * 60.0  # as the vendor's SDK does
_ENDED_BEFORE_SECONDS = 60.0  # a call takes time, and the two clocks differ


class NoKey(StrEnum):
    """Why there was no key in what came back (`errors.NoCredentials`)."""

    FILE_UNREADABLE = "key_file_unreadable"
    NO_AGENCY = "key_no_agency"  # the ECS has none
    REFUSED = "key_source_refused"
    BUSY = "key_source_busy"
    UNREADABLE = "key_source_unreadable"
    ENDED = "key_ended_already"
    FAILED = "key_source_failed"  # a mistake of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a request is signed with. `ends` is in seconds since the UTC epoch; None where it has no end. The repr is empty."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    ends: float | None = None

    @property
    def secrets(self) -> list[str]:
        """What nobody may read."""
        return [each for each in (self.access_key, self.secret_key, self.security_token) if each]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A key since the moment it was `got`, in seconds since the UTC epoch."""

    key: Key
    got: float

    def due(self, now: float) -> bool:
        """Whether it is time to renew it: 40 minutes before its end, or in the second half of a short life."""
        return self.key.ends is not None and now >= self.key.ends - min(_RENEWED_BEFORE_SECONDS, self._life / 2)

    def ended(self, now: float) -> bool:
        """Whether it is no use to sign with it any more."""
        return self.key.ends is not None and now >= self.key.ends - min(_ENDED_BEFORE_SECONDS, self._life / 10)

    @property
    def _life(self) -> float:
        return max(0.0, (self.key.ends or self.got) - self.got)


class Source(Protocol):
    """Where a key comes from.

    `caller` tells one user of the cloud from another and says nothing secret; it stays as it is when a key is renewed.
    `renewable`: another key may be had there when this one ends or is refused.
    """

    @property
    def way(self) -> Way:
        """Which one it is."""
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
        """A key. Raises `NoCredentials`."""
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...
