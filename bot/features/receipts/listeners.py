"""Answers `list`, `status` and the buttons in their answers: from the ledger, within milliseconds."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.access.approvers import Approvers
from bot.domain.asked_for import spelt
from bot.domain.command import COMMAND
from bot.errors import LedgerUnavailable
from bot.features.explained import Explanations, Words, words_of
from bot.features.receipts import messages, wording
from bot.features.receipts.disclosure import approvers_asked, may_see
from bot.features.receipts.messages import PAGE, ListPosition
from bot.ledger.ledger import Ledger
from bot.ledger.models import Receipt
from bot.slack.blocks import escape
from bot.slack.inbound.answers import Accept, Answer, Tell
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.payloads import Command
from bot.slack.inbound.presses import Press
from bot.slack.push_guide import PushGuide

LIST, STATUS = "list", "status"
_MINE = "mine"
_WHAT_MAX = 100
_SHOWN_MAX = 5

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The receipts that a person may see. `operators` may see all of them, `approvers` those they were asked about.

    `contact` is whom people may ask for help, `command` is the slash command.
    """

    ledger: Ledger
    explanations: Explanations
    approvers: Approvers
    operators: Collection[str] = ()
    contact: str | None = None
    command: str = COMMAND

    def words_of(self, receipt: Receipt) -> Words:
        """The status of a receipt in words."""
        return words_of(receipt, self.explanations)

    async def may_see(self, person: str, receipt: Receipt) -> bool:
        """Whether this person may see the whole receipt."""
        if may_see(person, receipt, operators=self.operators):
            return True
        return approvers_asked(receipt) and await self.approvers.include(person) is True

    async def seen(self, person: str, receipts: Iterable[Receipt]) -> None:
        """Record that this person is about to see them, except for those that everybody may see."""
        for receipt in receipts:
            if not receipt.public:
                await self.ledger.seen(receipt.id, who=person)

    async def page(self, person: str, page: ListPosition) -> tuple[Sequence[Receipt], bool]:
        """One page for this person, and whether there is another one after it."""
        limit = PAGE + 1
        if page.mine:
            found = await self.ledger.newest(requester=person, after=page.after, limit=limit)
        elif person in self.operators:
            found = await self.ledger.newest(after=page.after, limit=limit)
        else:
            found = await self.ledger.newest_seen_by(person, after=page.after, limit=limit)
        return found[:PAGE], len(found) > PAGE


