"""(5) The runbook of a request: say that it begins, create it and know what came of it, tell the people.

What may change here while requests of an older build are still on their way is written in `engine.py`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.announce.announcer import Announcer
from bot.announce.results import Doubtful, PostResult
from bot.codearts.client import CodeArts
from bot.errors import StepCrashed
from bot.registry.models import Outcome, Submission
from bot.workflow.creation import LookedUp, Patience, create_and_confirm, look_before
from bot.workflow.delivery import Delivery, Persistence, Started
from bot.workflow.durable import Durable


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What the first step recorded: what became of "creating", and whether the name was taken before."""

    creating: PostResult
    before: LookedUp


_UNKNOWN = Begun(creating=Doubtful(code="crashed"), before=LookedUp(seen="failed", reason="the first step failed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """The collaborators of every request, and how patient they are."""

    codearts: CodeArts
    announcer: Announcer
    undelivered: Callable[[str, str | None], None]
    patience: Patience = field(default_factory=Patience)
    persistence: Persistence = field(default_factory=Persistence)

    async def run(self, submission: Submission, durable: Durable) -> Outcome:
        """One request from "creating" to its outcome. A failed announcement does not stop it."""
        delivery = Delivery(
            submission=submission,
            durable=durable,
            announcer=self.announcer,
            persistence=self.persistence,
            undelivered=self.undelivered,
        )
        begun = await self._begun(submission, durable)
        try:
            started = await delivery.creating(begun.creating)
        except StepCrashed:
            started = Started(doubtful=True)
        outcome = await self._create(submission, begun.before, durable)
        await delivery.outcome(outcome, started)
        return outcome

    async def _begun(self, submission: Submission, durable: Durable) -> Begun:
        try:
            return await durable.step_once("begin", self._begin, submission)
        except StepCrashed:
            return _UNKNOWN

    async def _begin(self, may_have_run: bool, submission: Submission) -> Begun:
        # Side by side and under one record: the look only reads, and each record costs as much as a call.
        creating, before = await asyncio.gather(
            self.announcer.creating(submission, "channel", look_first=may_have_run),
            look_before(self.codearts, submission.name),
        )
        return Begun(creating=creating, before=before)

    async def _create(self, submission: Submission, before: LookedUp, durable: Durable) -> Outcome:
        return await create_and_confirm(
            name=submission.name,
            description=submission.description,
            before=before,
            durable=durable,
            codearts=self.codearts,
            patience=self.patience,
        )
