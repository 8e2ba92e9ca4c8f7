"""How many requests nobody has an outcome of yet, in the whole installation: asked of the ledger, and kept for a moment."""

import time
from collections.abc import Callable

from bot.errors import LedgerUnavailable
from bot.ledger.ledger import Ledger
from bot.ledger.queries import UnderWay
from bot.observability.metrics import Metrics
from bot.workflow.undelivered import Undelivered

_KEPT_SECONDS = 5.0


class Pending:
    """What the ledger said last; nothing while it does not answer. `refresh` asks, the others tell."""

    def __init__(
        self, ledger: Ledger, *, clock: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._ledger = ledger
        self._clock, self._monotonic = clock, monotonic
        self._known: UnderWay | None = None
        self._asked_at: float | None = None

    async def refresh(self) -> None:
        """Ask, unless that was a moment ago."""
        if self._asked_at is not None and self._monotonic() - self._asked_at < _KEPT_SECONDS:
            return
        self._asked_at = self._monotonic()
        try:
            self._known = await self._ledger.under_way()
        except LedgerUnavailable:
            self._known = None

    def count(self) -> float | None:
        """How many."""
        return self._known.count if self._known else None

    def oldest_seconds(self) -> float | None:
        """How long ago the oldest of them was asked for; 0 where there is none."""
        if self._known is None:
            return None
        return max(0.0, self._clock() - self._known.oldest) if self._known.oldest is not None else 0.0


def show_engine(metrics: Metrics, *, pending: Pending, undelivered: Undelivered) -> None:
    """What the engine's metrics are made of."""
    metrics.gauge("registry_bot_pending", "Requests without an outcome, of all replicas", pending.count)
    metrics.gauge(
        "registry_bot_oldest_pending_seconds", "How long the oldest of them has been waiting", pending.oldest_seconds
    )
    metrics.gauge("registry_bot_undelivered", "Outcomes that nobody could be told yet", lambda: float(len(undelivered)))
