"""What Slack knows about the people who make requests: whether they are guests, their company, and their user groups.

`profiles.py` asks about a person, `groups.py` about the members of a group. They are asked only if a rule needs it; without
`users:read` it is unknown who is a guest (see `policy.py`).
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.access.groups import GroupMembers
from bot.access.policy import AccessRules, MemberStatus, Person
from bot.access.profiles import Profile, Profiles

# Optional: without them only the payload says who people are.
SCOPES = frozenset({"users:read", "usergroups:read"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Where the app is installed: the ids of the workspace and of its organisation; None if unknown or there is none."""

    team: str | None = None
    enterprise: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sent a payload and from which workspace, as the payload says. `installed`: the workspace it is meant for."""

    user: str
    team: str | None = None
    installed: str | None = None


class People:
    """Caches the facts for ten minutes. `workspace` returns our own workspace."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        rules: AccessRules,
        workspace: Callable[[], Workspace],
        clock: Callable[[], float] = time.monotonic,
        profiles: Profiles | None = None,
    ) -> None:
        self._rules = rules
        self._workspace = workspace
        self._profiles = profiles or Profiles(client, clock=clock)
        self._groups = GroupMembers(client, clock=clock)

    def known(self, sender: Sender) -> Person:
        """The person, as far as the facts are known now."""
        profile = self._profiles.known(sender.user)
        return Person(
            id=sender.user,
            foreign=is_foreign(sender, profile, self._workspace()),
            status=profile.status if profile else MemberStatus.UNKNOWN,
            in_group=self._groups.has(sender.user, self._rules.groups),
        )

    def knows(self, user_id: str) -> bool:
        """Whether all the facts that the rules need are known."""
        profile = not self._needs_profile or self._profiles.known(user_id) is not None
        return profile and all(self._groups.known(group) is not None for group in self._groups_for(user_id))

    async def ask(self, user_id: str) -> None:
        """Fetch the facts that the rules need and that are not known yet."""
        profiles = [self._profiles.get(user_id)] if self._needs_profile else []
        await asyncio.gather(*profiles, *(self._groups.get(group) for group in self._groups_for(user_id)))

    def _groups_for(self, user_id: str) -> tuple[str, ...]:
        return () if user_id in self._rules.users else self._rules.groups

    @property
    def _needs_profile(self) -> bool:
        # In an organisation of several workspaces only the profile tells a colleague from a stranger.
        return not self._rules.guests or (not self._rules.external and self._workspace().enterprise is not None)


def is_foreign(sender: Sender, profile: Profile | None, ours: Workspace) -> bool:
    """Whether anything says that the person belongs to another company. Everybody in our own organisation is a colleague."""
    if profile is not None and ours.enterprise is not None and profile.enterprise == ours.enterprise:
        return profile.stranger
    at_home = {ours.team, ours.enterprise} - {None} or {sender.installed or sender.team}
    told = {sender.team, profile.team if profile else None} - {None}
    return bool(told - at_home) or (profile is not None and profile.stranger)
