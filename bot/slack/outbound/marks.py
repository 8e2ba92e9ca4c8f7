"""The mark by which we find our own message again. Readable by every app of the workspace, so it holds ids only."""

from dataclasses import dataclass
from typing import Any

EVENT_TYPE = "registry_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A message of one request; `role` tells apart what one request posts in one channel. `since`: when it was accepted."""

    request_id: str
    role: str
    since: float

    def metadata(self) -> dict[str, Any]:
        """As chat.postMessage takes it: https://docs.slack.dev/messaging/message-metadata."""
        return {"event_type": EVENT_TYPE, "event_payload": {"request": self.request_id, "role": self.role}}

    def is_on(self, message: dict[str, Any]) -> bool:
        """Whether a message from a channel's history carries this mark."""
        found = message.get("metadata")
        payload = found.get("event_payload") if isinstance(found, dict) else None
        return (
            isinstance(found, dict)
            and isinstance(payload, dict)
            and found.get("event_type") == EVENT_TYPE
            and payload.get("request") == self.request_id
            and payload.get("role") == self.role
        )
