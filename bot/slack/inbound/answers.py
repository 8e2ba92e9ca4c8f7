"""What a handler may answer. Returning it is the last thing a handler does, so nothing can fail after the acknowledgement."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """An empty acknowledgement. It closes a form; after anything else it shows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """A short text, in mrkdwn, shown only to the person who used the command, button or shortcut.

    `blocks`: the same with a layout, used in messages. `in_place`: it replaces the message that contains the button.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    in_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowErrors:
    """Sentences shown in the form, by block id. The form stays open and keeps what was typed."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowView:
    """Another view in place of the form that was sent. What was typed stays where the ids are the same."""

    view: Mapping[str, Any]


Answer = Accept | Tell | ShowErrors | ShowView
