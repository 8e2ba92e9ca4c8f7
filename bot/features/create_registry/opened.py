"""Where a form was opened. The form keeps it until its submission, as Slack does not say (docs/facts/slack.md section 4)."""

import json
import re
from dataclasses import asdict, dataclass
from typing import get_args

from bot.domain.request import Door, Origin
from bot.slack.inbound.payloads import ViewSubmission


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Where a form was opened: by which `door`, and in which `thread` (channel and ts).

    `again`: the id of the request that the new one replaces.
    """

    door: Door = "command"
    public_channel: str | None = None
    thread: tuple[str, str] | None = None
    again: str | None = None

    def metadata(self) -> str:
        """The form's `private_metadata`."""
        return json.dumps(asdict(self))


COMMAND_LINE = Opened()
# The doors through which a form is opened.
_DOORS: tuple[Door, ...] = tuple(door for door in get_args(Door) if door != "terminal")
_CHANNEL, _TS = re.compile(r"[CGD][A-Z0-9]{1,20}"), re.compile(r"[0-9]{1,12}\.[0-9]{1,8}")
_ANYTHING = re.compile(r".{1,200}")


def read(private_metadata: str) -> Opened:
    """Where a submitted form was opened. A form of an earlier build may have fewer values, or none.

    Anything that does not have our own format is ignored: it gives no rights, no thread, and no name to others.
    """
    try:
        kept = json.loads(private_metadata)
    except (ValueError, RecursionError):
        return Opened()
    if not isinstance(kept, dict):
        return Opened()
    thread = kept.get("thread")
    return Opened(
        door=next((each for each in _DOORS if each == kept.get("door")), "command"),
        public_channel=_matching(_CHANNEL, kept.get("public_channel")),
        again=_matching(_ANYTHING, kept.get("again")),
        thread=_thread(*thread) if isinstance(thread, list) and len(thread) == 2 else None,
    )


def origin_of(sent: ViewSubmission, channel: str, *, block_id: str) -> Origin:
    """Where the request of a submitted form comes from; `channel` was chosen in that block."""
    where = read(sent.view.private_metadata)
    return Origin(
        door=where.door,
        requester=sent.user.id,
        requester_name=sent.user_name,
        team=sent.team_id,
        channel=channel,
        public=where.public_channel == channel,
        response_url=sent.response_url(block_id),
        thread_channel=where.thread[0] if where.thread else None,
        thread_ts=where.thread[1] if where.thread else None,
    )


def _thread(channel: object, ts: object) -> tuple[str, str] | None:
    where, which = _matching(_CHANNEL, channel), _matching(_TS, ts)
    return (where, which) if where and which else None


def _matching(shape: re.Pattern[str], value: object) -> str | None:
    return value if isinstance(value, str) and shape.fullmatch(value) else None
