"""What the local CodeArts checks in a request, and the format of its answers: docs/facts/codearts.md sections 1 and 2.

The codes for refused parameters are not documented: `CR.4000` and `CR.4009` are our own.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.playground.codearts.records import CloudCall
from bot.playground.serving import JSON_TYPE, Answer

NAME = re.compile(r"[A-Za-z0-9_.-]{1,20}")
LONGEST_DESCRIPTION = 200


def json_object(body: bytes) -> dict[str, Any]:
    """The object in a body, or an empty one."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def complaint_about(wanted: Mapping[str, Any]) -> str | None:
    """What in a create body violates the documented limits (docs/facts/codearts.md section 1), or None."""
    name, description = wanted.get("display_name"), wanted.get("description")
    if wanted.get("format") != "docker":
        return "format must be docker"
    if wanted.get("type") not in {"hosted", "Hosted"}:
        return "type must be hosted"
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        return "display_name must have 1 to 20 letters, digits, underscores, hyphens or periods"
    if description is not None and (not isinstance(description, str) or len(description) > LONGEST_DESCRIPTION):
        return "description must have at most 200 characters"
    return None


def whole_number(query: Mapping[str, str], key: str, default: int) -> int:
    """A number in the query; 0 if it is not a number."""
    text = query.get(key, str(default))
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def success(call: CloudCall, result: object) -> Answer:
    """The service's answer if the call succeeded."""
    body = {"status": "success", "trace_id": call.trace_id, "result": result}
    return Answer(200, json.dumps(body).encode())


def service_error(status: int, code: str, message: str, call: CloudCall) -> Answer:
    """A refusal by the service itself; `status` may be 200."""
    body = {"status": "error", "error_code": code, "error_msg": message, "trace_id": call.trace_id, "result": None}
    return Answer(status, json.dumps(body).encode())


def gateway_error(status: int, code: str, message: str, call: CloudCall) -> Answer:
    """A refusal by the gateway, before the service."""
    body = {"error_msg": message, "error_code": code, "request_id": call.trace_id}
    return Answer(status, json.dumps(body).encode(), {**JSON_TYPE, "X-Request-Id": call.trace_id})
