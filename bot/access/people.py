"""What Slack knows about the people who make requests: whether they are guests, their company, and their user groups.

https://docs.slack.dev/reference/methods/users.info; `groups.py` knows the members of groups. Called only if a rule needs it;
without `users:read` it is unknown who is a guest (see `policy.py`).
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.access.groups import GroupMembers
from bot.access.policy import AccessRules, MemberStatus, Person
from bot.access.remembered import Remembered
from bot.slack.codes import MAY_NOT_ASK, as_id, code_of

# Optional: without them only the payload says who people are.
SCOPES = frozenset({"users:read", "usergroups:read"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Where the app is installed: the ids of the workspace and of its organisation; None if unknown or there is none."""

    team: str | None = None
    enterprise: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The result of users.info. `team` and `enterprise` are the person's own; `stranger`: from outside the workspace."""

    status: MemberStatus
    team: str | None = None
    enterprise: str | None = None
    stranger: bool = False


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
    ) -> None:
        self._client = client
        self._rules = rules
        self._workspace = workspace
        self._profiles = Remembered(self._profile, clock=clock)
        self._groups = GroupMembers(client, clock=clock)
        self._said_withheld = False

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

    async def _profile(self, user_id: str) -> Profile:
        try:
            answer = await self._client.users_info(user=user_id)
        except Exception as error:
            code = code_of(error)
            if code in MAY_NOT_ASK:
                self._withheld(code)
                return Profile(status=MemberStatus.WITHHELD)
            logger.warning("Slack did not say who a person is", extra={"code": code, "method": "users.info"})
            raise
        user: Mapping[str, Any] = answer["user"]
        guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
        return Profile(
            status=MemberStatus.GUEST if guest else MemberStatus.MEMBER,
            team=as_id(user.get("team_id")),
            enterprise=as_id((user.get("enterprise_user") or {}).get("enterprise_id")),
            stranger=bool(user.get("is_stranger")),
        )

    def _withheld(self, code: str) -> None:
        if not self._said_withheld:
            self._said_withheld = True
            logger.warning("Slack does not tell this app who is a guest: it needs users:read", extra={"code": code})


def is_foreign(sender: Sender, profile: Profile | None, ours: Workspace) -> bool:
    """Whether anything says that the person belongs to another company. Everybody in our own organisation is a colleague."""
    if profile is not None and ours.enterprise is not None and profile.enterprise == ours.enterprise:
        return profile.stranger
    at_home = {ours.team, ours.enterprise} - {None} or {sender.installed or sender.team}
    told = {sender.team, profile.team if profile else None} - {None}
    return bool(told - at_home) or (profile is not None and profile.stranger)
