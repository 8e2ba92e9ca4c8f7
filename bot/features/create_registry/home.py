"""(7) The Home tab: what somebody asked for, newest first, with what helps, and the way to ask for more. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.outcomes import InDoubt, Refused
from bot.domain.registry import Created
from bot.domain.request import Origin, Request
from bot.features.create_registry import wording
from bot.features.create_registry.buttons import row
from bot.features.create_registry.kept import Kept
from bot.features.create_registry.models import RegistryRequest
from bot.features.create_registry.outcomes import outcome_of, reason_of, status_of
from bot.ledger.models import Receipt
from bot.slack.blocks import (
    Block,
    Leaf,
    actions,
    bold,
    button,
    code,
    context,
    header,
    moment,
    plain_line,
    rich_text,
    text,
)
from bot.slack.contacts import whom_to_ask
from bot.slack.receipts import receipt_button

CREATE = "registry_create"
SHOWN_MAX = 10
_DIVIDER: Block = {"type": "divider"}
_TEXT_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What every Home tab says. `contact` is whom people may ask, if that is set, `command` how it is called."""

    contact: str | None
    command: str

    def view(self, receipts: Iterable[Receipt]) -> dict[str, Any]:
        """The Home tab of somebody who asked for these, newest first."""
        return {"type": "home", "blocks": list(self._blocks(list(receipts)[:SHOWN_MAX]))}

    def unreadable(self) -> dict[str, Any]:
        """The Home tab while the ledger cannot be read."""
        return {"type": "home", "blocks": [*self._beginning(), plain_line(wording.HOME_UNREADABLE), *self._end()]}

    def _blocks(self, receipts: list[Receipt]) -> Iterator[Block]:
        yield from self._beginning()
        if not receipts:
            yield plain_line(wording.HOME_EMPTY.format(command=self.command))
        for receipt in receipts:
            yield from _request(receipt)
            yield _DIVIDER
        yield from self._end()

    def _beginning(self) -> Iterator[Block]:
        yield header(wording.HOME_TITLE)
        yield plain_line(wording.HOME_INTRO)
        yield actions(button(CREATE, wording.HOME_CREATE, "home", primary=True))
        yield header(wording.HOME_MINE)

    def _end(self) -> Iterator[Block]:
        yield header(wording.HOME_HELP_TITLE)
        yield plain_line(wording.HOME_HELP.format(command=self.command))
        if ask := whom_to_ask(self.contact):
            yield context(ask)


def _request(receipt: Receipt) -> Iterator[Block]:
    outcome = outcome_of(receipt)
    status = status_of(outcome) if outcome else wording.STATUS_CREATING
    title = [
        code(receipt.name),
        text(wording.SEPARATOR),
        bold(status),
        text(wording.SEPARATOR),
        moment(receipt.asked_at),
    ]
    lines = [title]
    if receipt.description:
        lines.append([text(receipt.description[:_TEXT_MAX])])
    match outcome:
        case Created(address=str(address)):
            lines.append([text(f"{wording.LABEL_ADDRESS}: "), code(address[:_TEXT_MAX])])
        case Refused() | InDoubt():
            lines.append([text(reason_of(outcome)[:_TEXT_MAX])])
    lines.append(_small(receipt))
    yield rich_text(*lines)
    if outcome is None:
        yield actions(receipt_button(receipt.id, name=receipt.name))
    else:
        # Checked is in the message only: what was sent, note included, stands on its button, and not in the ledger.
        yield from row(_kept(receipt, outcome), can_look_up=False)


def _small(receipt: Receipt) -> list[Leaf]:
    leaves = [text(f"{wording.LABEL_REFERENCE}: "), code(receipt.reference)]
    if receipt.permalink:
        link = {"type": "link", "url": receipt.permalink, "text": wording.HOME_MESSAGE}
        leaves += [text(wording.SEPARATOR), link]
    return leaves


def _kept(receipt: Receipt, outcome: Created | Refused | InDoubt) -> Kept:
    origin = Origin(
        door="home",
        requester=receipt.requester,
        requester_name=receipt.requester_name,
        team=receipt.team,
        channel=receipt.channel,
        public=receipt.public,
    )
    request = Request(
        id=receipt.id,
        reference=receipt.reference,
        origin=origin,
        payload=RegistryRequest(name=receipt.name, description=receipt.description),
        accepted_at=receipt.asked_at,
    )
    return Kept(request=request, outcome=outcome, looked_before=False)
