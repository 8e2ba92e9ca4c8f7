"""Receipts as people read them in Slack: the lines of a list, the answers to `status`, and the receipt itself."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.features.explained import Words
from bot.features.receipts import wording
from bot.ledger.models import Event, EventCode, Place, Receipt, State
from bot.slack.blocks import (
    Block,
    Leaf,
    actions,
    bold,
    button,
    channel,
    code,
    context,
    emoji,
    header,
    link,
    moment,
    plain,
    plain_line,
    rich_text,
    rows,
    text,
    user,
)
from bot.slack.contacts import whom_to_ask
from bot.slack.receipts import receipt_button

MORE = "receipts_more"
HOW_TO_PUSH = "receipts_how_to_push"
PAGE = 10

_EMOJI = {State.CREATED: "white_check_mark", State.REFUSED: "x", State.IN_DOUBT: "warning"}
_CALLS: Mapping[str, str] = {EventCode.ANSWERED: wording.CALL_CREATE, EventCode.LOOKED_UP: wording.CALL_LIST}
# Slack allows 3,000 characters in a leaf; text from CodeArts is already cut to 500, an address is not.
_VENDOR_TEXT_MAX = 1000
_VALUE_MAX = 2000  # of a button

WordsOf = Callable[[Receipt], Words]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPosition:
    """Where a list continues: after which receipt, and whether it shows only the person's own requests."""

    mine: bool
    after: Place | None = None

    def value(self) -> str:
        """The value for a button."""
        after = [self.after.asked_at, self.after.id] if self.after else None
        return json.dumps({"mine": self.mine, "after": after})

    @classmethod
    def read(cls, value: str | None) -> "ListPosition | None":
        """The position in a button's value; None if it cannot be read."""
        try:
            found = json.loads(value or "")
            asked_at, request_id = found["after"]
            return cls(mine=bool(found["mine"]), after=Place(asked_at=float(asked_at), id=str(request_id)))
        except (ValueError, TypeError, KeyError):
            return None


def listing(
    found: Sequence[Receipt], words_of: WordsOf, *, page: ListPosition, more: bool, command: str
) -> tuple[Block, ...]:
    """One page of a list; `more`: there are others after it."""
    title = wording.LIST_TITLE_MINE if page.mine else wording.LIST_TITLE
    if not found:
        if page.after is not None:
            return (plain_line(wording.LIST_END),)
        empty = wording.LIST_EMPTY_MINE if page.mine else wording.LIST_EMPTY
        return (plain_line(empty.format(command=command)),)
    blocks = [rich_text([bold(title)]), *items(found, words_of)]
    if more:
        following = ListPosition(mine=page.mine, after=Place.of(found[-1])).value()
        blocks.append(actions(button(MORE, wording.MORE, following)))
    return (*blocks, *(() if page.mine else (context(wording.LIST_PRIVATE),)))


def items(found: Iterable[Receipt], words_of: WordsOf) -> list[Block]:
    """For each receipt its name, status, requester, time and address, and the button that opens it."""
    return [block for receipt in found for block in _item(receipt, words_of(receipt))]


def _item(receipt: Receipt, words: Words) -> list[Block]:
    mark = [text(" "), emoji(_EMOJI[State(receipt.state)])] if receipt.state in _EMOJI else []
    line = [code(receipt.name), text("  "), bold(words.status), *mark, text("  ·  "), user(receipt.requester)]
    lines = [[*line, text("  ·  "), moment(receipt.asked_at)]]
    if receipt.address:
        lines[0] += [text("\n"), code(receipt.address[:_VENDOR_TEXT_MAX])]
    return [rich_text(*lines), actions(receipt_button(receipt.id, name=receipt.name))]


def answer(found: Sequence[Receipt], words_of: WordsOf, *, contact: str | None = None) -> tuple[Block, ...]:
    """The answer to `status`. A single receipt also has the reason of a failure, the next step, and whom to ask."""
    if len(found) > 1:
        return (plain_line(wording.SEVERAL), *items(found, words_of))
    words = words_of(found[0])
    why = [plain_line(words.reason)] if words.reason else []
    ask = whom_to_ask(contact) if found[0].state != State.CREATED else None
    return (*items(found, words_of), *why, *map(context, filter(None, [words.next_step, ask])))


