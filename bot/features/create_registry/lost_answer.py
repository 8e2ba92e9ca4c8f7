"""(6) Finds out what a create call did whose answer was lost: by the list call, until the evidence is certain."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.features.create_registry.evidence import CreateCall, look_up_failed, may_be_in_use, settle, unproven
from bot.features.create_registry.look_up import LookedUp, LookUp
from bot.features.create_registry.retry_policy import RetryPolicy, pauses
from bot.workflow.durable import Durable

# Called with the time (seconds since the UTC epoch) until which the result of a lost answer is being looked up.
Checking = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LostAnswer:
    """The look-ups of one request while its outcome is unknown.

    `proven`: before the call, the list was known to show the registries that the bot creates.
    """

    asked: CreateCall
    proven: bool
    durable: Durable
    look_up: LookUp
    policy: RetryPolicy
    checking: Checking

    async def outcome(self, doubtful: InDoubt) -> Outcome | None:
        """The outcome once it is known; None if the registry was absent for so long that no call took effect."""
        # Recorded, so that people read the same time after a restart.
        since = await self.durable.step("lost", _now)
        waited, failures, proven, until = 0.0, 0, self.proven, 0.0
        while True:
            looked_up_for = self.policy.looked_up_for(proven=proven, failing=failures > 0)
            if until != since + looked_up_for:
                until = since + looked_up_for
                self.checking(until)
            # Slower while the look-up itself fails; once it answers, at the pace that makes an absence certain.
            pause = self.policy.after_failure(failures) if failures else self.policy.next_look(waited)
            await self.durable.pause(pause)
            waited += pause
            seen = await self._look()
            if seen.failed:
                failures += 1
                if waited >= self.policy.look_up_for:
                    return look_up_failed(doubtful, seen)
                continue
            failures, proven = 0, seen.view.proven
            known = settle(self.asked, seen, trace_id=doubtful.trace_id)
            if isinstance(known, Created) or (isinstance(known, InDoubt) and known.code != Reason.IN_RECYCLE_BIN):
                return known
            if waited >= self.policy.looked_up_for(proven=proven, failing=False):
                return known if proven else unproven(known, doubtful)

    async def after_refusal(self, refusal: Refused, earlier: InDoubt) -> Outcome:
        """The second call was refused. That is final, unless the first one took effect late and caused the refusal."""
        moments = tuple(moment for moment in self.policy.absent_at if moment <= self.policy.unproven_at)
        failed: LookedUp | None = None
        for pause in pauses(moments):
            await self.durable.pause(pause)
            seen = await self._look()
            failed = seen if seen.failed else None
            known = None if seen.failed else settle(self.asked, seen, trace_id=earlier.trace_id)
            if isinstance(known, Created | InDoubt):
                return known
        return look_up_failed(earlier, failed) if failed else refusal

    async def _look(self) -> LookedUp:
        enough = partial(may_be_in_use, self.asked)
        return await self.look_up.again(self.durable, self.asked.name, enough=enough)


async def _now() -> float:
    return time.time()
