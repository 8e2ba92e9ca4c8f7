"""(6) Creates the registry and finds out the result: at most one create call is ever in doubt, and it is looked up.

Written against `Durable`, so that it may be interrupted after any line and resumed; the terminal runs the same code.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.codearts.client import CodeArts
from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.domain.registry import Attempt, Created, Outcome
from bot.errors import StepCrashed
from bot.features.create_registry.evidence import (
    CreateCall,
    look_up_failed,
    made_already,
    may_be_in_use,
    settle,
    stood_before,
    unproven,
)
from bot.features.create_registry.look_up import LookedUp, LookUp
from bot.features.create_registry.patience import Busy, BusyRetries, KeyRetries, is_key_failure
from bot.features.create_registry.retry_policy import RetryPolicy, pauses
from bot.ledger.models import EventCode
from bot.ledger.notes import Happened
from bot.workflow.durable import Durable

# Called with the time (seconds since the UTC epoch) until which the result of a lost answer is being looked up.
Checking = Callable[[float], None]


def _ignore(*_what: object) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """The result. `asked` is what to look for afterwards; `repeated`: the create call was made a second time.

    `trace_id` is that of the last create call, if its answer had one.
    """

    outcome: Outcome
    asked: CreateCall
    trace_id: str | None = None
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
        checking: Checking = _ignore,
        busy: Busy = _ignore,
    ) -> Creation:
        """Create one registry and return what is known for certain. `marked`: see `CreateCall`."""
        # Recorded apart from the creation, so that a crash leaves no doubt: what existed before is not ours.
        key_retries = KeyRetries(self.policy, durable, busy)
        before = await self._before(durable, name, key_retries)
        listed = self.codearts.as_listed(description)
        asked = CreateCall.after(before, name=name, description=listed, marked=marked)
        if (taken := stood_before(asked, before)) is not None:
            return Creation(outcome=taken, asked=asked)
        work = _Work(
            asked=asked,
            description=description,
            proven=before.view.proven,
            durable=durable,
            codearts=self.codearts,
            look_up=self.look_up,
            policy=self.policy,
            checking=checking,
            busy=busy,
            key_retries=key_retries,
        )
        return await work.run()

    async def _before(self, durable: Durable, name: str, key_retries: KeyRetries) -> LookedUp:
        before = await self.look_up.before(durable, name)
        while before.without_key and await key_retries.pause():
            before = await self.look_up.before(durable, name, waiting=True)
        for pause in self.policy.looks_before:
            if not before.failed or before.refused:
                break
            await durable.pause(pause)
            before = await self.look_up.before(durable, name)
        return before


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    asked: CreateCall
    description: str | None
    proven: bool
    durable: Durable
    codearts: CodeArts
    look_up: LookUp
    policy: RetryPolicy
    checking: Checking
    busy: Busy
    key_retries: KeyRetries

    async def run(self) -> Creation:
        """Create the registry, look it up if that is in doubt, and try once more if it certainly does not exist."""
        attempt, repeated = await self._create("create"), False
        lost = 0
        while isinstance(attempt, InDoubt) and attempt.code != Reason.STEP_CRASHED and self.asked.looked_up:
            known = await self._confirm(attempt)
            # None: absent for as long as a call can be on its way, so no call so far did apply. Once more, and then whatever
            # is known is told. A call that our own restart cut off says nothing about CodeArts, so it does not count.
            lost += attempt.code != Reason.PROCESS_ENDED
            if known is not None or lost > 1:
                return self._came_to(known or attempt, attempt, repeated=repeated)
            repeated = True
            earlier, attempt = attempt, await self._create("create again")
            if isinstance(attempt, Refused):
                return self._came_to(await self._after_refusal(attempt, earlier), earlier, repeated=repeated)
        return self._came_to(attempt, attempt, repeated=repeated)

    def _came_to(self, outcome: Outcome, attempt: Outcome, *, repeated: bool) -> Creation:
        return Creation(outcome=outcome, asked=self.asked, trace_id=attempt.trace_id, repeated=repeated)

    async def _create(self, step: str) -> Outcome:
        """Repeat the call until one may have taken effect, or the policy ends."""
        busy_retries = BusyRetries(self.policy, self.durable, self.busy)
        try:
            attempt = await self.durable.step_once(step, self._attempt)
            while isinstance(attempt, NotApplied):
                waits = self.key_retries.pause() if is_key_failure(attempt) else busy_retries.pause(attempt)
                if not await waits:
                    break
                attempt = await self.durable.step_once(step, self._attempt)
        except StepCrashed:
            return InDoubt(code=Reason.STEP_CRASHED)
        if isinstance(attempt, NotApplied):
            return Refused(code=attempt.code, message=attempt.message, trace_id=attempt.trace_id, status=attempt.status)
        return attempt

    async def _attempt(self, may_have_run: bool) -> Attempt:
        if self.durable.resumed and not may_have_run:
            may_have_run = made_already(self.asked, await self.look_up.once(self.asked.name)) is not None
        waiting = self.key_retries.waiting and not may_have_run
        if not waiting:
            self._note_sent(certain=not may_have_run)
        if may_have_run:
            attempt: Attempt = InDoubt(code=Reason.PROCESS_ENDED)
        else:
            attempt = await self.codearts.create_registry(name=self.asked.name, description=self.description)
        if waiting and is_key_failure(attempt):
            return attempt  # as before: one event for all of them
        if waiting:
            self._note_sent(certain=True)
        answer = {"kind": attempt.kind, **{each: getattr(attempt, each, None) for each in ("code", "status")}}
        self.durable.note(Happened(code=EventCode.ANSWERED, trace_id=attempt.trace_id, details=answer))
        return attempt

    def _note_sent(self, *, certain: bool) -> None:
        self.durable.note(Happened(code=EventCode.SENT, details={"certain": certain}))

    async def _confirm(self, doubtful: InDoubt) -> Outcome | None:
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

    async def _look(self) -> LookedUp:
        enough = partial(may_be_in_use, self.asked)
        return await self.look_up.again(self.durable, self.asked.name, enough=enough)

    async def _after_refusal(self, refusal: Refused, earlier: InDoubt) -> Outcome:
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


async def _now() -> float:
    return time.time()
