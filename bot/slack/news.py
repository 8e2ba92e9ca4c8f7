"""How an outcome is announced outside the chosen channel. Pure."""

from dataclasses import dataclass

from bot.slack.blocks import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """`notice` is the line for further channels, `thread` the one for the thread in which the request was made.

    `reply` mentions the requester in the thread of the message, if the outcome took long or `failed`, because an edit
    notifies nobody. `name` selects the channels that want certain names; None if it may not be told to them.
    """

    notice: Message
    reply: Message | None = None
    thread: Message | None = None
    failed: bool = False
    name: str | None = None
