"""Registries, as they are created and as the list call shows them."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.outcomes import Failure, InDoubt, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """The registry exists and is ours: the API said so, or the list call shows it.

    `trace_id` is the create call's; with `trace_of_lookup` it is the look-up's, because the other was lost. `registry_id`,
    `creator` and `address` are from the list, as in `Registry`; None until it has shown them.
    """

    trace_id: str | None
    confirmed_by_lookup: bool = False
    trace_of_lookup: bool = False
    address: str | None = None
    registry_id: str | None = None
    creator: str | None = None
    kind: Literal["created"] = "created"


# The result of one create call, and the outcome at the end: "not applied" is repeated until it is one of these three.
Attempt = Created | Failure
Outcome = Created | Refused | InDoubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A row of the list call. `address` is the API's `url`, never built by us (docs/facts/codearts.md section 6).

    `creator` is the id of the user that created it, or the name if the list shows no id.
    """

    id: str
    name: str
    format: str
    status: str
    address: str | None
    description: str | None = None
    created_at: str | None = None
    creator: str | None = None
