"""Which keys the gateway accepts: the permanent one, and temporary ones (`key_givers.py`) until they end."""

from collections.abc import Mapping

from bot.playground.codearts.signature import Keys, trouble_with


class KeyRing:
    """While it is `revoked`, the owner of the account has switched all keys off."""

    def __init__(self, permanent: Keys) -> None:
        self.permanent = permanent
        self.revoked = False
        self._temporary: dict[str, tuple[Keys, float]] = {}

    def add(self, keys: Keys, *, ends: float) -> None:
        """They are good until then, in seconds since the UTC epoch."""
        self._temporary[keys.access_key] = (keys, ends)

    def trouble_with(
        self, *, method: str, raw_path: str, headers: Mapping[str, str], body: bytes, now: float
    ) -> str | None:
        """Why the gateway refuses this request, or None; see `signature.trouble_with`."""
        keys, ends = self._named_in(headers.get("Authorization", ""))
        if self.revoked or (ends is not None and now >= ends):
            return "the access key is disabled, or has ended"
        return trouble_with(keys=keys, method=method, raw_path=raw_path, headers=headers, body=body, now=now)

    def _named_in(self, authorization: str) -> tuple[Keys, float | None]:
        found = (each for name, each in self._temporary.items() if name in authorization)
        return next(found, (self.permanent, None))
