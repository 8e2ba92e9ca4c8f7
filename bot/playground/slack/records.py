"""What the local Slack remembers: people, channels, messages, views, and every call in either direction."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.playground.serving import Call

Blocks = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person or the bot. `is_deleted`: deactivated. `team`: the team id of another company; None: the workspace's own."""

    id: str
    name: str
    real_name: str
    is_bot: bool = False
    is_guest: bool = False
    is_deleted: bool = False
    team: str | None = None


@dataclass(slots=True, kw_only=True)
class UserGroup:
    """A user group; `members` holds user ids."""

    id: str
    handle: str
    members: set[str]


@dataclass(slots=True, kw_only=True)
class Channel:
    """A conversation. `members` holds user ids; `im_user` is the person in a direct message with the bot.

    `is_shared`: people from another company are in it.
    """

    id: str
    name: str
    members: set[str]
    is_private: bool = False
    is_archived: bool = False
    is_shared: bool = False
    im_user: str | None = None

    @property
    def kind(self) -> str:
        """Its kind, as named in the filter of a conversations_select."""
        return "im" if self.im_user else "private" if self.is_private else "public"


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as people see it now. `history` holds the earlier (text, blocks), oldest first.

    `via` says where it came from: a Web API method, "response_url", "ack", "person", or "slack" for Slack's own words.
    `posted_at` is in seconds since the epoch; `ephemeral_to` is the only person who sees it, or None. `thread_ts` is the
    first message of its thread; `replies` are those that everybody sees under it, oldest first.
    """

    ts: str
    channel: str
    user: str
    text: str
    blocks: Blocks
    via: str
    posted_at: float
    metadata: dict[str, Any] | None = None
    ephemeral_to: str | None = None
    thread_ts: str | None = None
    edited: bool = False
    history: list[tuple[str, Blocks]] = field(default_factory=list)
    replies: list["Message"] = field(default_factory=list)

    @property
    def is_reply(self) -> bool:
        """Whether it is in a thread, not in the channel itself."""
        return self.thread_ts not in {None, self.ts}

    @property
    def number(self) -> Decimal:
        """Its ts as a number."""
        return Decimal(self.ts)


@dataclass(slots=True, kw_only=True)
class OpenView:
    """A modal or a person's Home tab. `view` is the dict in Slack's answers and payloads (with `state` and `hash`).

    `channel` is where the person was; `entered` is what they have typed and chosen so far, by block and action id; `errors`
    are shown under their blocks, `trouble` above the form.
    """

    id: str
    view: dict[str, Any]
    user: str
    channel: str | None
    open: bool = True
    entered: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str | None = None


@dataclass(slots=True, kw_only=True)
class WebCall(Call):
    """A call of a Web API method or of a response_url. `args` is decoded; `answer` is None until there is one."""

    method: str
    args: dict[str, Any]
    answer: dict[str, Any] | str | None = field(default=None, init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The bot's answer to something that Slack sent.

    `status` is None if no answer came; `json` is the parsed body if it was declared as JSON. `error` is None for a 200,
    otherwise Slack's code: "operation_timeout", "dispatch_failed", or "incomplete_form" if the form was not sent because
    a required field was empty.
    """

    kind: str
    status: int | None
    body: str = ""
    json: Any = None
    milliseconds: float = 0.0
    error: str | None = None


class SlackRefusal(Exception):
    """A Web API method refuses the call. `extra` is added to the answer, next to `error`."""

    def __init__(
        self, code: str, *, messages: list[str] | None = None, retry_after: int | None = None, **extra: object
    ) -> None:
        super().__init__(code)
        self.code, self.messages, self.retry_after, self.extra = code, messages, retry_after, extra

    def as_answer(self) -> dict[str, Any]:
        """The JSON body."""
        answer: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": self.messages}
        return answer
