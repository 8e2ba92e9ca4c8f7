"""Reads the pages of the list call and finds registries in them. Pure.

If a registry is absent, the create call is repeated. So a page that cannot be trusted raises LookupFailed instead of counting
as empty.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from bot.codearts.answers import (
    BY_SHAPE,
    TEXT_MAX,
    Document,
    any_trace_id,
    claims_error,
    error_details,
    header_fields,
    json_object,
    status_word,
)
from bot.codearts.wire import DOCKER_FORMATS
from bot.domain.outcomes import Reason
from bot.domain.registry import Registry
from bot.errors import LookupFailed
from bot.redaction import Redact, distinct

_DIGITS = re.compile(r"[0-9]{1,9}")
# With or without a scheme; no user, no query, nothing that a shell or Slack would interpret.
_ADDRESS = re.compile(r"(?:https?://)?[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%+-]*)*", re.ASCII | re.IGNORECASE)
_ADDRESS_MAX = 500
_ASK_AGAIN = frozenset({408, 429, 499})  # a timeout, throttling, a client that disconnected


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A registry, and the trace id of the list call that returned it, to be quoted with it."""

    registry: Registry
    trace_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One answer of the list call. `total` counts the rows of all pages, or is None if the API omitted it."""

    found: tuple[Found, ...]
    total: int | None
    trace_id: str | None


class Pages:
    """The pages of one list, combined as they arrive; `size` is that of a full page.

    Registries that are created or deleted meanwhile shift the others, so that one may be on two pages and another on none.
    So each row counts once, and the largest total counts.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._found: dict[tuple[str, str], Found] = {}
        self._total: int | None = None
        self.trace_id: str | None = None

    @property
    def found(self) -> list[Found]:
        """The rows so far."""
        return list(self._found.values())

    def add(self, page: ListPage) -> bool:
        """Add a page, and return whether it was the last. Raises LookupFailed if it is not, but contains nothing new."""
        self.trace_id = page.trace_id
        known = len(self._found)
        for each in page.found:
            self._found.setdefault((each.registry.id, each.registry.name), each)
        if page.total is not None:
            self._total = max(page.total, self._total or 0)
        count = len(self._found) if known else len(page.found)
        # A full page that exceeds its total contradicts it.
        if self._total == count or (len(page.found) < self._size and (self._total is None or count > self._total)):
            return True
        if len(self._found) == known:
            raise LookupFailed(Reason.LIST_INCOMPLETE, trace_id=page.trace_id)
        return False


def read_page(
    status: int, headers: Mapping[str, str], body: bytes, redact: Redact = BY_SHAPE, *, outline: bool = False
) -> ListPage:
    """The rows of one answer. Identifying fields are not redacted, or still differ if they are; all other text is redacted.

    `outline`: read only id, name, format and status, unredacted. This takes a tenth of the time.

    Raises LookupFailed, with a trace id if there is one, for anything but a usable page.
    """
    document = json_object(body)
    trace_id = any_trace_id(document, header_fields(headers), redact)
    if document is None and status // 100 == 2:
        raise LookupFailed(Reason.ANSWER_UNREADABLE, status=status, trace_id=trace_id)
    # Another 2xx is part of a list, or what something on the way made of one.
    if document is None or status != HTTPStatus.OK or claims_error(document):
        details = error_details(document, redact)
        raise LookupFailed(
            details.code or Reason.ANSWER_UNCLEAR,
            message=details.message,
            status=status,
            trace_id=trace_id,
            refused=status // 100 == 4 and status not in _ASK_AGAIN,
        )
    try:
        rows, total = _rows(document)
    except ValueError as error:
        raise LookupFailed(Reason.LIST_UNREADABLE, status=status, trace_id=trace_id) from error
    registries = (_outline(row) if outline else _registry(row, redact) for row in rows)
    found = tuple(Found(registry=each, trace_id=trace_id) for each in registries)
    return ListPage(found=found, total=total, trace_id=trace_id)


