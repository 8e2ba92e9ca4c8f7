"""What a part of the bot needs from the Slack app: the source of `manifest.yaml`, and what `check` compares the token with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

from bot.domain.command import COMMAND

# What fails without each scope, and explanations of some other keys of the manifest.
REASONS: Mapping[str, str] = {
    "commands": "to receive the command and the shortcuts",
    "chat:write": "to post the result and keep it current, in channels that the bot was invited to",
    "chat:write.public": "the same in public channels without an invitation",
    "channels:history": (
        "to look for its own message when Slack's answer to a post was lost; without it one may, very rarely, appear twice"
    ),
    "groups:history": "the same in private channels that the bot was invited to",
    "users:read": "to tell guests from full members; without it nobody is known to be a guest (ALLOW_GUESTS)",
    "usergroups:read": "to know who is in ALLOWED_GROUPS and APPROVER_GROUPS; without these settings it is not used",
    "channels:read": "to see whether APPROVAL_CHANNEL can be posted to; without that setting it is not used",
    "groups:read": "the same if that channel is private",
    "bot_optional": "the person who installs the app may decline these; the comment beside each says what is lost",
    "messages_tab_enabled": "without it what the bot sends to one person alone may not be readable",
    "messages_tab_read_only_enabled": "nobody is heard there",
    "should_escape": "the text is only ever a suggestion for the name; mentions mean nothing in it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """A slash command, with its slash, and what Slack shows while it is typed.

    A command without a description adds its words to the hint of another feature's command.
    """

    command: str
    description: str = ""
    usage_hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutItem:
    """A shortcut, and what Slack's menus show: `name` has at most 24 characters."""

    callback_id: str
    kind: Literal["global", "message"]
    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestNeeds:
    """Commands, shortcuts, events, the Home tab and bot scopes; the person who installs the app may decline optional ones."""

    slash_commands: frozenset[SlashCommand] = frozenset()
    shortcuts: frozenset[ShortcutItem] = frozenset()
    events: frozenset[str] = frozenset()
    home_tab: bool = False
    scopes: frozenset[str] = frozenset()
    optional_scopes: frozenset[str] = frozenset()

    @property
    def commands(self) -> frozenset[str]:
        """The names of the commands."""
        return frozenset(each.command for each in self.slash_commands)

    @property
    def installed_commands(self) -> list[SlashCommand]:
        """Each command once, with all words that may follow it, those of its own feature first."""
        return [self._together(command) for command in sorted(self.commands)]

    def called(self, command: str) -> "ManifestNeeds":
        """The same for an installation whose command has this name."""
        named = (replace(each, command=command) if each.command == COMMAND else each for each in self.slash_commands)
        return replace(self, slash_commands=frozenset(named))

    def _together(self, command: str) -> SlashCommand:
        parts = sorted((each for each in self.slash_commands if each.command == command), key=_own_first)
        hints = " | ".join(each.usage_hint for each in parts if each.usage_hint)
        return SlashCommand(command=command, description=parts[0].description, usage_hint=hints or None)

    def __or__(self, other: "ManifestNeeds") -> "ManifestNeeds":
        """The union of both."""
        return ManifestNeeds(
            slash_commands=self.slash_commands | other.slash_commands,
            shortcuts=self.shortcuts | other.shortcuts,
            events=self.events | other.events,
            home_tab=self.home_tab or other.home_tab,
            scopes=self.scopes | other.scopes,
            optional_scopes=self.optional_scopes | other.optional_scopes,
        )


def _own_first(command: SlashCommand) -> tuple[bool, str]:
    return not command.description, command.usage_hint or ""


# `outbound/poster.py` posts, and looks for its own messages after a lost answer.
POSTER_NEEDS = ManifestNeeds(
    scopes=frozenset({"chat:write", "chat:write.public"}),
    optional_scopes=frozenset({"channels:history", "groups:history"}),
)


def all_needs(features: Iterable[ManifestNeeds]) -> ManifestNeeds:
    """The needs of the platform and of every feature."""
    return reduce(ManifestNeeds.__or__, features, POSTER_NEEDS)
