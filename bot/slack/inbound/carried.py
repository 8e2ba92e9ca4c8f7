"""Carries the reference of a command or press through the form to its submission, so that the log shows them together."""

import json
from typing import Any

from bot.references import is_reference

_KEY = "reference"
_METADATA_MAX = 3000  # docs/facts/slack.md section 2


def carrying(view: dict[str, Any], reference: str) -> dict[str, Any]:
    """The form with the reference added to its private metadata, if that is a JSON object or empty."""
    carried = _object(view.get("private_metadata") or "{}")
    if "submit" not in view or carried is None:
        return view
    metadata = json.dumps({**carried, _KEY: reference})
    return {**view, "private_metadata": metadata} if len(metadata) <= _METADATA_MAX else view


def carried_reference(metadata: str) -> str | None:
    """The reference in a form's private metadata; None if there is no valid one."""
    found = (_object(metadata) or {}).get(_KEY)
    return found if isinstance(found, str) and is_reference(found) else None


def _object(text: str) -> dict[str, Any] | None:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
