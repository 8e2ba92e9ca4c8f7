"""(6) Create the registry and find out what became of it: at most one create call is ever in doubt, and it is looked up.

Written against `Durable`, so that it may be cut off after any line and resumed; the terminal runs the same code.
"""

import random
from dataclasses import dataclass

from bot.codearts.client import CodeArts
from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.domain.registry import Attempt, Created, Outcome
from bot.errors import StepCrashed
from bot.features.create_registry.look_up import LookedUp, first_look, look_up
from bot.workflow.durable import Durable


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How long to go on, in seconds. All pauses of a tuple are made, one before each attempt after the first.

    `looks_before`: before each further look for the name while it fails, as long as nothing was sent. `repeats`: for
    calls that certainly did not apply. `look_ups`: before each look-up of a creation in doubt; together
    longer than a gateway keeps a request, so that absent every time means absent. `look_up_for`: how long in all to go
    on asking while the look-up itself fails.
    """

    looks_before: tuple[float, ...] = (1, 2, 5)
    repeats: tuple[float, ...] = (1, 2, 5, 10, 20, 30, 60, 60, 60, 60)
    look_ups: tuple[float, ...] = (2, 5, 15, 60)
    look_up_for: float = 15 * 60
    retry_after_max: float = 120


async def create_and_confirm(
    *,
    name: str,
    description: str | None,
    durable: Durable,
    codearts: CodeArts,
    policy: RetryPolicy,
) -> Outcome:
    """Create the registry at most once and return what is known for certain."""
    # Recorded separately from the creation, so that a crash leaves no doubt: what was there before is not ours.
    before = await first_look(durable, codearts, name)
    for pause in policy.looks_before:
        if before.seen != "failed" or before.refused or not codearts.can_look_up:
            break
        await durable.pause(pause)
        before = await first_look(durable, codearts, name)
    if before.seen == "present":
        return Refused(code=Reason.ALREADY_EXISTS, trace_id=before.trace_id)
    work = _Creation(
        name=name,
        description=description,
        before=before.seen,
        durable=durable,
        codearts=codearts,
        policy=policy,
    )
    try:
        return await work.run()
    except StepCrashed:
        return InDoubt(code=Reason.STEP_CRASHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Creation:
    name: str
    description: str | None
    before: str
    durable: Durable
    codearts: CodeArts
    policy: RetryPolicy

    async def run(self) -> Outcome:
        """Create, look up what is in doubt, and create once more what is certainly not there."""
        attempt = await self.create("create")
        if not isinstance(attempt, InDoubt) or not self.codearts.can_look_up:
            return attempt
        lost = 0
        while True:
            known = await self.look_up(attempt, self.policy.look_ups)
            # Absent every time: no call so far did apply. Once more, and then whatever is known is told. A call that our
            # own restart cut off says nothing about CodeArts, so it does not count.
            lost += not _cut_off(attempt)
            if known is not None or lost > 1:
                return known or attempt
            attempt = await self.create("create again")
            if isinstance(attempt, Created):
                return attempt
            if isinstance(attempt, Refused):
                # That ends it, unless an earlier call applied late and is what this one stumbled over: one look tells.
                return await self.look_up(attempt, self.policy.look_ups[:1]) or attempt

    async def create(self, step: str) -> Outcome:
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

    async def look_up(self, doubtful: Outcome, looks: tuple[float, ...]) -> Outcome | None:
        """An outcome once something is known; None when the registry was absent every time (`looks` are the pauses)."""
        absent, failed, waited = 0, 0, 0.0
        while absent < len(looks):
            # Slower while the look-up itself fails; once it answers, at the pace that makes an absence certain.
            pause = looks[min(failed or absent, len(looks) - 1)]
            await self.durable.pause(pause)
            waited += pause
            seen = await self.durable.step("look up", look_up, self.codearts, self.name)
            if seen.seen == "present":
                return self._present(doubtful, seen)
            if seen.seen == "trashed":
                # Ours, deleted by somebody meanwhile, or an older one: so it is not certain that ours did not apply.
                return InDoubt(code=Reason.IN_RECYCLE_BIN, trace_id=doubtful.trace_id or seen.trace_id)
            if seen.seen == "absent":
                absent, failed = absent + 1, 0
                continue
            failed += 1
            if waited >= self.policy.look_up_for:
                return InDoubt(
                    code=seen.code,
                    message=seen.message,
                    trace_id=doubtful.trace_id or seen.trace_id,
                    status=seen.status,
                )
        return None

    def _present(self, doubtful: Outcome, seen: LookedUp) -> Outcome:
        trace_id = doubtful.trace_id or seen.trace_id
        if self.before == "failed":
            return InDoubt(code=Reason.PERHAPS_OLDER, trace_id=trace_id)
        return Created(
            trace_id=trace_id,
            confirmed_by_lookup=True,
            trace_of_lookup=doubtful.trace_id is None,
            address=seen.address,
        )

    async def _attempt(self, may_have_run: bool) -> Attempt:
        if may_have_run:
            return InDoubt(code=Reason.PROCESS_ENDED)
        return await self.codearts.create_registry(name=self.name, description=self.description)


def _cut_off(attempt: Outcome) -> bool:
    return isinstance(attempt, InDoubt) and attempt.code == Reason.PROCESS_ENDED
