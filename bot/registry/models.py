"""The words of the domain: what was asked for, and what became of it.

Plain frozen data. An outcome says only what is known (design 3.4): `Created` needs the API's own word or the list
call, `Rejected` needs a refusal, everything else is `Unconfirmed`.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An accepted request and where its outcome goes.

    `request_id` is also the workflow's id. `response_url` is a capability to post, so it stays out of reprs and logs.
    `asked_at` is in seconds since the UTC epoch. `requester_name` is for places that cannot show a mention.
    """

    request_id: str
    name: str
    description: str | None
    requester: str
    channel: str
    team: str
    asked_at: float
    response_url: str | None = field(default=None, repr=False)
    requester_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """The registry exists and is ours.

    `trace_id` is the create call's; with `trace_of_lookup` it is the look-up's, because the other was lost.
    """

    trace_id: str | None
    confirmed_by_lookup: bool = False
    trace_of_lookup: bool = False
    address: str | None = None
    kind: Literal["created"] = "created"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The API refused, or was never reached: no registry came of this request.

    `code` is the vendor's error code as sent (`CR.4102`, `APIGW.0301`, `401`) or one of ours (`unreachable`,
    `already_exists`, `throttled`); `message` is one line of at most 500 characters: the vendor's words, or ours for ours.
    """

    code: str | None
    message: str
    trace_id: str | None = None
    kind: Literal["rejected"] = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """The request was sent and nobody can say whether it applied.

    `cut_off`: not because of CodeArts, but because our own process ended while it waited.
    """

    reason: str
    trace_id: str | None = None
    cut_off: bool = False
    kind: Literal["unconfirmed"] = "unconfirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplied:
    """Certain that this attempt did not apply (never sent, or throttled at the gateway): the same call may be repeated.

    `retry_after` is in seconds, where the server said so.
    """

    code: str
    reason: str
    retry_after: float | None = None
    trace_id: str | None = None
    kind: Literal["not_applied"] = "not_applied"


Outcome = Created | Rejected | Unconfirmed
Attempt = Created | Rejected | Unconfirmed | NotApplied


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A registry as the list call shows it. `address` is the API's `url`, never built by us (facts/codearts section 6)."""

    id: str
    name: str
    format: str
    status: str
    address: str | None
    description: str | None = None
    created_at: str | None = None
    created_by: str | None = None
