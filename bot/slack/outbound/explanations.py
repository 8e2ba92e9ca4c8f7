"""Why a message did not go to the chosen channel, and what to do about it: mrkdwn, from our own words and ids only."""

from bot import wording
from bot.slack.codes import (
    APP_RESTRICTED,
    ARCHIVED,
    KEPT_OUT,
    NOT_A_MEMBER,
    RESTRICTED_PREFIX,
    RIGHT_MISSING,
    TOKEN_WRONG,
)
from bot.slack.outbound.results import Route


def elsewhere(*, channel: str, why: str, route: Route, bot: str, reference: str) -> str:
    """What the requester is told after the outcome itself.

    `channel` was chosen and `route` used instead; `why` is Slack's code for the reason, `bot` mentions the bot.
    """
    # Only a channel has a name that Slack can show, and can be invited to.
    place = f"<#{channel}>" if _is_channel(channel) else wording.DIRECT_CONVERSATION
    told = wording.TOLD_BY_FORM if route == "response_url" else wording.TOLD_ALONE
    return f"{told} {_fix(channel, why)}".format(place=place, bot=bot, reference=reference)


def _fix(channel: str, why: str) -> str:
    if everywhere := _said_of(why, _EVERYWHERE):
        return everywhere
    if not _is_channel(channel):
        return wording.FIX_DIRECT
    if why.startswith(RESTRICTED_PREFIX):
        return wording.FIX_RESTRICTED
    return _said_of(why, _IN_A_CHANNEL) or wording.FIX_UNKNOWN


_Sentences = tuple[tuple[frozenset[str], str], ...]
_EVERYWHERE: _Sentences = (
    (TOKEN_WRONG, wording.FIX_NOT_CONNECTED),
    (frozenset({APP_RESTRICTED}), wording.FIX_APP_RESTRICTED),
    (KEPT_OUT, wording.FIX_KEPT_OUT),
    (RIGHT_MISSING, wording.FIX_RIGHT_MISSING),
)
_IN_A_CHANNEL: _Sentences = ((NOT_A_MEMBER, wording.FIX_INVITE), (frozenset({ARCHIVED}), wording.FIX_ARCHIVED))


def _said_of(why: str, sentences: _Sentences) -> str | None:
    return next((sentence for codes, sentence in sentences if why in codes), None)


def _is_channel(conversation: str) -> bool:
    return conversation.startswith(("C", "G"))
