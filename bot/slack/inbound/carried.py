"""The reference of what opened a form, carried by the form to its submission: the log can be followed from the command on."""

import json
from typing import Any

from bot.references import is_reference

_KEY = "reference"
_METADATA_MAX = 3000  # docs/facts/slack.md section 2


def carrying(view: dict[str, Any], reference: str) -> dict[str, Any]:
    """The form with the reference among what it carries, where that is an object of JSON, or nothing."""
    carried = _object(view.get("private_metadata") or "{}")
    if "submit" not in view or carried is None:
        return view
    metadata = json.dumps({**carried, _KEY: reference})
    return {**view, "private_metadata": metadata} if len(metadata) <= _METADATA_MAX else view


def carried_reference(metadata: str) -> str | None:
    """The reference in what a form carries; None where there is none that looks like one."""
    found = (_object(metadata) or {}).get(_KEY)
    return found if isinstance(found, str) and is_reference(found) else None


def _object(text: str) -> dict[str, Any] | None:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
