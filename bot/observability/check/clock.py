"""Compares the clock of this host with those of the two clouds.

With a difference of five minutes we refuse Slack's requests, and with fifteen minutes CodeArts refuses ours
(docs/facts/slack.md section 7, docs/facts/codearts.md section 3c).
"""

from collections.abc import Iterator

from bot.domain.findings import Finding, fix, note, ok
from bot.observability.check.context import CheckContext

_REFUSED_SECONDS = 300
_NOTED_SECONDS = 60
# A call takes time, and a header `Date` has whole seconds.
_SLACK_SECONDS = 5


def clock(context: CheckContext) -> Iterator[Finding]:
    """One finding, about the clock that differs most from ours; none if no time is known."""
    ahead = {who: round(ours - theirs) for who, (theirs, ours) in context.dates.items()}
    if not ahead:
        return
    who = max(ahead, key=lambda each: abs(ahead[each]))
    seconds = abs(ahead[who])
    values = {"who": who, "seconds": seconds, "side": "ahead of" if ahead[who] > 0 else "behind"}
    if seconds > _REFUSED_SECONDS - _SLACK_SECONDS:
        yield fix("clock_off", **values)
    elif seconds > _NOTED_SECONDS:
        yield note("clock_drifts", **values)
    else:
        yield ok("clock", others=" and ".join(ahead))
