"""Every channel that a setting names: whether the bot can post there, and who could read it.

conversations.info tells both, if the app may read conversations; otherwise conversations.history tells whether the bot is a
member (docs/facts/slack.md section 5).
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.findings import Finding, fix, note, ok
from bot.observability.check.context import CheckContext
from bot.observability.check.ids_in_settings import ids_in_settings
from bot.observability.check.slack import refused
from bot.slack.codes import NOT_A_MEMBER, RIGHT_MISSING, code_of

_POST_ANYWHERE = "chat:write.public"
_SHARED = ("is_ext_shared", "is_pending_ext_shared")


async def channels(context: CheckContext) -> AsyncIterator[Finding]:
    """One finding for each channel with a problem, and one for all the others together."""
    usable: list[str] = []
    for setting, channel in ids_in_settings(context.settings, "_CHANNEL", "_CHANNELS"):
        finding = await _channel(context, setting, channel)
        if finding is None:
            usable.append(channel)
        else:
            yield finding
    if usable:
        yield ok("channels", channels=", ".join(dict.fromkeys(usable)))


async def _channel(context: CheckContext, setting: str, channel: str) -> Finding | None:
    try:
        answer = await context.slack.conversations_info(channel=channel)
    except Exception as error:  # noqa: BLE001  the report says it, whatever it is
        code = code_of(error)
        if code in RIGHT_MISSING:
            return await _member(context, setting, channel, _needed(error))
        if code in NOT_A_MEMBER:
            return fix("channel_not_found", setting=setting, channel=channel)
        return refused(context, error)
    shown = answer.get("channel")
    return _about(context, setting, channel, shown if isinstance(shown, dict) else {})


def _about(context: CheckContext, setting: str, channel: str, shown: Mapping[str, Any]) -> Finding | None:
    values = {"setting": setting, "channel": channel, "name": f"#{shown.get('name') or channel}"}
    if shown.get("is_archived"):
        return fix("channel_archived", **values)
    if any(map(shown.get, _SHARED)) and not context.settings.shared_channels:
        return fix("channel_shared", **values)
    if shown.get("is_member"):
        return None
    if not shown.get("is_private") and _POST_ANYWHERE in context.granted:
        # It can post there, but not read what it has posted.
        asked_there = setting == "APPROVAL_CHANNEL" and context.settings.approval != "never"
        return note("channel_not_joined", bot=context.bot, **values) if asked_there else None
    return fix("channel_without_bot", bot=context.bot, **values)


async def _member(context: CheckContext, setting: str, channel: str, needed: str) -> Finding | None:
    """The finding without the right to read about the channel, as far as its history tells."""
    code = await _history_code(context.slack, channel)
    if code == "channel_not_found":
        return fix("channel_not_found", setting=setting, channel=channel)
    if code == "not_in_channel" and _POST_ANYWHERE not in context.granted:
        return fix("channel_without_bot", bot=context.bot, setting=setting, channel=channel, name=channel)
    return note("channel_unreadable", setting=setting, channel=channel, scope=needed)


async def _history_code(slack: AsyncWebClient, channel: str) -> str:
    try:
        await slack.conversations_history(channel=channel, limit=1)
    except Exception as error:  # noqa: BLE001  it is only asked for what its refusal says
        return code_of(error)
    return ""


def _needed(error: Exception) -> str:
    scope = error.response.get("needed") if isinstance(error, SlackApiError) else None
    text = str(scope or "")
    return text if all(part.isalpha() for part in text.replace(",", ":").split(":")) else "channels:read"
