"""What a feature registers to handle Slack's payloads. A handler gets the validated payload and returns its answer.

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
    """Handles a slash command; `command` includes its slash.

    `words`: only if the text begins with one of them. Without words it handles whatever no other listener does. `help` is
    its part of the command's help, in mrkdwn.
    """

    command: str
    handle: Callable[[Command], Awaitable[Answer]]
    words: frozenset[str] = frozenset()
    help: str = ""

    @property
    def name(self) -> str:
        """Identifies the listener in metrics and log lines."""
        return "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormListener:
    """Handles the submissions of the form with this `callback_id`."""

    callback_id: str
    handle: Callable[[ViewSubmission], Awaitable[Answer]]

    @property
    def name(self) -> str:
        """Identifies the listener in metrics and log lines."""
        return self.callback_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionListener:
    """Handles the use of an element in a message or view.

    The element is identified by its `action_id`, and by its `block_id` if that is given.
    """

    action_id: str
    handle: Callable[[Press], Awaitable[Answer]]
    block_id: str | None = None

    @property
    def name(self) -> str:
        """Identifies the listener in metrics and log lines."""
        return self.action_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutListener:
    """Handles the global shortcut with this `callback_id`."""

    callback_id: str
    handle: Callable[[Shortcut], Awaitable[Answer]]

    @property
    def name(self) -> str:
        """Identifies the listener in metrics and log lines."""
        return self.callback_id


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShortcutListener:
    """Handles the message shortcut with this `callback_id`."""

    callback_id: str
    handle: Callable[[MessageShortcut], Awaitable[Answer]]

    @property
    def name(self) -> str:
        """Identifies the listener in metrics and log lines."""
        return self.callback_id


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeListener:
    """Handles the opening of the app's Home tab or messages."""

    handle: Callable[[AppHomeOpened], Awaitable[Answer]]

    @property
    def name(self) -> str:
        """Identifies the listener in metrics and log lines."""
        return "home"


Listener = CommandListener | FormListener | ActionListener | ShortcutListener | MessageShortcutListener | HomeListener
