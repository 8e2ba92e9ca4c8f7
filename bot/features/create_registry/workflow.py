"""(5) The runbook of a request: create the registry, find out what became of it, and tell people.

What may change here while requests of an older build are under way is written in `workflow/engine.py`.
"""

from dataclasses import dataclass, field
from functools import partial

from bot.codearts.client import CodeArts
from bot.domain.registry import Outcome
from bot.domain.request import Request
from bot.features.create_registry import messages
from bot.features.create_registry.creation import RetryPolicy, create_and_confirm
from bot.workflow.delivery import Deliveries
from bot.workflow.durable import Durable, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """The collaborators of every request. `region` is shown to people."""

    codearts: CodeArts
    deliveries: Deliveries
    region: str
    policy: RetryPolicy = field(default_factory=RetryPolicy)

    async def run(self, request: Request, durable: Durable) -> Outcome:
        """One request from its acceptance to its outcome. A message that fails does not stop it."""
        delivery = self.deliveries.of(request, durable)
        creating = partial(messages.creating, request, region=self.region)
        durable.enter(Phase.WORKING)
        async with delivery.in_progress(creating, for_requester=partial(creating, for_requester=True)):
            outcome = await create_and_confirm(
                name=request.payload.name,
                description=request.payload.description,
                durable=durable,
                codearts=self.codearts,
                policy=self.policy,
            )
        durable.enter(Phase.TELLING)
        told = messages.outcome(request, outcome, region=self.region)
        await delivery.tell(told, notice=messages.notice(request, outcome))
        return outcome
