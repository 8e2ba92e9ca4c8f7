"""How long the other side asks to wait. Pure, and needs no library."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,7}")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The Retry-After header in seconds, never negative; None when it is missing or cannot be read.

    A date is compared with the answer's own Date header (RFC 9110 section 10.2.3), so that our clock does not matter.
    """
    fields = {name.lower(): value for name, value in headers.items()}
    value = fields.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(fields["date"])
    except (KeyError, ValueError, TypeError, OverflowError, IndexError):
        return None
    return max(0.0, wait.total_seconds())
