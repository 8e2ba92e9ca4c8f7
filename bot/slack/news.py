"""What an outcome is to others than the channel that was chosen. Pure."""

from dataclasses import dataclass

from bot.slack.blocks import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """`notice` is the line for further channels, `thread` for the thread in which it was asked for.

    `reply` mentions the requester in the thread of the message, where the outcome took long or `failed`: an edit notifies
    nobody. `name`: by which channels that want certain names are chosen, None where it may not be told to them.
    """

    notice: Message
    reply: Message | None = None
    thread: Message | None = None
    failed: bool = False
    name: str | None = None
