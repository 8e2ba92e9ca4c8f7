"""(4) What is said about a name while it is typed."""

from bot.domain.naming_rule import NamingRule
from bot.features.create_registry import form
from bot.features.create_registry.name_index import NameIndex, name_taken
from bot.features.create_registry.remarks import Remarks
from bot.features.create_registry.rules import name_violation
from bot.features.create_registry.violations import sentence
from bot.slack.inbound.answers import Accept, Answer
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.presses import Press


class CheckName:
    """Says under the name, while it is typed, what is wrong with it: from the rules and our own index, without the cloud."""

    def __init__(
        self, *, forms: FormOpener, names: NameIndex, naming: NamingRule | None, remarks: Remarks | None = None
    ) -> None:
        self._remarks = remarks or Remarks()
        self._forms = forms
        self._names = names
        self._naming = naming

    async def __call__(self, press: Press) -> Answer:
        """Change the form only if the remark changes."""
        if press.view is None:
            return Accept()
        name = (form.parse(press.view.state).name or press.action.value or "").strip()
        remark = self._remarks.remark(press.view.id, self._remark(name) if name else None)
        if changed := form.with_remark(press.view, remark):
            self._forms.update_soon(press.view, changed)
        return Accept()

    def _remark(self, name: str) -> str | None:
        violation = name_violation(name, self._naming)
        if violation is None and (spelt := self._names.taken(name)):
            violation = name_taken(spelt, self._names, self._naming)
        return sentence(violation) if violation else None
