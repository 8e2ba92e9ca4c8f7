"""One slash command shared by several features: the first word after it selects the listener."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from bot.slack.blocks import escape
from bot.slack.contacts import whom_to_ask
from bot.slack.inbound.answers import Answer, Tell
from bot.slack.inbound.listeners import CommandListener, Listener
from bot.slack.inbound.payloads import Command

HELP_WORDS = frozenset({"help", "--help", "-h", "?"})
_NEARLY = 0.75


def by_command(listeners: Iterable[Listener], *, contact: str | None = None) -> Iterator[Listener]:
    """The listeners, with those of the same command combined into one; `contact` is named in the help.

    Commands come first: Bolt asks one listener after another, 20 µs each, and a command has the least else to do.
    """
    of_command: dict[str, list[CommandListener]] = defaultdict(list)
    others: list[Listener] = []
    for listener in listeners:
        if isinstance(listener, CommandListener):
            of_command[listener.command].append(listener)
        else:
            others.append(listener)
    for command, those in of_command.items():
        yield CommandListener(command=command, handle=_Words(those, contact))
    yield from others


class _Words:
    def __init__(self, listeners: Iterable[CommandListener], contact: str | None) -> None:
        together = list(listeners)
        self._by_word = {word: each.handle for each in together for word in each.words}
        self._otherwise = next((each.handle for each in together if not each.words), None)
        lines = [each.help for each in together if each.help]
        ask = whom_to_ask(contact) if lines else None
        self._help = "\n".join([*lines, *([escape(ask)] if ask else [])])

    async def __call__(self, command: Command) -> Answer:
        word, rest = command.words
        if handle := self._by_word.get(word):
            return await handle(command)
        if self._otherwise is None or (self._help and word in HELP_WORDS and not rest):
            return Tell(text=self._help)
        near = difflib.get_close_matches(word, self._by_word, n=1, cutoff=_NEARLY)
        return await self._otherwise(command.model_copy(update={"meant": near[0]}) if near else command)
