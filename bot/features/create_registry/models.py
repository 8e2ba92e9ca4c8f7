"""What is asked for."""

from dataclasses import dataclass

# Requests in progress are found by it, so it never changes.
WORKFLOW = "create_registry"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRequest:
    """A registry that may be asked for: a legal name and, if any, a description of at most 200 characters (`rules.py`)."""

    name: str
    description: str | None = None
