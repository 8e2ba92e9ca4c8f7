"""(6) How long calls that certainly had no effect are repeated for a request, and what people are told meanwhile.

While the bot's own key is not accepted, no request can succeed, so each of them waits, for about an hour at most.
"""

import random
import time
from collections.abc import Callable

from bot.domain.outcomes import NotApplied, Reason
from bot.domain.vendor_codes import key_refused
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.workflow.durable import Durable

# Called with the code why calls are rejected, and the time (seconds since the UTC epoch) until which they are repeated.
Busy = Callable[[str, float], None]


class BusyRetries:
    """The pauses between repetitions of one create call, while Huawei Cloud is busy or cannot be reached."""

    def __init__(self, policy: RetryPolicy, durable: Durable, busy: Busy) -> None:
        self._policy = policy
        self._durable = durable
        self._busy = busy
        self._number = 0
        self._waited = self._told_until = 0.0

    async def pause(self, attempt: NotApplied) -> bool:
        """Wait before the next attempt. False if there is none left."""
        if self._number == len(self._policy.repeats):
            return False
        pause = self._policy.repeats[self._number]
        asked = max(pause, min(attempt.retry_after or 0, self._policy.retry_after_max))
        seconds = asked + random.uniform(0, pause / 4)  # noqa: S311  jitter
        self._waited += seconds
        until = time.time() + asked + self._policy.repeated_for(self._number)
        if self._waited > self._policy.busy_after and until > self._told_until:
            self._busy(attempt.code, until)
            self._told_until = until
        self._number += 1
        await self._durable.pause(seconds)
        return True


class KeyRetries:
    """The pauses of one request while the key is not accepted. All its calls share them."""

    def __init__(self, policy: RetryPolicy, durable: Durable, busy: Busy) -> None:
        self._policy = policy
        self._durable = durable
        self._busy = busy
        self._number = 0
        self._since: float | None = None

    @property
    def waiting(self) -> bool:
        """Whether the request has waited for the key before."""
        return self._number > 0

    async def pause(self) -> bool:
        """Wait before the next attempt. False if there is none left.

        Call it only after a record of this build or a later one that the key was refused: older ones went on without a pause.
        """
        if self._number == len(self._policy.key_repeats):
            return False
        if self._since is None:
            # Recorded, so that the message shows the same time after a restart.
            self._since = await self._durable.step("without a key", _now)
        self._busy(Reason.KEY_REFUSED, self._since + self._policy.waited_for_key)
        pause = self._policy.key_repeats[self._number]
        self._number += 1
        await self._durable.pause(pause + random.uniform(0, pause / 4))  # noqa: S311  jitter
        return True


def is_key_failure(attempt: object) -> bool:
    """Whether a call had no effect because the key was refused, or because there was none."""
    return isinstance(attempt, NotApplied) and key_refused(attempt.code, attempt.status)


async def _now() -> float:
    return time.time()
