"""How many requests have no outcome yet, in the whole installation: read from the database, and cached for a moment."""

import time
from collections.abc import Awaitable, Callable, Collection

from bot.errors import LedgerUnavailable
from bot.ledger.ledger import Ledger
from bot.ledger.queries import UnderWay
from bot.observability.metrics import Metrics
from bot.workflow.undelivered import Undelivered

_KEPT_SECONDS = 5.0


class Pending:
    """The last numbers from the database; None while it does not answer. `refresh` reads them.

    `standing_still` returns the stuck requests.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        standing_still: Callable[[], Awaitable[Collection[str]]],
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._standing_still = standing_still
        self._stuck: int | None = None
        self._clock, self._monotonic = clock, monotonic
        self._known: UnderWay | None = None
        self._asked_at: float | None = None

    async def refresh(self) -> None:
        """Read the numbers, unless that was a moment ago."""
        if self._asked_at is not None and self._monotonic() - self._asked_at < _KEPT_SECONDS:
            return
        self._asked_at = self._monotonic()
        try:
            self._known = await self._ledger.under_way()
            self._stuck = len(await self._standing_still()) if self._known.count or self._known.waiting else 0
        except LedgerUnavailable:
            self._known = self._stuck = None

    def count(self) -> float | None:
        """How many."""
        return self._known.count if self._known else None

    def stuck(self) -> float | None:
        """How many of them are stuck."""
        return self._stuck

    def waiting(self) -> float | None:
        """How many wait for an approval; they are not counted among the others."""
        return self._known.waiting if self._known else None

    def oldest_seconds(self) -> float | None:
        """The age of the oldest of them in seconds; 0 if there is none."""
        if self._known is None:
            return None
        return max(0.0, self._clock() - self._known.oldest) if self._known.oldest is not None else 0.0


def show_engine(metrics: Metrics, *, pending: Pending, undelivered: Undelivered) -> None:
    """Register the metrics about pending requests."""
    metrics.gauge("registry_bot_pending", "Requests without an outcome, of all replicas", pending.count)
    metrics.gauge(
        "registry_bot_oldest_pending_seconds", "How long the oldest of them has been waiting", pending.oldest_seconds
    )
    metrics.gauge("registry_bot_stuck", "Those of them that are stuck", pending.stuck)
    metrics.gauge(
        "registry_bot_approvals_waiting", "Requests waiting for an approval, of all replicas", pending.waiting
    )
    metrics.gauge(
        "registry_bot_undelivered",
        "Outcomes that could not be delivered to anybody yet",
        lambda: float(len(undelivered)),
    )
