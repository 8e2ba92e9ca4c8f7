"""Why a message did not go where it was asked to, and what to do about it: mrkdwn, from our own words and ids only."""

from bot import wording
from bot.slack.blocks import escape
from bot.slack.codes import ARCHIVED, NOT_A_MEMBER, RESTRICTED_PREFIX


def elsewhere(*, channel: str, why: str, bot: str) -> str:
    """Told to the requester; `why` is Slack's code, `bot` mentions the bot."""
    return wording.ELSEWHERE.format(channel=channel, why=escape(why), fix=_fix(why).format(bot=bot))


def _fix(why: str) -> str:
    if why in NOT_A_MEMBER:
        return wording.FIX_INVITE
    if why == ARCHIVED:
        return wording.FIX_ARCHIVED
    return wording.FIX_RESTRICTED if why.startswith(RESTRICTED_PREFIX) else wording.FIX_UNKNOWN
