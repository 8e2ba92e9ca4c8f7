"""What a part of the bot needs of the Slack app, held against `manifest.yaml` by a test and against the token by `check`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestNeeds:
    """Slash commands (with their slash) and bot scopes; whoever installs the app may decline the optional ones."""

    commands: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    optional_scopes: frozenset[str] = frozenset()

    def __or__(self, other: "ManifestNeeds") -> "ManifestNeeds":
        """Both together."""
        return ManifestNeeds(
            commands=self.commands | other.commands,
            scopes=self.scopes | other.scopes,
            optional_scopes=self.optional_scopes | other.optional_scopes,
        )


# `outbound/poster.py` posts, and looks for its own messages after a lost answer.
POSTER_NEEDS = ManifestNeeds(
    scopes=frozenset({"chat:write", "chat:write.public"}),
    optional_scopes=frozenset({"channels:history", "groups:history"}),
)


def all_needs(features: Iterable[ManifestNeeds]) -> ManifestNeeds:
    """Of the platform and of every feature."""
    return reduce(ManifestNeeds.__or__, features, POSTER_NEEDS)
