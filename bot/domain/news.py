"""NOTIFY_CHANNELS: which outcomes go to which further channels. Pure."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

PROBLEMS = "problems"
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,}")
_NAMES = re.compile(r"[A-Za-z0-9_.*?-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsChannel:
    """A further channel. It gets every outcome, or only the refused and unconfirmed (`problems`), or only some `names`.

    `names` is a pattern such as `shop-*`, compared without regard to case.
    """

    channel: str
    problems: bool = False
    names: str | None = None

    @classmethod
    def parse(cls, text: str) -> "NewsChannel":
        """`C0PLAT`, `C0SEC:problems` or `C0SHOP:shop-*`. Raises `ValueError`, whose text says what is wrong."""
        channel, colon, only = (part.strip() for part in text.partition(":"))
        if not _CHANNEL_ID.fullmatch(channel):
            shown = channel if channel.isprintable() else "…"
            raise ValueError(f"“{shown}” is not a channel ID. An ID looks like C0123ABCD")
        if not colon:
            return cls(channel=channel)
        if only == PROBLEMS:
            return cls(channel=channel, problems=True)
        if not _NAMES.fullmatch(only):
            raise ValueError(f"“{only}” is neither “{PROBLEMS}” nor a pattern for names such as shop-*")
        return cls(channel=channel, names=only)

    def hears(self, *, name: str | None, failed: bool) -> bool:
        """Whether an outcome is announced here. `name`: None if not even the choice of channels may reveal it."""
        if self.problems:
            return failed
        if self.names is None:
            return True
        return name is not None and fnmatchcase(name.casefold(), self.names.casefold())
