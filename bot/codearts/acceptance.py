"""Whether Huawei Cloud accepts the bot's credentials, according to its latest answers.

While it does not, no request can succeed. That is reported once, however many calls are refused, and once when it is over.
"""

import time
from collections.abc import Callable

from bot.domain.credentials import Way


def _ignore(_refused: bool, _code: str, _why: str | None) -> None:
    """Do nothing."""


class Acceptance:
    """`refused` is None until an answer says something. `way`: where the key comes from.

    `changed` may be set. It is called with `refused`, a code and the cloud's own words when the key is refused for the first
    time, and when it is accepted again.
    """

    def __init__(self, way: Way) -> None:
        self.refused: bool | None = None
        self.way = way
        self.changed: Callable[[bool, str, str | None], None] = _ignore
        self._refused_at = float("-inf")

    def start_with(self, *, accepted: bool) -> None:
        """The result of the check at the start, which has its own log line. Later answers count more."""
        if self.refused is None:
            self.refused = not accepted

    def refuse(self, code: str, why: str | None) -> None:
        """Note that the key was refused, or that there is none."""
        self._refused_at = time.monotonic()
        if not self.refused:
            self.refused = True
            self.changed(True, code, why)

    def accept(self, *, asked_at: float) -> None:
        """Note that the key was accepted in a call made at `asked_at` (on the monotonic clock)."""
        if asked_at < self._refused_at:
            return  # made before the key was refused
        if self.refused:
            self.changed(False, "", None)
        self.refused = False
