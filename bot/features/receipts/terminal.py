"""Receipts for the terminal: `registry-bot show` and `requests`. Text from outside becomes one printable line."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.domain.text import printable
from bot.features.explained import Words
from bot.ledger.models import Event, EventCode, Receipt, State

_NAME_MAX = 20  # characters of a name, so that the columns line up


def lines(receipt: Receipt, words: Words, events: Iterable[Event]) -> Iterator[str]:
    """A receipt as `label: value` lines, then its events, oldest first."""
    known = list(events)
    pairs = [*_pairs(receipt, words), *_waits(receipt, known), ("request", receipt.id)]
    yield from (f"{label}: {printable(value)}" for label, value in pairs if value)
    yield "events:"
    yield from (f"  {_event(each)}" for each in known)


def line(receipt: Receipt, words: Words) -> str:
    """A receipt in one line: time, reference, status, name, requester, and the address or the reason of the failure."""
    who = receipt.requester_name or receipt.requester
    last = receipt.address or words.reason or ""
    columns = (
        _time(receipt.asked_at),
        receipt.reference,
        f"{words.status:<11}",
        f"{receipt.name:<{_NAME_MAX}}",
        who,
        last,
    )
    return "  ".join(map(printable_cell, columns)).rstrip()


def printable_cell(text: str) -> str:
    """One printable line that keeps its trailing spaces."""
    return printable(text).ljust(len(text)) if text.endswith(" ") else printable(text)


def as_json(receipt: Receipt, words: Words, events: Iterable[Event] | None = None) -> str:
    """One line of JSON: the row of the ledger, its status in words, and the events if given."""
    row: dict[str, Any] = {name: _json_value(name, value) for name, value in asdict(receipt).items()}
    row |= {"status": words.status, "reason": words.reason}
    if events is not None:
        row["events"] = [{name: _json_value(name, value) for name, value in asdict(each).items()} for each in events]
    return json.dumps(row)


def _pairs(receipt: Receipt, words: Words) -> Iterator[tuple[str, str]]:
    yield "reference", receipt.reference
    yield "name", receipt.name
    yield "status", words.status
    yield "reason", words.reason or ""
    yield "address", receipt.address or ""
    yield "requested by", f"{receipt.requester_name} ({receipt.requester})".strip()
    yield "description", receipt.description or ""
    yield "asked at", _time(receipt.asked_at)
    yield "finished at", _time(receipt.finished_at)
    yield "trace id", receipt.trace_id or ""
    yield "registry id", receipt.registry_id or ""
    yield "region", receipt.region
    yield "CodeArts project", receipt.project or ""
    yield "created as", receipt.creator or ""
    yield "result goes to", f"{receipt.channel} ({'public' if receipt.public else 'perhaps private'})"
    yield "told at", _time(receipt.told_at)
    yield "message", receipt.permalink or " ".join(filter(None, (receipt.message_channel, receipt.message_ts)))
    yield "decided by", receipt.decided_by or ""
    yield "decided at", _time(receipt.decided_at)
    yield "reason given", receipt.decided_why or ""


def _waits(receipt: Receipt, events: list[Event]) -> Iterator[tuple[str, str]]:
    """Until when it waits for an approval, in which channel it was asked for, and why the requester needs it."""
    asked = next((each.details for each in reversed(events) if each.code == EventCode.WAITING), None)
    if receipt.state != State.WAITING or asked is None:
        return
    until = asked.get("until")
    yield "waits until", _time(until) if isinstance(until, int | float) else ""
    yield "approvers asked in", str(asked.get("channel") or "nowhere yet")
    yield "reason given", str(asked.get("reason") or "")


def _event(event: Event) -> str:
    details = " ".join(f"{name}={json.dumps(value)}" for name, value in event.details.items() if value is not None)
    who, trace = (f"by {event.who}" if event.who else ""), (f"trace_id={event.trace_id}" if event.trace_id else "")
    return printable(" ".join(part for part in (_time(event.at), event.code, who, trace, details) if part))


def _json_value(name: str, value: Any) -> Any:
    return _time(value) if (name == "at" or name.endswith("_at")) and isinstance(value, float) else value


def _time(moment: float | None) -> str:
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
