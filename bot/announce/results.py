"""What became of one attempt to post: plain values that a durable step can record."""

from dataclasses import dataclass
from typing import Literal

Route = Literal["channel", "response_url", "direct_message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The message is there. `ts` is Slack's message id, None where Slack gives none (response_url)."""

    route: Route
    channel: str
    ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """This destination will not take it (archived, not a member, expired, gone): take the next route."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Certain that nothing was posted, and the same call may work later. `retry_after` is in seconds, if Slack said so."""

    code: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """Sent, and the answer was lost: the message may be there. Look before posting again; an update may be repeated."""

    code: str


PostResult = Posted | Refused | Later | Doubtful
