"""The ways in which the bot can get its access key, in the order in which they count where several are set.

The order is that of the vendor's SDK (docs/facts/codearts.md sections 0 and 3e).
"""

from enum import StrEnum


class Way(StrEnum):
    """How the bot gets its key."""

    OIDC = "oidc"
    IDENTITY_PROVIDER = "identity_provider"
    SETTINGS = "settings"
    PROFILE = "profile"
    ECS = "ecs"
