"""Looks up in Huawei Cloud a name that is not in the ledger: its description may name the requester."""

from bot.codearts.client import CodeArts, Found
from bot.errors import LookupFailed
from bot.features.receipts import wording
from bot.slack.blocks import Block, code, plain_line, rich_text, text
from bot.slack.inbound.answers import Tell
from bot.slack.inbound.payloads import Command
from bot.slack.inbound.telling import Teller

_NAME_MAX = 20  # characters of a registry's name; anything longer is not one
_TEXT_MAX = 1000


class CloudLookup:
    """Asks CodeArts in the background. `noted`: every description names the requester (CODEARTS_DESCRIPTION_NOTE)."""

    def __init__(self, *, codearts: CodeArts, teller: Teller, noted: bool) -> None:
        self._codearts = codearts
        self._teller = teller
        self._noted = noted

    def ask(self, command: Command, name: str, *, ledger_read: bool) -> bool:
        """Tell the person who typed the command what Huawei Cloud knows about the name; False if it is not asked."""
        if not (self._noted and self._codearts.can_look_up and name.isprintable() and len(name) <= _NAME_MAX):
            return False
        self._teller.answer_later(command, self._answer(name, ledger_read))
        return True

    async def _answer(self, name: str, ledger_read: bool) -> Tell:
        try:
            found = await self._codearts.find_all(name)
        except LookupFailed:
            return _tell(wording.CLOUD_SILENT, name)
        if not found:
            return _tell(wording.CLOUD_HAS_NOT if ledger_read else wording.CLOUD_HAS_NOT_UNREAD, name)
        has = wording.CLOUD_HAS if ledger_read else wording.CLOUD_HAS_UNREAD
        return _tell(has, found[0].registry.name, *_described(found[0]))


def _described(found: Found) -> list[Block]:
    description = found.registry.description
    if not description:
        return [plain_line(wording.CLOUD_NO_DESCRIPTION)]
    address = [[text("\n"), code(found.registry.address[:_TEXT_MAX])]] if found.registry.address else []
    words = [text(f"{wording.CLOUD_DESCRIPTION}: "), code(description[:_TEXT_MAX])]
    return [rich_text([*words, *(leaf for leaves in address for leaf in leaves)])]


def _tell(words: str, name: str, *blocks: Block) -> Tell:
    line = words.format(name=f"“{name}”")
    return Tell(text=line, blocks=(plain_line(line), *blocks))
