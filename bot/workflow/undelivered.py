"""The outcomes that nobody could be told yet: they are counted and logged, and say nothing about whether the bot can work."""

import logging

logger = logging.getLogger(__name__)


class Undelivered:
    """Request ids, each with Slack's code for why it cannot be told. Its length is how many there are now."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def add(self, request_id: str, code: str) -> None:
        """An outcome has found no way to anybody. Logged once for each request, however often it is tried again."""
        known = request_id in self._codes
        self._codes[request_id] = code
        if not known:
            fields = {"request": request_id, "code": code, "undelivered": len(self)}
            logger.warning("an outcome cannot be told to anybody yet, trying again", extra=fields)

    def discard(self, request_id: str) -> None:
        """It has, or it is given up."""
        self._codes.pop(request_id, None)
