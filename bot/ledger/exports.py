"""The entries of an audit as lines of JSON, CSV, or a table for people. Pure."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from bot.domain.text import printable
from bot.ledger.audit import Entry

# A spreadsheet treats a cell that begins with one of these as a formula: https://owasp.org/www-community/attacks/CSV_Injection.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NAMES = tuple(each.name for each in fields(Entry))
_COLUMNS = {"at": 20, "event": 10, "reference": 7, "name": 20, "requester": 11, "who": 11}


def jsonl(entries: Iterable[Entry]) -> Iterator[str]:
    """One JSON object per line."""
    return (json.dumps(_values(each)) for each in entries)


def as_csv(entries: Iterable[Entry]) -> Iterator[str]:
    """A heading and one row per line; `details` is JSON. Cells that a spreadsheet would calculate start with an apostrophe."""
    yield _row(_NAMES)
    for entry in entries:
        values = _values(entry)
        yield _row([_cell(values[name]) for name in _NAMES])


def table(entries: Iterable[Entry]) -> Iterator[str]:
    """A table for a terminal; the details come last, and everything is printable."""
    yield "  ".join([*(f"{name:<{width}}" for name, width in _COLUMNS.items()), "details"])
    for entry in entries:
        values = _values(entry)
        columns = [f"{printable(str(values[name] or '-')):<{width}}" for name, width in _COLUMNS.items()]
        details = {"trace_id": entry.trace_id, **entry.details} if entry.trace_id else entry.details
        words = (f"{name}={json.dumps(value)}" for name, value in details.items() if value is not None)
        yield "  ".join([*columns, printable(" ".join(words))]).rstrip()


FORMATS: Mapping[str, Callable[[Iterable[Entry]], Iterator[str]]] = {"jsonl": jsonl, "csv": as_csv, "table": table}


def _values(entry: Entry) -> dict[str, Any]:
    at = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {name: getattr(entry, name) for name in _NAMES} | {"at": at}


def _row(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    return written.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, dict):
        return json.dumps(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
