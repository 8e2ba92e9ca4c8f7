"""The mark by which we find our own messages again. Every app of the workspace can read it, so it contains only ids."""

from dataclasses import dataclass
from typing import Any

EVENT_TYPE = "registry_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A message of one request; `role` distinguishes its messages in one channel. `since`: when the request was accepted."""

    request_id: str
    role: str
    since: float

    def metadata(self) -> dict[str, Any]:
        """The mark for chat.postMessage: https://docs.slack.dev/messaging/message-metadata."""
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
