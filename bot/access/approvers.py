"""Who may say yes to a request: the people of APPROVERS, and the members of APPROVER_GROUPS as Slack says who they are."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.access.groups import GroupMembers, is_in
from bot.domain.approval import Need

# Of the three seconds in which a form is answered.
_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Approving:
    """The settings: whether `always`, who is asked for a yes, and for how many seconds (`ttl`). `groups` are of users."""

    ttl: float
    always: bool = False
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def need(self, asked_at: float) -> Need | None:
        """That of a request which is made at this time (in seconds since the UTC epoch); None where it needs no yes."""
        return Need(until=asked_at + self.ttl) if self.always else None


class Approvers:
    """Who they are is remembered where it is only shown, and asked anew for each answer that somebody gives."""

    def __init__(self, client: AsyncWebClient, *, approving: Approving) -> None:
        self._approving = approving
        self._groups = GroupMembers(client)

    @property
    def ids(self) -> tuple[str, ...]:
        """Of the people and of the groups that are set."""
        return (*self._approving.users, *self._approving.groups)

    def certainly_not(self, user_id: str) -> bool:
        """Whether this person is known to be none, as far as is remembered."""
        return user_id not in self._approving.users and self._groups.has(user_id, self._approving.groups) is False

    async def include(self, user_id: str) -> bool | None:
        """Whether this person is one, by what is remembered where that is known; None where nobody can say within a second."""
        return await self._are(user_id, self._groups.get)

    async def include_now(self, user_id: str) -> bool | None:
        """The same, whatever is remembered."""
        return await self._are(user_id, self._groups.anew)

    async def _are(self, user_id: str, members_of: Callable[[str], Awaitable[frozenset[str] | None]]) -> bool | None:
        if user_id in self._approving.users:
            return True
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                members = await asyncio.gather(*(members_of(group) for group in self._approving.groups))
        except TimeoutError:
            return None
        return is_in(user_id, members)
