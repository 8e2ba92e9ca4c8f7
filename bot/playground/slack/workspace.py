"""The state of the local Slack, with its time limits: messages, views, triggers, response_urls, rates."""

import itertools
import math
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground.slack import company
from bot.playground.slack.records import Blocks, Channel, Message, OpenView, SlackRefusal

TRIGGER_SECONDS = 3.0  # docs/facts/slack.md section 2
LINK_SECONDS = 30 * 60.0  # docs/facts/slack.md section 1, as is the next
LINK_POSTS = 5


@dataclass(slots=True, kw_only=True)
class Trigger:
    """The right to open one view, for three seconds; `view` is the modal that it comes from."""

    user: str
    channel: str | None
    issued_at: float
    view: str | None = None
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseLink:
    """The right to post through one response_url.

    `message` is what `replace_original` replaces: the message that was interacted with (`from_message`), otherwise the last
    one posted through this URL.
    """

    user: str
    channel: str
    issued_at: float
    posts: int = 0
    message: Message | None = None
    from_message: bool = False


class Workspace:
    """Everything in this workspace. `changed` is called after every change; times come from `clock`."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        changed: Callable[[], None],
        base_url: Callable[[], str],
        channel_rate: float | None,
        home_tab: bool = True,
    ) -> None:
        self.clock, self.changed, self.channel_rate = clock, changed, channel_rate
        self.home_tab = home_tab
        self._base_url = base_url
        self.users, self.channels, self.groups = company.users(), company.channels(), company.groups()
        self.views: dict[str, OpenView] = {}
        self.homes: dict[str, OpenView] = {}
        self.links: dict[str, ResponseLink] = {}
        self.tickets: set[str] = set()
        self._triggers: dict[str, Trigger] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._next_post: dict[str, float] = {}
        self._last_ts = 0
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """A number that has not been used before."""
        return next(self._numbers)

    def messages(self, channel_id: str) -> list[Message]:
        """The messages of a channel, oldest first, including everybody's ephemerals."""
        return list(self._messages.get(channel_id, {}).values())

    def message(self, channel_id: str, ts: str) -> Message | None:
        """One message, or None."""
        return self._messages.get(channel_id, {}).get(ts)

    def post(
        self,
        channel_id: str,
        *,
        user: str,
        via: str,
        text: str = "",
        blocks: Blocks | None = None,
        metadata: dict[str, Any] | None = None,
        ephemeral_to: str | None = None,
        thread_ts: str | None = None,
    ) -> Message:
        """Add a message."""
        now = self.clock()
        self._last_ts = max(int(now * 1_000_000), self._last_ts + 1)
        message = Message(
            ts=f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}",
            channel=channel_id,
            user=user,
            text=text,
            blocks=blocks or [],
            via=via,
            posted_at=now,
            metadata=metadata,
            ephemeral_to=ephemeral_to,
            thread_ts=thread_ts,
        )
        self._messages.setdefault(channel_id, {})[message.ts] = message
        first = self._first_of_thread(message)
        if first is not None and ephemeral_to is None:
            first.replies.append(message)
        self.changed()
        return message

    def _first_of_thread(self, message: Message) -> Message | None:
        return self.message(message.channel, str(message.thread_ts)) if message.is_reply else None

    def edit(self, message: Message, *, text: str, blocks: Blocks) -> None:
        """Change a message in place; its earlier text and blocks are added to its history."""
        message.history.append((message.text, message.blocks))
        message.text, message.blocks, message.edited = text, blocks, True
        self.changed()

    def delete(self, channel_id: str, ts: str) -> None:
        """Delete a message, as somebody who is allowed to would. Raises KeyError if there is none."""
        message = self._messages[channel_id].pop(ts)
        first = self._first_of_thread(message)
        if first is not None and message in first.replies:
            first.replies.remove(message)
        self.changed()

    def direct_id(self, user_id: str) -> str:
        """The id of the direct message between the bot and a person, even before it exists."""
        return "D" + user_id[1:]

    def direct_message(self, user_id: str) -> Channel:
        """The direct message between the bot and a person, created on demand."""
        channel_id = self.direct_id(user_id)
        if channel_id not in self.channels:
            name = self.users[user_id].name
            members = {user_id, company.BOT_USER}
            self.channels[channel_id] = Channel(
                id=channel_id, name=name, members=members, is_private=True, im_user=user_id
            )
            self.changed()
        return self.channels[channel_id]

    def limit_rate(self, channel_id: str) -> None:
        """Count a post against the channel's rate. Raises SlackRefusal `ratelimited`; docs/facts/slack.md section 5."""
        if self.channel_rate is None:
            return
        now = self.clock()
        wait = self._next_post.get(channel_id, 0.0) - now
        if wait > 0:
            raise SlackRefusal("ratelimited", retry_after=max(1, math.ceil(wait)))
        self._next_post[channel_id] = now + 1 / self.channel_rate

    def living_views(self) -> Iterator[OpenView]:
        """The open modals, and everybody's Home tab."""
        yield from (view for view in self.views.values() if view.open)
        yield from self.homes.values()

    def new_trigger(self, *, user: str, channel: str | None, view: str | None = None) -> str:
        """A new trigger id; `view` is the modal that it comes from."""
        trigger_id = f"{self.number()}.{company.TEAM_ID}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user=user, channel=channel, issued_at=self.clock(), view=view)
        return trigger_id

    def usable_trigger(self, trigger_id: object) -> Trigger:
        """The trigger, not yet marked as used. Raises SlackRefusal as views.open does (docs/facts/slack.md section 2)."""
        trigger = self._triggers.get(trigger_id) if isinstance(trigger_id, str) else None
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self.clock() - trigger.issued_at > TRIGGER_SECONDS:
            raise SlackRefusal("expired_trigger_id")
        return trigger

    def new_response_url(self, *, user: str, channel: str, message: Message | None = None) -> str:
        """A new response_url, for five posts within thirty minutes."""
        token = secrets.token_urlsafe(18)
        self.links[token] = ResponseLink(
            user=user, channel=channel, issued_at=self.clock(), message=message, from_message=message is not None
        )
        return f"{self._base_url()}/response/{token}"

    def new_socket_url(self) -> str:
        """A new WebSocket address with a one-time ticket."""
        ticket = secrets.token_urlsafe(18)
        self.tickets.add(ticket)
        return f"{self._base_url().replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={company.APP_ID}"
