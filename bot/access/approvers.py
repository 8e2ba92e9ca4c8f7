"""Who may approve a request: the people of APPROVERS, and the members of APPROVER_GROUPS as Slack lists them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from slack_sdk.web.async_client import AsyncWebClient

from bot.access.approval_facts import ChannelFacts
from bot.access.groups import GroupMembers, is_in
from bot.access.people import Sender
from bot.access.policy import Barred, Denied, Obstacle, who_could_decide
from bot.access.standing import Standing
from bot.domain.approval import Need

# Part of the three seconds in which a form must be answered.
_WAIT_SECONDS = 1.0
# How many of the people in APPROVERS are looked up when a form is opened; the others count as able to decide.
_LOOKED_UP_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Approving:
    """The settings: which requests need an approval (`mode`), whose, for how many seconds (`ttl`), and in which channel.

    `groups` are user groups. No `channel`: no request needs one.
    """

    ttl: float
    mode: Literal["never", "outside_policy", "always"] = "never"
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    channel: str = ""

    def may_be_asked_for(self, denied: Denied) -> bool:
        """Whether an approver may allow what is denied."""
        return self.mode == "outside_policy" and denied.may_be_allowed

    def might_be_asked_for(self, denied: Denied) -> bool:
        """The same, or that depends on facts that are not known yet."""
        return self.mode == "outside_policy" and denied.might_be_allowed

    def need(self, denied: Denied | None, *, reason: str | None, now: float) -> Need | None:
        """Why a request made `now` needs an approval, if it does. `denied`: what an approver has to allow, if anything."""
        if denied is None and self.mode != "always":
            return None
        return Need(until=now + self.ttl, rule=denied.rule if denied else None, reason=reason)


class Approvers:
    """Remembers what forms need to know, and asks Slack again for each decision that somebody makes.

    `standing` tells which of them may not answer for this company (any more); None: nobody is asked.
    """

    def __init__(self, client: AsyncWebClient, *, approving: Approving, standing: Standing | None = None) -> None:
        self._approving = approving
        self._standing = standing
        self._groups = GroupMembers(client)
        self._channels = ChannelFacts(client)

    @property
    def ids(self) -> tuple[str, ...]:
        """The configured people and groups."""
        return (*self._approving.users, *self._approving.groups)

    def obstacle(self, person: str) -> Obstacle | None:
        """Why nobody could decide about a request of this person, as remembered."""
        members = (self._groups.known(group) for group in self._approving.groups)
        barred = self._standing.known if self._standing else lambda _user: None
        nobody = who_could_decide(person, [each for each in self._approving.users if not barred(each)], members)
        return nobody or self._channels.obstacle(self._approving.channel)

    async def prepare(self, *, anew: bool = False) -> None:
        """Ask Slack for what `obstacle` needs to know: what is not remembered, or all of it `anew`."""
        groups, channels = self._groups, self._channels
        members_of = groups.anew if anew else groups.get
        state_of = channels.anew if anew else channels.get
        await asyncio.gather(
            state_of(self._approving.channel), *map(members_of, self._approving.groups), *self._profiles(anew=anew)
        )

    def _profiles(self, *, anew: bool) -> Iterable[Awaitable[object]]:
        if self._standing is None:
            return ()
        profile_of = self._standing.profiles.anew if anew else self._standing.profiles.get
        return map(profile_of, self._approving.users[:_LOOKED_UP_MAX])

    async def include(self, user_id: str) -> bool | None:
        """Whether this person is an approver, from memory if possible; None if it cannot be found out within a second."""
        return await self._include(user_id, self._groups.get)

    async def include_now(self, user_id: str) -> bool | None:
        """The same, whatever is remembered."""
        return await self._include(user_id, self._groups.anew)

    async def barred_now(self, sender: Sender) -> Barred | None:
        """Why this person may not answer, as far as that can be found out within a second."""
        if self._standing is None:
            return None
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                return await self._standing.now(sender)
        except TimeoutError:
            return self._standing.without_answer(sender)

    async def _include(
        self, user_id: str, members_of: Callable[[str], Awaitable[frozenset[str] | None]]
    ) -> bool | None:
        if user_id in self._approving.users:
            return True
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                members = await asyncio.gather(*(members_of(group) for group in self._approving.groups))
        except TimeoutError:
            return None
        return is_in(user_id, members)
