"""A request: what one person asked for, and where the outcome goes."""

from dataclasses import dataclass, field
from typing import Any, Literal

Door = Literal["command", "terminal", "button", "shortcut", "message_shortcut", "home"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request came from, and where its outcome goes.

    `requester` and `team` are Slack's ids; `requester_name` is for places that cannot show a mention. `channel` is the
    conversation chosen for the outcome; `public`: it is certain that the whole workspace may see it, otherwise its requests
    are not named elsewhere. `response_url` is a capability to post, so it is kept out of reprs and logs.
    `thread_…`: the thread in which it was asked for.
    """

    door: Door
    requester: str
    team: str
    channel: str
    requester_name: str = ""
    public: bool = False
    response_url: str | None = field(default=None, repr=False)
    thread_channel: str | None = None
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An accepted request. `id` is also the id of its workflow, `reference` is what people read and quote (`R-7K2F9`).

    `payload` is a frozen dataclass of the feature. `accepted_at` is in seconds since the UTC epoch.
    """

    id: str
    reference: str
    origin: Origin
    payload: Any
    accepted_at: float
