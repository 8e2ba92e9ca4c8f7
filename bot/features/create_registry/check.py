"""(6) Check now: looks up an unconfirmed outcome again when somebody asks for it, and changes the message.

It uses only the value of the button, so it works when the request itself is not stored any more.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.codearts.client import CodeArts
from bot.codearts.view import ViewMemory
from bot.domain.outcomes import InDoubt, Reason
from bot.domain.registry import Created, Outcome
from bot.domain.request import Request
from bot.features.create_registry import buttons, messages
from bot.features.create_registry.evidence import CreateCall, decided, may_be_in_use
from bot.features.create_registry.kept import Kept, from_value
from bot.features.create_registry.look_up import LookUp
from bot.features.create_registry.name_index import NameIndex, note_outcome
from bot.features.create_registry.replaced import Replaced
from bot.ledger.notes import Concluded
from bot.slack.blocks import Message
from bot.slack.outbound.results import Posted
from bot.workflow.delivery import Deliveries
from bot.workflow.durable import Durable, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRunbook:
    """The collaborators of every check. `region` and `contact` are shown to people.

    `changed` is called with the person whose request has changed; `replaced` with one that was created after all.
    """

    codearts: CodeArts
    views: ViewMemory
    names: NameIndex
    deliveries: Deliveries
    region: str
    changed: Callable[[str], None]
    replaced: Replaced
    contact: str | None = None

    async def run(self, request: Request, durable: Durable) -> Outcome:
        """Look up once, and change the message to what is known now."""
        kept = from_value(request.payload.kept)
        if kept is None:  # from a build that is no longer in use
            return InDoubt(code=Reason.ANSWER_UNREADABLE)
        durable.enter(Phase.WORKING)
        look_up = LookUp(codearts=self.codearts, views=self.views)
        asked = _asked(kept)
        enough = partial(may_be_in_use, asked)
        seen = await look_up.again(durable, asked.name, enough=enough, about=kept.request.id)
        known = decided(asked, seen, trace_id=kept.outcome.trace_id)
        delivery = self.deliveries.of(kept.request, durable)
        if request.payload.ts:
            delivery.stands(Posted(route="channel", channel=request.payload.about, ts=request.payload.ts))
        durable.enter(Phase.TELLING)
        if known is None:
            await delivery.refresh(self._still_unknown(kept))
            self.changed(kept.request.origin.requester)
            return kept.outcome
        note_outcome(self.names, asked.name, known)
        durable.note(Concluded(result=known, who=request.origin.requester, request_id=kept.request.id))
        message = messages.outcome(kept.request, known, **self._frame(kept, known))
        await delivery.change(message, messages.news(kept.request, known, failed=True))
        self.changed(kept.request.origin.requester)
        if isinstance(known, Created):
            await self.replaced.by(kept.request, durable)
        return known

    def _still_unknown(self, kept: Kept) -> Message:
        return messages.checked(kept.request, kept.outcome, at=time.time(), **self._frame(kept, kept.outcome))

    def _frame(self, kept: Kept, outcome: Outcome) -> messages.Frame:
        row = buttons.row(replace(kept, outcome=outcome), can_look_up=True)
        return {"region": self.region, "contact": self.contact, "buttons": row}


def _asked(kept: Kept) -> CreateCall:
    # A registry with this name that existed before would have ended the request.
    payload = kept.request.payload
    return CreateCall(
        name=payload.name,
        description=payload.sent_description,
        older=frozenset() if kept.looked_before else None,
        marked=payload.marked,
    )
