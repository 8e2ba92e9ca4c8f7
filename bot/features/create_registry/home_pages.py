"""(7) Builds a person's Home tab from the ledger."""

import logging
from typing import Any

from bot.features.create_registry.home import SHOWN_MAX, UNFINISHED_MAX, Home, Shown
from bot.ledger.ledger import Ledger
from bot.ledger.models import OPEN, EventCode, Receipt

logger = logging.getLogger(__name__)


class HomePages:
    """`home` is what they all have in common."""

    def __init__(self, *, home: Home, ledger: Ledger) -> None:
        self._home = home
        self._ledger = ledger

    async def of(self, user_id: str) -> dict[str, Any]:
        """The view for this person."""
        try:
            unfinished = await self._ledger.newest(requester=user_id, states=OPEN, limit=UNFINISHED_MAX + 1)
            newest = await self._ledger.newest(requester=user_id, limit=SHOWN_MAX + len(unfinished))
            above = {each.id for each in unfinished}
            others = [each for each in newest if each.id not in above]
            return self._home.view(await self._shown(others), unfinished=map(_unfinished, unfinished))
        except Exception as error:  # noqa: BLE001  the database may be away, and an empty tab would say that there is nothing
            logger.warning("a Home tab could not be filled (%s)", type(error).__name__)
            return self._home.unreadable()

    async def _shown(self, receipts: list[Receipt]) -> list[Shown]:
        ids = [each.id for each in receipts]
        last = await self._ledger.last(ids, (EventCode.LOOKED_UP, EventCode.REPLACED)) if ids else {}
        return [
            Shown(
                receipt=each,
                looked_up=last.get((each.id, EventCode.LOOKED_UP)),
                replaced=(each.id, EventCode.REPLACED) in last,
            )
            for each in receipts
        ]


def _unfinished(receipt: Receipt) -> Shown:
    return Shown(receipt=receipt)
