"""Why a message did not go where it was asked to, and what to do about it: mrkdwn, from our own words and ids only."""

from bot import wording
from bot.slack.codes import APP_RESTRICTED, ARCHIVED, NOT_A_MEMBER, RESTRICTED_PREFIX, TOKEN_WRONG
from bot.slack.outbound.results import Route


def elsewhere(*, channel: str, why: str, route: Route, bot: str, reference: str) -> str:
    """Told to the requester after the outcome itself.

    `channel` was chosen and `route` taken instead; `why` is Slack's code for it, `bot` mentions the bot.
    """
    # Only a channel has a name that Slack can show, and can be invited to.
    place = f"<#{channel}>" if _is_channel(channel) else wording.DIRECT_CONVERSATION
    told = wording.TOLD_BY_FORM if route == "response_url" else wording.TOLD_ALONE
    return f"{told} {_fix(channel, why)}".format(place=place, bot=bot, reference=reference)


def _fix(channel: str, why: str) -> str:
    if why in TOKEN_WRONG:
        return wording.FIX_NOT_CONNECTED
    if why == APP_RESTRICTED:
        return wording.FIX_APP_RESTRICTED
    if not _is_channel(channel):
        return wording.FIX_DIRECT
    if why in NOT_A_MEMBER:
        return wording.FIX_INVITE
    if why == ARCHIVED:
        return wording.FIX_ARCHIVED
    return wording.FIX_RESTRICTED if why.startswith(RESTRICTED_PREFIX) else wording.FIX_UNKNOWN


def _is_channel(conversation: str) -> bool:
    return conversation.startswith(("C", "G"))
