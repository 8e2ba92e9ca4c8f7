"""(7) Answers what people do in the Home tab: they open it, and press Create registry."""

from bot.access.gate import Gate
from bot.features.create_registry import form
from bot.features.create_registry.name_index import NameIndex
from bot.features.create_registry.opened import Opened
from bot.slack.inbound.answers import Accept, Answer
from bot.slack.inbound.events import AppHomeOpened
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.home_tabs import HomeTabs
from bot.slack.inbound.presses import Press

_HOME = "home"


class ShowHome:
    """Answers a visit."""

    def __init__(self, *, homes: HomeTabs) -> None:
        self._homes = homes

    async def __call__(self, visit: AppHomeOpened) -> Answer:
        """Answer at once; the tab is built and published in the background."""
        if visit.tab == _HOME:
            self._homes.opened(visit.user_id)
        return Accept()


class OpenFormAtHome:
    """Answers Create registry."""

    def __init__(self, *, forms: FormOpener, names: NameIndex, template: form.Form, gate: Gate) -> None:
        self._forms = forms
        self._names = names
        self._template = template
        self._gate = gate

    async def __call__(self, press: Press) -> Answer:
        """Answer at once; in the background the form is opened, and the names in use are read."""
        if denied := self._gate.at_the_door(press):
            return denied
        view = self._template.opened_by(press.user_name, form.Filled(), Opened(door="home"), self._gate.asking(press))
        self._forms.open_soon(press, view)
        self._names.refresh_soon()
        return Accept()
