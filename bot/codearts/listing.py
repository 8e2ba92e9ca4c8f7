"""Reads the pages of the list call and picks the registry that was asked for. Pure.

Absence has consequences (the create call is repeated), so a page that cannot be trusted raises LookupFailed instead of
counting as empty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from bot.codearts.answers import any_trace_id, claims_error, complaint, json_object, status_word
from bot.codearts.wire import DOCKER_FORMATS, ListedRepository, ListResult
from bot.errors import LookupFailed
from bot.registry.models import Registry

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
    result = _result(document.get("result"), trace_id)
    rows = result.repositories or []
    found = tuple(Found(registry=_registry(row), trace_id=trace_id) for row in rows)
    return Page(found=found, total=result.total, trace_id=trace_id)


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


def _result(value: object, trace_id: str | None) -> ListResult:
    # The ValidationError quotes its input, so it is dropped, not chained.
    try:
        result = ListResult.model_validate(value)
    except ValidationError:
        result = None
    if result is None or (result.repositories is None and result.total != 0):
        raise LookupFailed("The list call answered without a list of registries.", trace_id=trace_id)
    return result


def _registry(row: ListedRepository) -> Registry:
    return Registry(
        id=row.id or row.name or "",
        name=row.display_name or "",
        format=row.format or row.package_type or "",
        status=row.status or "",
        address=row.url or None,
        description=row.description or None,
        created_at=row.created_time,
        created_by=row.created_user_name,
    )
