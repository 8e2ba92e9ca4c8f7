"""The outcomes that nobody could be told yet."""


class Undelivered:
    """Request ids, each with Slack's code for why."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}

    def add(self, request_id: str, code: str) -> None:
        """An outcome has found no way to anybody."""
        self._codes[request_id] = code

    def discard(self, request_id: str) -> None:
        """It has, or it is given up."""
        self._codes.pop(request_id, None)

    async def why_not_ready(self) -> list[str]:
        """For readyz: how many, and why."""
        if not self._codes:
            return []
        codes = ", ".join(sorted(set(self._codes.values())))
        return [f"{len(self._codes)} outcome(s) not announced yet ({codes})"]
