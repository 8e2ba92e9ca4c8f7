"""The outcomes that could not be delivered to anybody yet. They are counted and logged, and do not affect readiness."""

import logging

logger = logging.getLogger(__name__)


class Undelivered:
    """Request ids, each with Slack's code for why its outcome cannot be delivered. The length is their current number."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def add(self, request_id: str, code: str) -> None:
        """Note that an outcome could not be delivered by any route. Logged once for each request."""
        known = request_id in self._codes
        self._codes[request_id] = code
        if not known:
            fields = {"request": request_id, "code": code, "undelivered": len(self)}
            logger.warning("an outcome cannot be delivered to anybody yet, trying again", extra=fields)

    def discard(self, request_id: str) -> None:
        """Note that the outcome has been delivered or given up."""
        self._codes.pop(request_id, None)
