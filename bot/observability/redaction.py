"""Takes secrets out of text that leaves the process by a log."""

import re
from collections.abc import Callable, Iterable

# A token or a URL that lets its holder post, wherever it comes from (docs/facts/slack.md section 11: Bolt logs whole bodies).
_CAPABILITY = re.compile(
    r"wss?://\S+|xox[a-z](?:\.xox[a-z])?-[\w-]+|xapp-[\w-]+|https?(?:://|%3A%2F%2F)hooks\.slack\.com(?:/|%2F)[^\s&]+"
    r"|Signature=[0-9a-f]+|v0=[0-9a-f]{64}"
)
_REMOVED = "[removed]"
_SECRET_MIN = 6  # anything shorter is not a secret, and removing it would tear words apart


def redactor(secrets: Iterable[str] = ()) -> Callable[[str], str]:
    """A function that replaces `secrets`, and whatever looks like a key, by `[removed]`."""
    longest_first = sorted({secret for secret in secrets if len(secret) >= _SECRET_MIN}, key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def redact(text: str) -> str:
        clean = _CAPABILITY.sub(_REMOVED, text)
        return known.sub(_REMOVED, clean) if known else clean

    return redact
