"""The requests that wait for approvers who could not be asked: operators are told (`observability/alarms.py`)."""


class Unasked:
    """Request ids. A request counts as soon as its channel has refused the question, or failed to take it twice."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}

    def __len__(self) -> int:
        return sum(failures > 1 for failures in self._failures.values())

    def failed(self, request_id: str, *, refused: bool) -> None:
        """Note that the question could not be posted; `refused`: Slack will not take it, whenever it is asked."""
        self._failures[request_id] = self._failures.get(request_id, 0) + (2 if refused else 1)

    def discard(self, request_id: str) -> None:
        """Note that the approvers have been asked, or that nobody needs to ask them any more."""
        self._failures.pop(request_id, None)