class ShowList:
    """Answers `list`, and its button for older requests, whose page replaces the one before."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def __call__(self, command: Command) -> Answer:
        """The first page."""
        _, rest = command.words
        return await self._page(command.user_id, ListPosition(mine=rest.lower() == _MINE))

    async def more(self, press: Press) -> Answer:
        """The next page."""
        page = ListPosition.read(press.action.value)
        return await self._page(press.user_id, page, in_place=True) if page else Tell(text=wording.GONE)

    async def _page(self, person: str, page: ListPosition, *, in_place: bool = False) -> Answer:
        try:
            found, more = await self._archive.page(person, page)
        except LedgerUnavailable as error:
            return _not_now(error)
        blocks = messages.listing(found, self._archive.words_of, page=page, more=more, command=self._archive.command)
        title = wording.LIST_TITLE_MINE if page.mine else wording.LIST_TITLE
        return Tell(text=_in_text(title, found), blocks=blocks, in_place=in_place)


class AskCloud(Protocol):
    """Tells the person who typed a command what Huawei Cloud knows about a name; False if it cannot be asked."""

    def __call__(self, command: Command, name: str, *, ledger_read: bool) -> bool:
        """`ledger_read`: the ledger was read and does not have the name; otherwise it could not be read."""
        ...


class ShowStatus:
    """Answers `status WHAT`. `ask_cloud` looks up in Huawei Cloud what the ledger does not have."""

    def __init__(self, archive: Archive, *, ask_cloud: AskCloud) -> None:
        self._archive = archive
        self._ask_cloud = ask_cloud

    async def __call__(self, command: Command) -> Answer:
        """What happened to the request; similar names if none matches."""
        _, what = command.words
        if not what:
            return Tell(text=wording.STATUS_OF_WHAT.format(command=self._archive.command))
        try:
            found = await self._archive.ledger.find(what)
            near = [] if found else await self._archive.ledger.near(what)
        except LedgerUnavailable as error:
            unread = _not_now(error)
            asked = self._ask_cloud(command, spelt(what), ledger_read=False)
            return Tell(text=f"{wording.NOT_NOW_BUT} {wording.LOOKING_IN_CLOUD}") if asked else unread
        if not found:
            return self._nothing(command, what, near)
        seen = [each for each in found if await self._archive.may_see(command.user_id, each)][:_SHOWN_MAX]
        if not seen:
            return Tell(text=wording.HIDDEN.format(name=_safe(found[0].name), requester=found[0].requester))
        try:
            await self._archive.seen(command.user_id, seen)
        except LedgerUnavailable as error:
            return _not_now(error)
        blocks = messages.answer(seen, self._archive.words_of, contact=self._archive.contact)
        return Tell(text=_in_text("", seen), blocks=blocks)

    def _nothing(self, command: Command, what: str, near: list[str]) -> Tell:
        names = ", ".join(f"`{_safe(name)}`" for name in near)
        words = (wording.NOT_FOUND_NEAR if near else wording.NOT_FOUND).format(what=_safe(what[:_WHAT_MAX]), near=names)
        return Tell(
            text=f"{words} {wording.LOOKING_IN_CLOUD}"
            if self._ask_cloud(command, spelt(what), ledger_read=True)
            else words
        )


class ShowReceipt:
    """Answers the button for a receipt, in any message or view."""

    def __init__(self, archive: Archive, *, forms: FormOpener) -> None:
        self._archive = archive
        self._forms = forms

    async def __call__(self, press: Press) -> Answer:
        """Answer at once; the receipt is opened in the background."""
        try:
            receipt = await self._archive.ledger.get(press.action.value or "")
            events = await self._archive.ledger.events(receipt.id) if receipt else []
        except LedgerUnavailable as error:
            return _not_now(error)
        if receipt is None:
            return Tell(text=wording.GONE)
        if not await self._archive.may_see(press.user_id, receipt):
            return Tell(text=wording.HIDDEN.format(name=_safe(receipt.name), requester=receipt.requester))
        try:
            await self._archive.seen(press.user_id, [receipt])
        except LedgerUnavailable as error:
            return _not_now(error)
        words = self._archive.words_of(receipt)
        self._forms.open_soon(press, messages.view(receipt, words, events=events, contact=self._archive.contact))
        return Accept()


class ShowReceiptPushGuide:
    """Answers the button of a receipt that shows how to push."""

    def __init__(self, archive: Archive, *, forms: FormOpener, guide: PushGuide) -> None:
        self._archive = archive
        self._forms = forms
        self._guide = guide

    async def __call__(self, press: Press) -> Answer:
        """Answer at once; the guide is opened in the background."""
        try:
            receipt = await self._archive.ledger.get(press.action.value or "")
        except LedgerUnavailable as error:
            return _not_now(error)
        if receipt is None or not receipt.address or not await self._archive.may_see(press.user_id, receipt):
            return Tell(text=wording.GONE)
        self._forms.open_soon(press, self._guide.view(name=receipt.name, address=receipt.address))
        return Accept()


def _in_text(title: str, found: Sequence[Receipt]) -> str:
    """The message's plain text, for clients that do not show blocks."""
    return "\n".join([*([title] if title else []), *(f"`{_safe(each.name)}` ({each.reference})" for each in found)])


def _safe(words: str) -> str:
    """The words, safe in a code span or in quotation marks in mrkdwn."""
    return escape("".join(char for char in words if char.isprintable())).replace("`", "'")


def _not_now(error: LedgerUnavailable) -> Tell:
    logger.warning("the ledger is unavailable (%s)", error)
    return Tell(text=wording.NOT_NOW)
