"""Whether anybody could decide about a request that somebody makes now: facts about the approvers and their channel.

https://docs.slack.dev/reference/methods/conversations.info. A fact that cannot be found out counts as an obstacle.
"""

import logging
import time
from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.access.policy import Obstacle
from bot.access.remembered import Remembered
from bot.slack.codes import NOT_A_MEMBER, code_of

# Without them nothing is known of the channel. Optional, because they are used with an approval channel only.
SCOPES = frozenset({"channels:read", "groups:read"})
_POST_ANYWHERE = "chat:write.public"

logger = logging.getLogger(__name__)


class ChannelFacts(Remembered[str]):
    """Whether the bot can post to a channel, by its id: an `Obstacle`, or "" if it can."""

    def __init__(self, client: AsyncWebClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(self._state, clock=clock)
        self._client = client

    def obstacle(self, channel: str) -> Obstacle | None:
        """The remembered answer."""
        known = self.known(channel)
        if known is None:
            return Obstacle.CHANNEL_UNKNOWN
        return Obstacle(known) if known else None

    async def _state(self, channel: str) -> str:
        try:
            answer = await self._client.conversations_info(channel=channel)
        except Exception as error:
            code = code_of(error)
            if code in NOT_A_MEMBER:
                return Obstacle.CHANNEL_MISSING
            extra = {"code": code, "method": "conversations.info", "channel": channel}
            logger.warning("Slack did not describe the approval channel", extra=extra)
            raise
        shown = answer["channel"]
        if shown.get("is_archived"):
            return Obstacle.CHANNEL_ARCHIVED
        if shown.get("is_member") or (not shown.get("is_private") and _POST_ANYWHERE in _granted(answer.headers)):
            return ""
        return Obstacle.CHANNEL_CLOSED


def _granted(headers: object) -> frozenset[str]:
    said = headers.get("x-oauth-scopes") or headers.get("X-OAuth-Scopes") if hasattr(headers, "get") else None
    return frozenset(scope.strip() for scope in str(said or "").split(","))
