"""The sources of the bot's access key; if several are set, the first one in this order counts.

The order is that of the vendor's SDK (docs/facts/codearts.md sections 0 and 3e).
"""

from enum import StrEnum


class Way(StrEnum):
    """Where the bot gets its key."""

    OIDC = "oidc"
    IDENTITY_PROVIDER = "identity_provider"
    SETTINGS = "settings"
    PROFILE = "profile"
    ECS = "ecs"
