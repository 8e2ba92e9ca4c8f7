"""Reads the pages of the list call and picks the registry that was asked for. Pure.

Absence has consequences (the create call is repeated), so a page that cannot be trusted raises LookupFailed instead of
counting as empty.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.codearts.answers import Document, any_trace_id, claims_error, complaint, json_object, status_word
from bot.codearts.wire import DOCKER_FORMATS
from bot.errors import LookupFailed
from bot.registry.models import Registry

_DIGITS = re.compile(r"[0-9]{1,9}")
_ASK_AGAIN = frozenset({408, 429, 499})  # a timeout, throttling, a client that left


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A registry and the trace id of the list call that showed it, to be quoted with it."""

    registry: Registry
    trace_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of the list call. `total` counts the rows of all pages, or is None where the API left it out."""

    found: tuple[Found, ...]
    total: int | None
    trace_id: str | None


def read_page(status: int, headers: Mapping[str, str], body: bytes) -> Page:
    """The rows of one answer. Raises LookupFailed, with a trace id where there is one, for all but a usable page."""
    document = json_object(body)
    trace_id = any_trace_id(document, {name.lower(): value for name, value in headers.items()})
    if status // 100 != 2 or document is None or claims_error(document):
        said = str(complaint(document))
        reason = f"The list call answered HTTP {status}{f' ({said})' if said else ''}."
        raise LookupFailed(reason, trace_id=trace_id, refused=status // 100 == 4 and status not in _ASK_AGAIN)
    if status_word(document) not in {"success", ""}:
        raise LookupFailed("The list call answered with an unknown status word.", trace_id=trace_id)
    rows, total = _rows(document.get("result"), trace_id)
    found = tuple(Found(registry=_registry(row), trace_id=trace_id) for row in rows)
    return Page(found=found, total=total, trace_id=trace_id)


def best_match(found: Iterable[Found], name: str) -> Found | None:
    """The Docker registry whose display name is exactly `name`; an active one before one in any other state.

    Raises LookupFailed when a row has the name and hides its format: it is neither ours for sure nor surely another's.
    """
    named = [each for each in found if each.registry.name == name]
    docker = [each for each in named if each.registry.format.lower() in DOCKER_FORMATS]
    if docker:
        return min(docker, key=lambda each: each.registry.status.lower() != "active")
    if hidden := next((each for each in named if not each.registry.format), None):
        raise LookupFailed("The list call shows that name without its format.", trace_id=hidden.trace_id)
    return None


def _rows(result: object, trace_id: str | None) -> tuple[list[Document], int | None]:
    """The rows, and the count of all pages. By hand: importing pydantic would be a quarter of this client's start."""
    fields = result if isinstance(result, dict) else {}
    total, rows = _count(fields.get("total"), trace_id), fields.get("repositories")
    rows = [] if rows is None and total == 0 else rows  # only a list of nothing may be left out
    if not isinstance(rows, list):
        raise LookupFailed("The list call answered without a list of registries.", trace_id=trace_id)
    if not all(isinstance(row, dict) and isinstance(row.get("displayName"), str | None) for row in rows):
        raise LookupFailed("The list call shows rows that cannot be read.", trace_id=trace_id)
    return rows, total


def _count(total: object, trace_id: str | None) -> int | None:
    """A whole number, also as text: no page says which of the two the API sends."""
    if isinstance(total, str) and _DIGITS.fullmatch(total):
        total = int(total)
    if total is None or (isinstance(total, int) and not isinstance(total, bool) and total >= 0):
        return total
    raise LookupFailed("The list call answered with a count that is no number.", trace_id=trace_id)


def _registry(row: Document) -> Registry:
    """`displayName` is held to be text, because absence is concluded from it; the rest is loose."""
    text = {key: value for key, value in row.items() if isinstance(value, str)}
    return Registry(
        id=text.get("id") or text.get("name") or "",
        name=text.get("displayName") or "",
        format=text.get("format") or text.get("packageType") or "",
        status=text.get("status") or "",
        address=text.get("url") or None,
        description=text.get("description") or None,
        created_at=text.get("createdTime"),
        created_by=text.get("createdUserName"),
    )