def view(receipt: Receipt, words: Words, *, events: Iterable[Event] = (), contact: str | None = None) -> dict[str, Any]:
    """The receipt; `events` show which call its trace id belongs to, `contact` is whom people may ask about it."""
    blocks = [header(receipt.name), rich_text(rows(_pairs(receipt, words, events)))]
    if words.next_step:
        blocks.append(context(words.next_step))
    if receipt.address and receipt.state == State.CREATED:
        blocks.append(actions(button(HOW_TO_PUSH, wording.HOW_TO_PUSH, receipt.id)))
    if ask := whom_to_ask(contact):
        blocks.append(context(ask))
    return {"type": "modal", "title": plain(wording.TITLE), "close": plain(wording.CLOSE), "blocks": blocks}


def _pairs(receipt: Receipt, words: Words, events: Iterable[Event]) -> list[tuple[str, Leaf]]:
    pairs: list[tuple[str, Leaf | None]] = [
        (wording.LABEL_STATUS, bold(words.status)),
        (wording.LABEL_ADDRESS, _code(receipt.address)),
        (wording.LABEL_REASON, _text(words.reason)),
        (wording.LABEL_REQUESTED_BY, user(receipt.requester)),
        (wording.LABEL_WHEN, moment(receipt.asked_at)),
        (wording.LABEL_DOOR, text(wording.DOORS.get(receipt.door, receipt.door))),
        (wording.LABEL_WHY, _text(receipt.description)),
        (wording.LABEL_RESULT_IN, _conversation(receipt.channel)),
        (wording.LABEL_ANNOUNCED, _announced(receipt)),
        *_decided(receipt, events),
        (wording.LABEL_TRACE_ID, _code(receipt.trace_id)),
        (wording.LABEL_CALL, _text(_call(receipt, events))),
        (wording.LABEL_REFERENCE, code(receipt.reference)),
        (wording.LABEL_REGION, _text(receipt.region)),
    ]
    return [(label, leaf) for label, leaf in pairs if leaf is not None]


def _decided(receipt: Receipt, events: Iterable[Event]) -> Iterator[tuple[str, Leaf | None]]:
    """Until when approvers may answer, or what they answered, who and when."""
    if receipt.state == State.WAITING:
        asked = [each.details.get("until") for each in events if each.code == EventCode.WAITING]
        yield from (
            (wording.LABEL_WAITS_UNTIL, moment(until)) for until in asked[-1:] if isinstance(until, int | float)
        )
    elif receipt.decided_at:
        answer = next((each.code for each in events if each.code in wording.LABEL_DECIDED_BY), "")
        yield wording.LABEL_DECIDED_BY.get(answer, wording.LABEL_DECIDED_BY_UNKNOWN), _decided_by(receipt)
        yield wording.LABEL_DECIDED_AT, moment(receipt.decided_at)
        if answer != EventCode.DECLINED:  # else it is the reason above
            yield wording.LABEL_DECIDED_WHY, _text(receipt.decided_why)


def _decided_by(receipt: Receipt) -> Leaf | None:
    if not receipt.decided_by:
        return None
    # An operator who used the terminal is known by `user@host`, which is not a Slack id.
    return text(receipt.decided_by) if "@" in receipt.decided_by else user(receipt.decided_by)


def _call(receipt: Receipt, events: Iterable[Event]) -> str | None:
    """The call that the trace id belongs to."""
    codes = [each.code for each in events if each.trace_id and each.trace_id == receipt.trace_id]
    return next((_CALLS[code] for code in codes if code in _CALLS), None)


def _announced(receipt: Receipt) -> Leaf:
    if receipt.told_at is None:
        return text(wording.NOT_ANNOUNCED)
    if (receipt.message_channel or "").startswith("D"):
        return text(wording.ANNOUNCED_DIRECT)
    return link(receipt.permalink, wording.ANNOUNCED_LINK) if receipt.permalink else text(wording.ANNOUNCED_BY_FORM)


def _conversation(channel_id: str) -> Leaf:
    return channel(channel_id) if channel_id.startswith(("C", "G")) else text(wording.PRIVATE_CONVERSATION)


def _code(words: str | None) -> Leaf | None:
    return code(words[:_VENDOR_TEXT_MAX]) if words else None


def _text(words: str | None) -> Leaf | None:
    return text(words[:_VENDOR_TEXT_MAX]) if words else None
