"""An outcome in words, as the feature that brought it about puts it, for the features that show it later. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.ledger.models import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`status`: the one word for it. `reason`: why there is no registry, or why nobody knows. `next_step`: what to do now."""

    status: str
    reason: str | None = None
    next_step: str | None = None


# None where a request has no outcome yet, or one that this build does not know.
Explain = Callable[[Receipt], Words | None]
# By the name of the workflow.
Explanations = Mapping[str, Explain]
