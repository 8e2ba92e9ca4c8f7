"""What Slack says about one person: https://docs.slack.dev/reference/methods/users.info, remembered for ten minutes."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.access.policy import MemberStatus
from bot.access.remembered import Remembered
from bot.slack.codes import MAY_NOT_ASK, as_id, code_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The result of users.info. `team` and `enterprise` are the person's own; `stranger`: from outside the workspace.

    `gone`: deactivated. `bot`: no person at all.
    """

    status: MemberStatus
    team: str | None = None
    enterprise: str | None = None
    stranger: bool = False
    gone: bool = False
    bot: bool = False


class Profiles(Remembered[Profile]):
    """Asked by a person's id. Without `users:read` everybody is `WITHHELD`."""

    def __init__(self, client: AsyncWebClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(self._profile, clock=clock)
        self._client = client
        self._said_withheld = False

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
        return profile_in(answer["user"])

    def _withheld(self, code: str) -> None:
        if not self._said_withheld:
            self._said_withheld = True
            logger.warning("Slack does not tell this app who is a guest: it needs users:read", extra={"code": code})


def profile_in(user: Mapping[str, Any]) -> Profile:
    """The profile in the `user` of an answer."""
    company = user.get("enterprise_user")
    guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
    return Profile(
        status=MemberStatus.GUEST if guest else MemberStatus.MEMBER,
        team=as_id(user.get("team_id")),
        enterprise=as_id(company.get("enterprise_id")) if isinstance(company, dict) else None,
        stranger=bool(user.get("is_stranger")),
        gone=bool(user.get("deleted")),
        bot=bool(user.get("is_bot")),
    )