def is_docker(registry: Registry) -> bool:
    """Whether it is a Docker registry, in either spelling of the format."""
    return registry.format.lower() in DOCKER_FORMATS


def docker_named(found: Sequence[Found], name: str) -> list[Found]:
    """The Docker registries with this display name, ignoring case; active ones first.

    Raises LookupFailed if a row has the name but no format, or could be the one but has no name: what cannot be read is not
    absent.
    """
    named = [each for each in found if each.registry.name.casefold() == name.casefold()]
    docker = [each for each in named if is_docker(each.registry)]
    nameless = [
        each for each in found if not each.registry.name and (is_docker(each.registry) or not each.registry.format)
    ]
    unclear = [each for each in named if not each.registry.format] or ([] if docker else nameless)
    if unclear:
        raise LookupFailed(Reason.LIST_UNREADABLE, trace_id=unclear[0].trace_id)
    return sorted(docker, key=lambda each: each.registry.status.lower() != "active")


def _rows(document: Document) -> tuple[list[Document], int | None]:
    """The rows of this page, and the number of rows on all pages. Raises ValueError for anything unreadable.

    Checked by hand, because importing pydantic would take a quarter of the time in which this client starts.
    """
    if status_word(document) not in {"success", ""}:
        raise ValueError("unknown status word")
    result = document.get("result")
    fields = result if isinstance(result, dict) else {}
    total, rows = _count(fields.get("total")), fields.get("repositories")
    rows = [] if rows is None and total == 0 else rows  # the list may be omitted only when it is empty
    if not isinstance(rows, list):
        raise ValueError("no list of registries")  # noqa: TRY004  the caller handles one class
    if not all(isinstance(row, dict) and isinstance(row.get("displayName"), str | None) for row in rows):
        raise ValueError("a row that cannot be read")
    return rows, total


def _count(total: object) -> int | None:
    """A whole number, or one as text: the documentation does not say which of the two the API sends."""
    if isinstance(total, str) and _DIGITS.fullmatch(total):
        total = int(total)
    if total is None or (isinstance(total, int) and not isinstance(total, bool) and total >= 0):
        return total
    raise ValueError("a count that is not a number")


def _outline(row: Document) -> Registry:
    text = _text_of(row, ("id", "name", "displayName", "format", "packageType", "status"))
    return Registry(
        id=text["id"] or text["name"],
        name=text["displayName"],
        format=text["format"] or text["packageType"],
        status=text["status"],
        address=None,
    )


def _text_of(row: Document, keys: Iterable[str]) -> dict[str, str]:
    """The text in a field; a field of another type counts as missing."""
    values = ((key, row.get(key)) for key in keys)
    return {key: value if isinstance(value, str) else "" for key, value in values}


def _registry(row: Document, redact: Redact) -> Registry:
    """`displayName` may only be missing or text, because no name may be overlooked; other fields may have any type.

    Name, format and status are unredacted, because they are compared; the only name that is stored or shown is the one that
    was asked for.
    """
    text = {key: value if len(value) <= TEXT_MAX else "…" for key, value in row.items() if isinstance(value, str)}
    name, creator = text.get("displayName") or "", text.get("createdUserId") or text.get("createdUserName")
    return Registry(
        id=distinct(text.get("id") or text.get("name") or "", redact),
        name=name,
        format=text.get("format") or text.get("packageType") or "",
        status=text.get("status") or "",
        address=_address(text.get("url") or "", name, redact),
        description=distinct(text["description"], redact) if text.get("description") else None,
        created_at=redact(text["createdTime"]) if text.get("createdTime") else None,
        creator=distinct(creator, redact) if creator else None,
    )


def _address(url: str, name: str, redact: Redact) -> str | None:
    """The address; None if it contains a secret, since a redacted address is useless. The registry's name is not a secret.

    Also None if it is no address: people copy it into commands.
    """
    url = url.strip()
    if len(url) > _ADDRESS_MAX or not _ADDRESS.fullmatch(url):
        return None
    others = "/".join("-" if part == name else part for part in url.split("/"))
    return url if redact(others) == others else None
