"""What a feature registers to hear from Slack. A handler gets the payload, read and checked, and returns its answer.

A handler answers within milliseconds: it makes no call to CodeArts and posts nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.slack.inbound.answers import Answer
from bot.slack.inbound.payloads import Command, ViewSubmission


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandListener:
    """Hears a slash command; `command` with its slash."""

    command: str
    handle: Callable[[Command], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormListener:
    """Hears the submissions of a form, known by its `callback_id`."""

    callback_id: str
    handle: Callable[[ViewSubmission], Awaitable[Answer]]


Listener = CommandListener | FormListener
