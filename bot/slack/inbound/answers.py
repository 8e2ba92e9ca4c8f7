"""What a handler may answer. It returns one of these and is over: so nothing can go wrong after the acknowledgement."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.slack.blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """An empty acknowledgement. It closes a form, and shows nothing after anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """A few words, in mrkdwn, to whoever typed the command, pressed the button or used the shortcut, and nobody else.

    `blocks`: the same with a layout, where it is shown in a message. `in_place`: instead of the message that the button is in.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    in_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowErrors:
    """Sentences inside the form, by block id. The form stays open with what was typed."""

    errors: Mapping[str, str]


Answer = Accept | Tell | ShowErrors
