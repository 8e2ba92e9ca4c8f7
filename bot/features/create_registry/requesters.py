"""Who requested an existing registry, so that people who want the same name know whom to ask for access."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from bot import wording
from bot.errors import LedgerUnavailable
from bot.ledger.ledger import Ledger
from bot.ledger.models import State


class Requesters:
    """Queries the ledger, within milliseconds. Without a ledger nobody is known."""

    def __init__(self, ledger: Ledger | None) -> None:
        self._ledger = ledger

    async def of(self, name: str, *, person: str, by: float) -> dict[str, Any]:
        """The `maker` and the `day` for `Rule.NAME_TAKEN`; {} if they are unknown or this person may not know them.

        The maker is None if it is this person. What is not known at `by`, on the loop's clock, is unknown.
        """
        try:
            async with asyncio.timeout_at(by):
                made = await self._ledger.of_name(name, State.CREATED) if self._ledger else []
        except (LedgerUnavailable, TimeoutError):
            return {}
        for receipt in made:
            day = datetime.fromtimestamp(receipt.asked_at, UTC).strftime(wording.DAY)
            if receipt.requester == person:
                return {"maker": None, "day": day}
            if receipt.public and receipt.requester_name:
                return {"maker": receipt.requester_name, "day": day}
        return {}
