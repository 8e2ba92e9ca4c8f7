"""(6) Creates the registry and finds out the result: at most one create call is ever in doubt, and it is looked up.

Written against `Durable`, so that it may be interrupted after any line and resumed; the terminal runs the same code.
"""

from dataclasses import dataclass

from bot.codearts.client import CodeArts
from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.domain.registry import Attempt, Outcome
from bot.errors import StepCrashed
from bot.features.create_registry.evidence import CreateCall, made_already, stood_before
from bot.features.create_registry.look_up import LookedUp, LookUp
from bot.features.create_registry.lost_answer import Checking, LostAnswer
from bot.features.create_registry.patience import Busy, BusyRetries, KeyRetries, is_key_failure
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.ledger.models import EventCode
from bot.ledger.notes import Happened
from bot.workflow.durable import Durable


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
        lost_answer = LostAnswer(
            asked=asked,
            proven=before.view.proven,
            durable=durable,
            look_up=self.look_up,
            policy=self.policy,
            checking=checking,
        )
        work = _Work(
            asked=asked,
            description=description,
            durable=durable,
            codearts=self.codearts,
            look_up=self.look_up,
            lost_answer=lost_answer,
            policy=self.policy,
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
    durable: Durable
    codearts: CodeArts
    look_up: LookUp
    lost_answer: LostAnswer
    policy: RetryPolicy
    busy: Busy
    key_retries: KeyRetries

    async def run(self) -> Creation:
        """Create the registry, look it up if that is in doubt, and try once more if it certainly does not exist."""
        attempt, repeated = await self._create("create"), False
        lost = 0
        while isinstance(attempt, InDoubt) and attempt.code != Reason.STEP_CRASHED and self.asked.looked_up:
            known = await self.lost_answer.outcome(attempt)
            # None: absent for as long as a call can be on its way, so no call so far did apply. Once more, and then whatever
            # is known is told. A call that our own restart cut off says nothing about CodeArts, so it does not count.
            lost += attempt.code != Reason.PROCESS_ENDED
            if known is not None or lost > 1:
                return self._came_to(known or attempt, attempt, repeated=repeated)
            repeated = True
            earlier, attempt = attempt, await self._create("create again")
            if isinstance(attempt, Refused):
                return self._came_to(await self.lost_answer.after_refusal(attempt, earlier), earlier, repeated=repeated)
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
