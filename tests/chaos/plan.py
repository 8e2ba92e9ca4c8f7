"""What a run does, from its command line, and what it remembers of each request."""

from dataclasses import dataclass
from typing import Literal

DatabaseKind = Literal["sqlite", "postgres"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run. Whatever is random in it comes from `seed`; times are in seconds.

    `kills`: how many SIGKILLs. `requests`: how many people come in each life of the process, so all in all
    `(kills + 1) * requests`. `latency`: what CodeArts takes for an ordinary call. `replicas`: processes on one
    database; with more than one, one is killed at a time and stays dead for a while. `hurried`: start hurried.py instead
    of the command. `outsider`: somebody else is at work in the same cloud. `elsewhere`: what is created lands in another
    CodeArts project than the list shows. `approvals`: each request waits for a yes.
    """

    kills: int
    database: DatabaseKind = "sqlite"
    seed: int = 0
    requests: int = 8
    replicas: int = 1
    hurried: bool = False
    faults: bool = True
    outsider: bool = True
    elsewhere: bool = False
    approvals: bool = False
    latency: float = 0.08
    # The longest honest way: two absences of ten minutes each and a few pauses between attempts to post.
    quiet_within: float = 1500.0


@dataclass(slots=True, kw_only=True)
class Asked:
    """A person's request. All times are of `time.monotonic()`; None = not yet.

    `accepted_at`: the form closed. `final_at`: its message told an outcome for the first time. `cut_at`: the last kill
    while it was accepted and not final. `walked_away`: the person left after a failure and does not press again.
    `last_answer`: what the form or Slack said last.
    """

    name: str
    user: str
    channel: str
    view_id: str | None = None
    presses: int = 0
    accepted_at: float | None = None
    final_at: float | None = None
    cut_at: float | None = None
    walked_away: bool = False
    last_answer: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the form closed, which is the promise that this is all about."""
        return self.accepted_at is not None

    @property
    def recovery(self) -> float | None:
        """Seconds from the last kill that cut it off to its outcome; None when none did."""
        if self.cut_at is None or self.final_at is None:
            return None
        return self.final_at - self.cut_at
