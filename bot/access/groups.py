"""Who is in a user group, as Slack says it: https://docs.slack.dev/reference/methods/usergroups.users.list."""

import logging
import time
from collections.abc import Callable, Iterable

from slack_sdk.web.async_client import AsyncWebClient

from bot.access.remembered import Remembered
from bot.slack.codes import code_of

logger = logging.getLogger(__name__)


class GroupMembers(Remembered[frozenset[str]]):
    """Asked by a group's id, and remembered."""

    def __init__(self, client: AsyncWebClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(self._members, clock=clock)
        self._client = client

    def has(self, user_id: str, groups: Iterable[str]) -> bool | None:
        """Whether a person is known to be in one of them; None where nobody can say."""
        return is_in(user_id, (self.known(group) for group in groups))

    async def _members(self, group_id: str) -> frozenset[str]:
        try:
            answer = await self._client.usergroups_users_list(usergroup=group_id)
        except Exception as error:
            extra = {"code": code_of(error), "method": "usergroups.users.list"}
            logger.warning("Slack did not say who is in the group %s", group_id, extra=extra)
            raise
        return frozenset(each for each in answer.get("users") or () if isinstance(each, str))


def is_in(user_id: str, groups: Iterable[frozenset[str] | None]) -> bool | None:
    """Whether a person is in one of these groups; None if that depends on a group whose members are unknown."""
    members = list(groups)
    if any(each is not None and user_id in each for each in members):
        return True
    return None if None in members else False
