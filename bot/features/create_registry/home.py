"""(7) The Home tab: a person's requests, unfinished ones first, each with its buttons, and the button for a new one. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.features.create_registry import wording
from bot.features.create_registry.buttons import only_receipt, row
from bot.features.create_registry.kept import from_receipt
from bot.features.create_registry.models import WORKFLOW
from bot.features.create_registry.outcomes import outcome_of
from bot.features.create_registry.outcomes import words_of as explained
from bot.features.explained import words_of
from bot.ledger.models import Receipt, State
from bot.slack.approval import withdraw_button
from bot.slack.blocks import (
    Block,
    Leaf,
    actions,
    bold,
    button,
    code,
    context,
    header,
    link,
    moment,
    plain_line,
    rich_text,
    text,
)
from bot.slack.contacts import whom_to_ask
from bot.slack.receipts import receipt_button

CREATE = "registry_create"
# Slack takes 100 blocks, and a request has three.
SHOWN_MAX = 10
UNFINISHED_MAX = 15
_DIVIDER: Block = {"type": "divider"}
_TEXT_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One request: its receipt, and when it was last looked up. `replaced`: a later request in its place has succeeded."""

    receipt: Receipt
    looked_up: float | None = None
    replaced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What all Home tabs have in common. `contact` is whom people may ask, if set; `command` is the slash command.

    `can_look_up`: whether registries can be looked up in the cloud.
    """

    contact: str | None
    command: str
    can_look_up: bool = True

    def view(self, requests: Iterable[Shown], *, unfinished: Iterable[Shown] = ()) -> dict[str, Any]:
        """The Home tab of somebody who made these requests, each newest first; those `unfinished` have no outcome yet."""
        return {"type": "home", "blocks": list(self._blocks(list(requests)[:SHOWN_MAX], list(unfinished)))}

    def unreadable(self) -> dict[str, Any]:
        """The Home tab while the ledger cannot be read."""
        said = [header(wording.HOME_MINE), plain_line(wording.HOME_UNREADABLE)]
        return {"type": "home", "blocks": [*self._beginning(), *said, *self._end()]}

    def _blocks(self, requests: list[Shown], unfinished: list[Shown]) -> Iterator[Block]:
        yield from self._beginning()
        if unfinished:
            yield header(wording.HOME_UNFINISHED)
            yield from self._each(unfinished[:UNFINISHED_MAX])
            if len(unfinished) > UNFINISHED_MAX:
                yield context(wording.HOME_UNFINISHED_MORE.format(command=self.command))
        if requests or not unfinished:
            yield header(wording.HOME_MINE)
        if not requests and not unfinished:
            yield plain_line(wording.HOME_EMPTY.format(command=self.command))
        yield from self._each(requests)
        yield from self._end()

    def _each(self, requests: list[Shown]) -> Iterator[Block]:
        for request in requests:
            yield from self._request(request)
            yield _DIVIDER

    def _beginning(self) -> Iterator[Block]:
        yield header(wording.HOME_TITLE)
        yield plain_line(wording.HOME_INTRO)
        yield actions(button(CREATE, wording.HOME_CREATE, "home", primary=True))

    def _end(self) -> Iterator[Block]:
        yield header(wording.HOME_HELP_TITLE)
        yield plain_line(wording.HOME_HELP.format(command=self.command))
        if ask := whom_to_ask(self.contact):
            yield context(ask)

    def _request(self, shown: Shown) -> Iterator[Block]:
        receipt = shown.receipt
        words = words_of(receipt, {WORKFLOW: explained})
        title = [code(receipt.name), text(wording.SEPARATOR), bold(words.status), text(wording.SEPARATOR)]
        lines = [[*title, moment(receipt.asked_at)]]
        if receipt.description:
            lines.append([text(receipt.description[:_TEXT_MAX])])
        if receipt.address:
            lines.append([text(f"{wording.LABEL_ADDRESS}: "), code(receipt.address[:_TEXT_MAX])])
        if words.reason:
            lines.append([text(words.reason[:_TEXT_MAX]), *_looked_up(shown)])
        yield rich_text(*lines, _small(receipt))
        outcome = outcome_of(receipt)
        if receipt.state == State.WAITING:
            yield actions(withdraw_button(receipt.id, name=receipt.name), receipt_button(receipt.id, name=receipt.name))
        elif outcome is None or shown.replaced:
            yield from only_receipt(receipt.id, name=receipt.name)
        else:
            yield from row(from_receipt(receipt, outcome), can_look_up=self.can_look_up, by_id=True)


def _looked_up(shown: Shown) -> list[Leaf]:
    if shown.receipt.state != State.IN_DOUBT or shown.looked_up is None:
        return []
    return [text(f" {wording.HOME_LOOKED_UP} "), moment(shown.looked_up), text(".")]


def _small(receipt: Receipt) -> list[Leaf]:
    leaves = [text(f"{wording.LABEL_REFERENCE}: "), code(receipt.reference)]
    if receipt.permalink:
        leaves += [text(wording.SEPARATOR), link(receipt.permalink, wording.HOME_MESSAGE)]
    return leaves
