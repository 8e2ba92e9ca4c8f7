"""Logs why the signature of a request was refused, as far as that can be determined, at a limited rate.

If the signing secret or the host's clock is wrong, every request from Slack is refused, and people only see that the command
failed. But anybody who can reach the port can send such requests too, so after the first line there is at most one a minute.
"""

import hmac
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from enum import StrEnum

from slack_sdk.signature import SignatureVerifier

_APART_SECONDS = 60.0
_MANY, _MANY_WITHIN_SECONDS = 10, 300.0
_CLOCK_OFF_SECONDS = 300  # from then on Bolt refuses (docs/facts/slack.md section 7)

logger = logging.getLogger(__name__)


class RefusalReason(StrEnum):
    """Why a request was refused."""

    UNSIGNED = "unsigned"
    CLOCK_OFF = "clock_off"
    SIGNATURE_WRONG = "signature_wrong"


_LINES = {
    RefusalReason.UNSIGNED: "refused a request that Slack did not sign",
    RefusalReason.CLOCK_OFF: (
        "refused a request that is signed with SLACK_SIGNING_SECRET, but dated %d s %s this host's clock (300 s are allowed): "
        "set the clock"
    ),
    RefusalReason.SIGNATURE_WRONG: (
        "refused a request whose signature does not match SLACK_SIGNING_SECRET: compare it with “Basic Information” of the "
        "Slack app"
    ),
}


class RefusedSignatures:
    """Counts the refused requests by reason, and logs them."""

    def __init__(
        self,
        *signing_secrets: str,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secrets = signing_secrets
        self._clock = clock
        self._monotonic = monotonic
        self._said_at: dict[RefusalReason, float] = {}
        self._said: Counter[RefusalReason] = Counter()
        self.counts: Counter[RefusalReason] = Counter()
        self._recent: deque[float] = deque(maxlen=_MANY)

    def in_numbers(self) -> bool:
        """Whether many requests were refused within the last minutes."""
        return len(self._recent) == _MANY and self._monotonic() - self._recent[0] < _MANY_WITHIN_SECONDS

    def count(self) -> float:
        """How many have been refused so far, for any reason."""
        return float(self.counts.total())

    def note(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Count one more."""
        why, ahead = self._reason(body, headers)
        self.counts[why] += 1
        now = self._monotonic()
        self._recent.append(now)
        if now - self._said_at.get(why, -_APART_SECONDS) < _APART_SECONDS:
            return
        since_last, self._said[why] = self.counts[why] - self._said[why], self.counts[why]
        self._said_at[why] = now
        seconds = {} if ahead is None else {"seconds": ahead}
        values = (abs(ahead), "before" if ahead > 0 else "after") if why is RefusalReason.CLOCK_OFF and ahead else ()
        logger.warning(_LINES[why], *values, extra={"code": why, "refused": since_last, **seconds})

    def _reason(self, body: bytes, headers: Mapping[str, str]) -> tuple[RefusalReason, int | None]:
        """The reason, and by how many seconds this host's clock is ahead of the date in the request, if that is far."""
        stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        if not stamp.isascii() or not stamp.isdigit() or not signature:
            return RefusalReason.UNSIGNED, None
        ahead = int(self._clock()) - int(stamp[:12])
        far = ahead if abs(ahead) > _CLOCK_OFF_SECONDS else None
        return (
            RefusalReason.CLOCK_OFF if self._is_ours(body, stamp, signature) else RefusalReason.SIGNATURE_WRONG
        ), far

    def _is_ours(self, body: bytes, stamp: str, signature: str) -> bool:
        given = signature.encode(errors="surrogateescape")
        return any(hmac.compare_digest(_made_with(secret, body, stamp), given) for secret in self._secrets)


def _made_with(secret: str, body: bytes, stamp: str) -> bytes:
    try:
        return (SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or "").encode()
    except ValueError:  # a body that is no text
        return b""
