"""(6) Create the registry and know what came of it: at most one create call is ever in doubt, and it is looked up.

Written against `Durable`, so that it may be cut off after any line and resumed; the terminal runs the same code.
"""

import random
from dataclasses import dataclass
from typing import Literal

from bot import wording
from bot.codearts.client import CodeArts, Found
from bot.errors import LookupFailed, StepCrashed
from bot.registry.models import Attempt, Created, NotApplied, Outcome, Rejected, Unconfirmed
from bot.workflow.durable import Durable

# https://support.huaweicloud.com/api-cloudartifact/ListAllRepositories.html. Whether such a name is reserved is
# UNVERIFIED, so a trashed registry does not stop a creation: the API decides.
_TRASHED = frozenset({"trash", "delete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """One answer of the list call about a name.

    `trashed`: in the recycle bin only. `refused`: it failed because the service said no, so it is not asked again at once.
    """

    seen: Literal["present", "trashed", "absent", "failed"]
    trace_id: str | None = None
    address: str | None = None
    reason: str = ""
    refused: bool = False


async def create_and_confirm(
    *,
    name: str,
    description: str | None,
    before: LookedUp,
    durable: Durable,
    codearts: CodeArts,
    patience: Patience,
) -> Outcome:
    """Create the registry at most once and return what is known for certain.

    `before` is what `look_before` saw, recorded by an earlier step: what stood there before is not ours.
    """
    for pause in patience.looks_before:
        if before.seen != "failed" or before.refused or not codearts.can_look_up:
            break
        await durable.pause(pause)
        before = await _look_again(durable, codearts, name)
    if before.seen == "present":
        return Rejected(code="already_exists", message=wording.ALREADY_EXISTS, trace_id=before.trace_id)
    work = _Creation(
        name=name,
        description=description,
        before=before.seen,
        durable=durable,
        codearts=codearts,
        patience=patience,
    )
    try:
        return await work.run()
    except StepCrashed as crash:
        return Unconfirmed(reason=wording.INTERNAL_FAULT.format(reference=crash.reference))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Creation:
    name: str
    description: str | None
    before: str
    durable: Durable
    codearts: CodeArts
    patience: Patience

    async def run(self) -> Outcome:
        """Create, look up what is in doubt, and create once more what is certainly not there."""
        attempt = await self.create("create")
        if not isinstance(attempt, Unconfirmed) or not self.codearts.can_look_up:
            return attempt
        lost = 0
        while True:
            known = await self.look_up(attempt, self.patience.look_ups)
            # Absent every time: no call so far did apply. Once more, and then whatever is known is told. A call that our
            # own restart cut off says nothing about CodeArts, so it does not count.
            lost += not _cut_off(attempt)
            if known is not None or lost > 1:
                return known or attempt
            attempt = await self.create("create again")
            if isinstance(attempt, Created):
                return attempt
            if isinstance(attempt, Rejected):
                # That ends it, unless an earlier call applied late and is what this one stumbled over: one look tells.
                return await self.look_up(attempt, self.patience.look_ups[:1]) or attempt

    async def create(self, step: str) -> Outcome:
        """Call until one attempt may have applied, or patience ends; what certainly did not apply is repeated."""
        attempt = await self.durable.step_once(step, self._attempt)
        for pause in self.patience.repeats:
            if not isinstance(attempt, NotApplied):
                return attempt
            asked = min(attempt.retry_after or 0, self.patience.retry_after_max)
            await self.durable.pause(max(asked, pause) + random.uniform(0, pause / 4))  # noqa: S311  jitter
            attempt = await self.durable.step_once(step, self._attempt)
        if isinstance(attempt, NotApplied):
            return Rejected(code=attempt.code, message=attempt.reason, trace_id=attempt.trace_id)
        return attempt

    async def look_up(self, doubtful: Outcome, looks: tuple[float, ...]) -> Outcome | None:
        """An outcome once something is known; None when the registry was absent every time (`looks` are the pauses)."""
        absent, failed, waited = 0, 0, 0.0
        while absent < len(looks):
            # Slower while the look-up itself fails; once it answers, at the pace that makes an absence certain.
            pause = looks[min(failed or absent, len(looks) - 1)]
            await self.durable.pause(pause)
            waited += pause
            seen = await self.durable.step("look up", _look_up, self.codearts, self.name)
            if seen.seen == "present":
                return self._present(doubtful, seen)
            if seen.seen == "trashed":
                # Ours, deleted by somebody meanwhile, or an older one: so it is not certain that ours did not apply.
                return Unconfirmed(reason=wording.IN_RECYCLE_BIN, trace_id=doubtful.trace_id or seen.trace_id)
            if seen.seen == "absent":
                absent, failed = absent + 1, 0
                continue
            failed += 1
            if waited >= self.patience.look_up_for:
                return Unconfirmed(reason=seen.reason, trace_id=doubtful.trace_id or seen.trace_id)
        return None

    def _present(self, doubtful: Outcome, seen: LookedUp) -> Outcome:
        trace_id = doubtful.trace_id or seen.trace_id
        if self.before == "failed":
            return Unconfirmed(reason=wording.PRESENT_BUT_MAYBE_NOT_OURS, trace_id=trace_id)
        return Created(
            trace_id=trace_id,
            confirmed_by_lookup=True,
            trace_of_lookup=doubtful.trace_id is None,
            address=seen.address,
        )

    async def _attempt(self, may_have_run: bool) -> Attempt:
        if may_have_run:
            return Unconfirmed(reason=wording.INTERRUPTED, cut_off=True)
        return await self.codearts.create_registry(name=self.name, description=self.description)


def _cut_off(attempt: Outcome) -> bool:
    return isinstance(attempt, Unconfirmed) and attempt.cut_off


async def look_before(codearts: CodeArts, name: str) -> LookedUp:
    """Whether a registry of this name stands there already. Without the ids, or when it fails, the API's word decides."""
    if not codearts.can_look_up:
        return LookedUp(seen="failed", reason="no ids for the look-up are set")
    return await _look_up(codearts, name, also_trashed=False)


async def _look_again(durable: Durable, codearts: CodeArts, name: str) -> LookedUp:
    try:
        return await durable.step("look before", look_before, codearts, name)
    except StepCrashed as crash:
        return LookedUp(seen="failed", reason=f"reference {crash.reference}")


async def _look_up(codearts: CodeArts, name: str, *, also_trashed: bool = True) -> LookedUp:
    try:
        found = await codearts.find(name, also_trashed=also_trashed)
    except LookupFailed as failure:
        return LookedUp(seen="failed", reason=str(failure), trace_id=failure.trace_id, refused=failure.refused)
    return _seen(found)


def _seen(found: Found | None) -> LookedUp:
    if found is None:
        return LookedUp(seen="absent")
    trashed = found.registry.status in _TRASHED
    return LookedUp(seen="trashed" if trashed else "present", trace_id=found.trace_id, address=found.registry.address)
