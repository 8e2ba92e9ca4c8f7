"""The app as installed in the local Slack: the commands and shortcuts that people are offered.

A test compares them with the bot's manifest.
"""

from dataclasses import dataclass
from typing import Literal

COMMAND = "/create-registry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command; `hint` shows what may follow it."""

    command: str
    hint: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """An entry in the lightning menu ("global") or in a message's "More actions" ("message")."""

    type: Literal["global", "message"]
    callback_id: str
    name: str
    description: str


def commands(command: str = COMMAND) -> tuple[Command, ...]:
    """The commands of an installation whose command has this name."""
    return (
        Command(command=command, hint="[name] | list | status NAME | help", description="Create a Docker registry"),
    )


COMMANDS = commands()
SHORTCUTS = (
    Shortcut(
        type="global",
        callback_id="create_registry_anywhere",
        name="Create registry",
        description="Create a Docker registry",
    ),
    Shortcut(
        type="message",
        callback_id="create_registry_on_message",
        name="Create registry",
        description="The result is posted in the thread of this message, too",
    ),
)
