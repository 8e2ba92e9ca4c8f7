"""What the page shows of the cloud, as JSON values: the chosen scenario, the registries, and the latest calls."""

import json
from http import HTTPStatus

from bot.playground.codearts.records import CloudCall, LocalRegistry
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.page.requests import Json
from bot.playground.scenarios import SCENARIOS, CloudMood

_CALLS_SHOWN = 8
_REGISTRIES_SHOWN = 50


def cloud_part(cloud: LocalCodeArts, mood: CloudMood) -> Json:
    """The cloud: the chosen scenario, the registries and the latest calls, newest first.

    `names_read_at` is when the bot last read the list of all names, in seconds since the epoch, or None.
    """
    active = [registry for registry in cloud.registries if registry.status == "active"]
    read_at = max((call.at for call in cloud.calls if call.operation == "list_all" and call.applied), default=None)
    return {
        "scenario": mood.active.id,
        "scenarios": [{"id": each.id, "label": each.label, "sentence": each.sentence} for each in SCENARIOS.values()],
        "registries": [_registry(registry, read_at) for registry in reversed(active[-_REGISTRIES_SHOWN:])],
        "registries_in_all": len(active),
        "names_read_at": read_at,
        "calls": [_call(call) for call in reversed(cloud.calls[-_CALLS_SHOWN:])],
    }


def _registry(registry: LocalRegistry, read_at: float | None) -> Json:
    return {
        "id": registry.id,
        "name": registry.display_name,
        "description": registry.description,
        "url": registry.url,
        "created_at": registry.created_at,
        "created_by": registry.created_by,
        "trace_id": registry.trace_id,
        "elsewhere": registry.elsewhere,
        "unread": read_at is not None and registry.trace_id is None and registry.created_at > read_at,
    }


def _call(call: CloudCall) -> Json:
    outcome, words = _what_happened(call)
    return {
        "operation": call.operation,
        "subject": _subject(call),
        "outcome": outcome,
        "words": words,
        "trace_id": call.trace_id,
    }


def _what_happened(call: CloudCall) -> tuple[str, str]:
    if call.status is None:
        return ("lost", "done, but the answer was lost") if call.applied else ("open", "not answered yet")
    if call.applied:
        return "good", f"{call.status} success"
    if call.status == HTTPStatus.OK:
        return "bad", "200, but status: error"
    return "bad", f"{call.status} {'refused' if call.status < HTTPStatus.INTERNAL_SERVER_ERROR else 'failed'}"


def _subject(call: CloudCall) -> str:
    """The name that a call was about, or an empty string."""
    if call.operation == "list_all":
        return "all names"
    if call.operation == "list":
        return call.query.get("qname", "")
    try:
        wanted = json.loads(call.body)
    except ValueError:
        return ""
    return str(wanted.get("display_name", "")) if isinstance(wanted, dict) else ""
