"""Socket Mode's timeouts, and its pauses before it connects again. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

_DOUBLINGS_MAX = 16  # far beyond `retry_max`; keeps the power small
# Slack replaces connections as it likes. Only one that never lets any live is slowed down, below its own limit of calls.
_SHORT_LIVED_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All in seconds.

    `first_attempt`: how long the start waits before it continues without a connection. `hello`: from a connection URL to
    Slack's hello. `silence`: how long nothing may arrive, pongs included, before a connection is given up. `retry`: the
    pause after a first failure, doubled after each further one up to `retry_max`. `stable`: a connection that lasted this
    long makes the pauses short again. `linger`: how long a replaced connection may stay open.
    """

    first_attempt: float = 5.0
    hello: float = 10.0
    silence: float = 30.0
    retry: float = 0.5
    retry_max: float = 30.0
    stable: float = 30.0
    linger: float = 15.0


class Backoff:
    """The pause before the next connection. `jitter` gives numbers from 0 to 1, so that replicas do not return at once."""

    def __init__(self, timing: Timing, *, jitter: Callable[[], float]) -> None:
        self._timing = timing
        self._jitter = jitter
        self._failures = 0
        self._short_lived = 0
        self._requested = 0.0

    def attempt_failed(self, *, retry_after: float | None = None) -> None:
        """A connection could not be opened; `retry_after` is how long Slack asked to wait."""
        self._failures += 1
        self._requested = retry_after or 0.0

    def connection_ended(self, *, lasted: float, announced: bool) -> None:
        """A connection ended. If Slack announced it, that is not a failure, however long the connection lasted.

        Without an announcement it is the first failure after a stable connection, otherwise one more.
        """
        stable = lasted >= self._timing.stable
        self._short_lived = 0 if stable else self._short_lived + 1
        if announced and self._short_lived <= _SHORT_LIVED_MAX:
            self._failures = 0
        else:
            self._failures = 1 if stable else self._failures + 1
        self._requested = 0.0

    def pause(self) -> float:
        """How long to wait now."""
        if not self._failures:
            return 0.0
        longest = min(self._timing.retry_max, self._timing.retry * 2.0 ** min(self._failures - 1, _DOUBLINGS_MAX))
        return max(self._requested, longest * (0.5 + 0.5 * self._jitter()))
