"""What to do about an alarm, given what is stored about it: at most one new message an hour for each cause. Pure."""

from dataclasses import dataclass
from enum import Enum, auto

LOOK_EVERY_SECONDS = 5.0
# Each replica that sees the problem notes it at each of its checks.
_OVER_AFTER_SECONDS = 3 * LOOK_EVERY_SECONDS
APART_SECONDS = 60 * 60.0
_AGAIN_SECONDS = 60.0  # after a message that Slack certainly did not accept
_IN_DOUBT_SECONDS = 120.0  # longer than a post takes, including all its waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlarm:
    """What is stored about one cause. Times are in seconds since the UTC epoch.

    `told_at`: when the last message about it was posted, or may have been. `ts`: that message; None where nobody knows whether
    it was posted (its process died, or the answer was lost), "" if it certainly was not.
    """

    cause: str
    raised: bool
    seen_at: float
    told_at: float
    ts: str | None


class Step(Enum):
    """`SEE`: note that the problem persists. `SAY`, `SAY_OVER`: change the posted message. `FIND`: look for one."""

    NOTHING = auto()
    SEE = auto()
    POST = auto()
    SAY = auto()
    SAY_OVER = auto()
    END = auto()
    FIND = auto()


def next_step(stored: StoredAlarm | None, *, wrong: bool | None, now: float) -> Step:
    """The next step. `wrong`: whether there is a problem; None if this process does not know."""
    if wrong:
        return Step.POST if stored is None else _while_wrong(stored, now)
    if wrong is None or stored is None or not stored.raised or stored.seen_at >= now - _OVER_AFTER_SECONDS:
        return Step.NOTHING
    if stored.ts is None and now - stored.told_at < APART_SECONDS:
        return Step.FIND if now - stored.told_at >= _IN_DOUBT_SECONDS else Step.NOTHING
    return Step.SAY_OVER if stored.ts else Step.END


def _while_wrong(stored: StoredAlarm, now: float) -> Step:
    since = now - stored.told_at
    if stored.ts is None:
        return Step.FIND if since >= _IN_DOUBT_SECONDS else Step.SEE
    if stored.ts == "":
        return Step.POST if since >= _AGAIN_SECONDS else Step.SEE
    if stored.raised:
        return Step.SEE
    return Step.POST if since >= APART_SECONDS else Step.SAY
