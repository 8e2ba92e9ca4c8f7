"""Where a form was opened: it carries that to its submission, because Slack does not say (docs/facts/slack.md section 4)."""

import json
from dataclasses import asdict, dataclass

from bot.domain.request import Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Where a form was opened, which it carries to its submission: by which `door`, and in which thread (channel and ts).

    `again`: the id of the request in whose place the new one comes.
    """

    door: Door = "command"
    public_channel: str | None = None
    thread: tuple[str, str] | None = None
    again: str | None = None

    def metadata(self) -> str:
        """As the form carries it."""
        return json.dumps(asdict(self))


COMMAND_LINE = Opened()


def read(private_metadata: str) -> Opened:
    """Where a submitted form was opened. One of an earlier build says less, and one that says nothing was opened anywhere."""
    try:
        kept = json.loads(private_metadata)
    except ValueError:
        return Opened()
    if not isinstance(kept, dict):
        return Opened()
    thread, again = kept.get("thread"), kept.get("again")
    return Opened(
        door=kept.get("door", "command"),
        public_channel=kept.get("public_channel"),
        again=again if isinstance(again, str) else None,
        thread=(str(thread[0]), str(thread[1])) if isinstance(thread, list) and len(thread) == 2 else None,
    )
