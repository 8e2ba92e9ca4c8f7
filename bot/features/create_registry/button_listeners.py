"""(7) Answers the buttons How to push, Try again and Choose another name, also in messages that are years old."""

from bot.access.gate import Gate
from bot.domain.command import COMMAND
from bot.domain.registry import Created
from bot.errors import LedgerUnavailable
from bot.features.create_registry import form, wording
from bot.features.create_registry.kept import from_value
from bot.features.create_registry.name_index import NameIndex, free_name
from bot.features.create_registry.opened import Opened
from bot.ledger.ledger import Ledger
from bot.ledger.models import EventCode
from bot.slack.inbound.answers import Accept, Answer, Tell
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.presses import Press
from bot.slack.push_guide import PushGuide


class ShowPushGuide:
    """Answers How to push: only the person who presses it sees the guide."""

    def __init__(self, *, forms: FormOpener, guide: PushGuide, command: str = COMMAND) -> None:
        self._command = command
        self._forms = forms
        self._guide = guide

    async def __call__(self, press: Press) -> Answer:
        """Answer at once; the view is opened in the background."""
        kept = from_value(press.action.value)
        if kept is None or not isinstance(kept.outcome, Created) or kept.outcome.address is None:
            return Tell(text=wording.PRESS_UNREADABLE.format(command=self._command))
        self._forms.open_soon(press, self._guide.view(name=kept.request.payload.name, address=kept.outcome.address))
        return Accept()


class AskAgain:
    """Answers Try again and Choose another name: opens the form as it was filled in, for the person who had filled it in."""

    def __init__(
        self,
        *,
        forms: FormOpener,
        names: NameIndex,
        template: form.Form,
        other_name: bool,
        ledger: Ledger,
        gate: Gate,
    ) -> None:
        self._ledger = ledger
        self._forms = forms
        self._names = names
        self._template = template
        self._other_name = other_name
        self._gate = gate

    async def __call__(self, press: Press) -> Answer:
        """Answer at once; the form is opened in the background."""
        kept = from_value(press.action.value)
        if kept is None:
            return Tell(text=wording.PRESS_UNREADABLE.format(command=self._template.command))
        asked, origin = kept.request.payload, kept.request.origin
        if press.user_id != origin.requester:
            words = wording.PRESS_NOT_YOURS
            return Tell(text=words.format(requester=origin.requester, name=asked.name, command=self._template.command))
        if await self._replaced(kept.request.id):
            return Tell(text=wording.REPLACED_UNNAMED_NEXT)
        if denied := self._gate.at_the_door(press, name=asked.name):
            return denied
        filled = form.Filled(
            typed=asked.name,
            other_name=free_name(asked.name, self._names, self._template.naming) if self._other_name else None,
            description=asked.description,
            channel=origin.channel,
        )
        where = origin.channel if origin.public else None
        opened = Opened(door="button", public_channel=where, again=kept.request.id)
        self._forms.open_soon(
            press, self._template.opened_by(press.user_name, filled, opened, self._gate.asking(press))
        )
        self._names.refresh_soon()
        return Accept()

    async def _replaced(self, request_id: str) -> bool:
        """Whether it has been requested again although its button is still there; the form says so if this is unknown."""
        try:
            return bool(await self._ledger.last([request_id], [EventCode.REPLACED]))
        except LedgerUnavailable:
            return False
