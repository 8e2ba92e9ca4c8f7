"""The access key of the settings."""

import hashlib

from bot.codearts.credentials.key import Key
from bot.domain.credentials import Way


def caller_of(key: Key) -> str:
    """A text that is different for each access key, and does not reveal it."""
    return hashlib.sha256(key.access_key.encode(errors="backslashreplace")).hexdigest()[:16]


class SettingsKey:
    """See `Source`."""

    way = Way.SETTINGS
    renewable = False

    def __init__(self, key: Key) -> None:
        self.key = key
        self.caller = caller_of(key)

    async def fetch(self) -> Key:
        """The key of the settings."""
        return self.key

    async def aclose(self) -> None:
        """There is nothing to close."""
