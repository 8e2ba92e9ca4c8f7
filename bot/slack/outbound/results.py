"""The result of one attempt to post: a plain value that a durable step can record."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.outcomes import Failure

Route = Literal["channel", "response_url", "direct_message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The message was posted. `ts` is Slack's message id, None if Slack returns none (response_url)."""

    route: Route
    channel: str
    ts: str | None = None


PostResult = Posted | Failure
