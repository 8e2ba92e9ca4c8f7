"""(1) The shortcuts: the form without the command, which Slack does not run in threads."""

from bot.access.gate import Gate
from bot.features.create_registry import form
from bot.features.create_registry.name_index import NameIndex
from bot.features.create_registry.opened import Opened
from bot.slack.inbound.answers import Accept, Answer
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.presses import MessageShortcut, Shortcut

ANYWHERE, ON_A_MESSAGE = "create_registry_anywhere", "create_registry_on_message"


class OpenFormByShortcut:
    """Answers both. Only a message's thread is used, where the result is posted as well; its text is not read."""

    def __init__(self, *, forms: FormOpener, names: NameIndex, template: form.Form, gate: Gate) -> None:
        self._forms = forms
        self._names = names
        self._template = template
        self._gate = gate

    async def __call__(self, used: Shortcut | MessageShortcut) -> Answer:
        """Answer at once; the form is opened, and the names that are taken are read, in the background."""
        channel = used.channel.id if isinstance(used, MessageShortcut) else None
        if denied := self._gate.at_the_door(used, channel=channel):
            return denied
        filled, where = form.Filled(), Opened(door="shortcut")
        if isinstance(used, MessageShortcut):
            where = Opened(
                door="message_shortcut",
                public_channel=used.channel.public_channel,
                thread=(used.channel.id, used.thread_ts),
            )
        asking = self._gate.asking(used, channel=channel)
        self._forms.open_soon(used, self._template.opened_by(used.user_name, filled, where, asking))
        self._names.refresh_soon()
        return Accept()
