"""(6) Create the registry and know what came of it: at most one create call is ever in doubt, and it is looked up.

Written against `Durable`, so that it may be cut off after any line and resumed; the terminal runs the same code.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.codearts.client import CodeArts
from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.domain.registry import Attempt, Created, Outcome
from bot.errors import StepCrashed
from bot.features.create_registry.evidence import Asked, settle
from bot.features.create_registry.look_up import LookedUp, LookUp
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.workflow.durable import Durable

# Told until when (seconds since the UTC epoch) an answer that was lost is being looked up.
Checking = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """What came of it. `asked` is what to look for afterwards; `repeated`: the create call was made a second time."""

    outcome: Outcome
    asked: Asked
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """Creates registries, each at most once."""

    codearts: CodeArts
    look_up: LookUp
    policy: RetryPolicy

    async def create(
        self,
        *,
        name: str,
        description: str | None,
        durable: Durable,
        marked: bool = False,
        checking: Checking | None = None,
    ) -> Creation:
        """Create one registry and return what is known for certain. `marked`: see `Asked`."""
        # Recorded apart from the creation, so that a crash leaves no doubt: what stood there before is not ours.
        before = await self._before(durable, name)
        asked = Asked.after(before, name=name, description=description, marked=marked)
        if taken := before.live:
            exact = next((row for row in taken if row.name == name), taken[0])
            return Creation(outcome=_already_exists(exact.name, name, before), asked=asked)
        work = _Work(
            asked=asked,
            durable=durable,
            codearts=self.codearts,
            look_up=self.look_up,
            policy=self.policy,
            checking=checking or _nobody,
        )
        try:
            return await work.run()
        except StepCrashed:
            return Creation(outcome=InDoubt(code=Reason.STEP_CRASHED), asked=asked)

    async def _before(self, durable: Durable, name: str) -> LookedUp:
        before = await self.look_up.before(durable, name)
        for pause in self.policy.looks_before:
            if not before.failed or before.refused:
                break
            await durable.pause(pause)
            before = await self.look_up.before(durable, name)
        return before


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    asked: Asked
    durable: Durable
    codearts: CodeArts
    look_up: LookUp
    policy: RetryPolicy
    checking: Checking

    async def run(self) -> Creation:
        """Create, look up what is in doubt, and create once more what is certainly not there."""
        attempt = await self._create("create")
        lost, repeated = 0, False
        while isinstance(attempt, InDoubt) and self.look_up.possible:
            known = await self._confirm(attempt)
            # None: absent for as long as a call can be on its way, so no call so far did apply. Once more, and then whatever
            # is known is told. A call that our own restart cut off says nothing about CodeArts, so it does not count.
            lost += attempt.code != Reason.PROCESS_ENDED
            if known is not None or lost > 1:
                return self._came_to(known or attempt, repeated=repeated)
            repeated = True
            earlier, attempt = attempt, await self._create("create again")
            if isinstance(attempt, Refused):
                # That ends it, unless an earlier call applied late and is what this one stumbled over: one look tells.
                return self._came_to(await self._one_look(earlier) or attempt, repeated=repeated)
        return self._came_to(attempt, repeated=repeated)

    def _came_to(self, outcome: Outcome, *, repeated: bool) -> Creation:
        return Creation(outcome=outcome, asked=self.asked, repeated=repeated)

    async def _create(self, step: str) -> Outcome:
        """Call until one attempt may have applied, or the policy ends; what certainly did not apply is repeated."""
        attempt = await self.durable.step_once(step, self._attempt)
        for pause in self.policy.repeats:
            if not isinstance(attempt, NotApplied):
                return attempt
            asked = min(attempt.retry_after or 0, self.policy.retry_after_max)
            await self.durable.pause(max(asked, pause) + random.uniform(0, pause / 4))  # noqa: S311  jitter
            attempt = await self.durable.step_once(step, self._attempt)
        if isinstance(attempt, NotApplied):
            return Refused(code=attempt.code, message=attempt.message, trace_id=attempt.trace_id, status=attempt.status)
        return attempt

    async def _attempt(self, may_have_run: bool) -> Attempt:
        if may_have_run:
            return InDoubt(code=Reason.PROCESS_ENDED)
        return await self.codearts.create_registry(name=self.asked.name, description=self.asked.description)

    async def _confirm(self, doubtful: InDoubt) -> Outcome | None:
        """An outcome once something is known; None when the registry was absent for so long that no call did apply."""
        self.checking(time.time() + self.policy.absent_at[-1])
        waited, failures = 0.0, 0
        while True:
            # Slower while the look-up itself fails; once it answers, at the pace that makes an absence certain.
            pause = self.policy.after_failure(failures) if failures else self.policy.next_look(waited)
            await self.durable.pause(pause)
            waited += pause
            seen = await self.look_up.again(self.durable, self.asked.name)
            if seen.failed:
                failures += 1
                if waited >= self.policy.look_up_for:
                    return _look_up_failed(doubtful, seen)
                continue
            failures = 0
            known = settle(self.asked, seen, doubtful=doubtful)
            if isinstance(known, Created | InDoubt):
                return known
            if not seen.view.proven and waited >= self.policy.unproven_at:
                return InDoubt(code=Reason.VIEW_UNPROVEN, trace_id=doubtful.trace_id)
            if waited >= self.policy.absent_at[-1]:
                return known

    async def _one_look(self, doubtful: InDoubt) -> Outcome | None:
        await self.durable.pause(self.policy.absent_at[0])
        seen = await self.look_up.again(self.durable, self.asked.name)
        known = None if seen.failed else settle(self.asked, seen, doubtful=doubtful)
        return known if isinstance(known, Created | InDoubt) else None


def _already_exists(standing: str, name: str, before: LookedUp) -> Refused:
    # Spelt otherwise, its own spelling is what the person has to know.
    return Refused(code=Reason.ALREADY_EXISTS, message=None if standing == name else standing, trace_id=before.trace_id)


def _look_up_failed(doubtful: InDoubt, seen: LookedUp) -> InDoubt:
    return InDoubt(
        code=seen.code, message=seen.message, trace_id=doubtful.trace_id or seen.trace_id, status=seen.status
    )


def _nobody(_until: float) -> None:
    """Told to nobody."""
