"""What a feature registers to hear from Slack. A handler gets the payload, read and checked, and returns its answer.

A handler answers within milliseconds: it makes no call to CodeArts and posts nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.slack.inbound.answers import Answer
from bot.slack.inbound.events import AppHomeOpened
from bot.slack.inbound.payloads import Command, ViewSubmission
from bot.slack.inbound.presses import MessageShortcut, Press, Shortcut


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandListener:
    """Hears a slash command; `command` with its slash.

    `words`: only where its text begins with one of them. Without words it hears whatever no other listener does. `help` is
    what the command's help says about it, in mrkdwn.
    """

    command: str
    handle: Callable[[Command], Awaitable[Answer]]
    words: frozenset[str] = frozenset()
    help: str = ""

    @property
    def name(self) -> str:
        """By which it is told apart where what it does is counted."""
        return "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormListener:
    """Hears the submissions of a form, known by its `callback_id`."""

    callback_id: str
    handle: Callable[[ViewSubmission], Awaitable[Answer]]

    @property
    def name(self) -> str:
        """By which it is told apart where what it does is counted."""
        return self.callback_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionListener:
    """Hears what is pressed or typed in an element of a message or view.

    It is known by its `action_id`, and by its `block_id` where that is given.
    """

    action_id: str
    handle: Callable[[Press], Awaitable[Answer]]
    block_id: str | None = None

    @property
    def name(self) -> str:
        """By which it is told apart where what it does is counted."""
        return self.action_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutListener:
    """Hears a global shortcut, known by its `callback_id`."""

    callback_id: str
    handle: Callable[[Shortcut], Awaitable[Answer]]

    @property
    def name(self) -> str:
        """By which it is told apart where what it does is counted."""
        return self.callback_id


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShortcutListener:
    """Hears a shortcut that is used on a message, known by its `callback_id`."""

    callback_id: str
    handle: Callable[[MessageShortcut], Awaitable[Answer]]

    @property
    def name(self) -> str:
        """By which it is told apart where what it does is counted."""
        return self.callback_id


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeListener:
    """Hears that somebody looks at the app."""

    handle: Callable[[AppHomeOpened], Awaitable[Answer]]

    @property
    def name(self) -> str:
        """By which it is told apart where what it does is counted."""
        return "home"


Listener = CommandListener | FormListener | ActionListener | ShortcutListener | MessageShortcutListener | HomeListener
