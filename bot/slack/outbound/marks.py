"""The mark by which we find our own messages again.

Every app in a channel can read it, so it contains only ids, and what the message itself says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EVENT_TYPE = "registry_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A message of one request; `role` distinguishes its messages in one channel. `since`: when the request was accepted.

    `says` is what the message says, as codes and values, to be read back later.
    """

    request_id: str
    role: str
    since: float
    says: Mapping[str, str | float] = field(default_factory=dict)

    def metadata(self) -> dict[str, Any]:
        """The mark for chat.postMessage: https://docs.slack.dev/messaging/message-metadata."""
        return {"event_type": EVENT_TYPE, "event_payload": {**self.says, "request": self.request_id, "role": self.role}}

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
