"""(2) Who will read what becomes of a request: the form says so before it is sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.news import NewsChannel
from bot.features.create_registry import wording
from bot.slack.blocks import Block, mrkdwn_line, plain_line

_CHANNELS_A_LINE = 100  # a section takes 3,000 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who may read what becomes of requests.

    `notify`: the channels of NOTIFY_CHANNELS; `shared_channels`: channels shared with other companies may be chosen.
    """

    notify: tuple[NewsChannel, ...] = ()
    shared_channels: bool = False


EVERYBODY_HERE = Audience()


def readers(audience: Audience, public_channel: str | None) -> Iterator[Block]:
    """Who will see what: the channel that is chosen, and those of NOTIFY_CHANNELS, each by its name."""
    yield plain_line(wording.FORM_READERS)
    told = wording.FORM_NOTIFIED_PUBLIC if public_channel else wording.FORM_NOTIFIED
    everything = [each.channel for each in audience.notify if not each.problems and each.names is None]
    problems = [each.channel for each in audience.notify if each.problems]
    named = [each.channel for each in audience.notify if each.names is not None] if public_channel else []
    yield from _told(everything, told, public_channel)
    yield from _told(problems, wording.FORM_NOTIFIED_PROBLEMS + told, public_channel)
    yield from _told(named, wording.FORM_NOTIFIED_NAMES, public_channel)


def _told(channels: list[str], words: str, public_channel: str | None) -> Iterator[Block]:
    for first in range(0, len(channels), _CHANNELS_A_LINE):
        shown = ", ".join(f"<#{channel}>" for channel in channels[first : first + _CHANNELS_A_LINE])
        yield mrkdwn_line(words.format(channels=shown, here=f"<#{public_channel}>"))
