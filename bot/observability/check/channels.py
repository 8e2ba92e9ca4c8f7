"""Every channel that a setting names: whether the bot can post there, and who would read it.

conversations.info says all of it, where the app may read conversations; where it may not, conversations.history says whether
the bot is a member (docs/facts/slack.md section 5).
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.domain.findings import Finding, fix, note, ok
from bot.domain.news import NewsChannel
from bot.observability.check.slack import refused
from bot.observability.check.surroundings import Surroundings
from bot.slack.codes import NOT_A_MEMBER, RIGHT_MISSING, code_of

_POST_ANYWHERE = "chat:write.public"
_SHARED = ("is_ext_shared", "is_pending_ext_shared")


def named(settings: Settings) -> Iterator[tuple[str, str]]:
    """(setting, id) of each channel. Every setting whose name ends so holds ids of channels."""
    for name, field in type(settings).model_fields.items():
        setting, value = str(field.validation_alias), getattr(settings, name)
        if setting.endswith(("_CHANNEL", "_CHANNELS")) and not isinstance(value, bool):
            for each in value if isinstance(value, tuple) else (value,):
                channel = each.channel if isinstance(each, NewsChannel) else each
                if channel:
                    yield setting, str(channel)


async def channels(around: Surroundings) -> AsyncIterator[Finding]:
    """One finding for each channel that is not well, and one for all the others together."""
    wells: list[str] = []
    for setting, channel in dict.fromkeys(named(around.settings)):
        finding = await _channel(around, setting, channel)
        if finding is None:
            wells.append(channel)
        else:
            yield finding
    if wells:
        yield ok("channels", channels=", ".join(dict.fromkeys(wells)))


async def _channel(around: Surroundings, setting: str, channel: str) -> Finding | None:
    try:
        answer = await around.slack.conversations_info(channel=channel)
    except Exception as error:  # noqa: BLE001  the report says it, whatever it is
        code = code_of(error)
        if code in RIGHT_MISSING:
            return await _member(around, setting, channel, _needed(error))
        if code in NOT_A_MEMBER:
            return fix("channel_not_found", setting=setting, channel=channel)
        return refused(around, error)
    shown = answer.get("channel")
    return _about(around, setting, channel, shown if isinstance(shown, dict) else {})


def _about(around: Surroundings, setting: str, channel: str, shown: Mapping[str, Any]) -> Finding | None:
    values = {"setting": setting, "channel": channel, "name": f"#{shown.get('name') or channel}"}
    if shown.get("is_archived"):
        return fix("channel_archived", **values)
    if any(map(shown.get, _SHARED)) and not around.settings.shared_channels:
        return fix("channel_shared", **values)
    if shown.get("is_member") or (not shown.get("is_private") and _POST_ANYWHERE in around.granted):
        return None
    return fix("channel_without_bot", bot=around.bot, **values)


async def _member(around: Surroundings, setting: str, channel: str, needed: str) -> Finding | None:
    """Without the right to read about a channel, as far as its history tells."""
    code = await _history_code(around.slack, channel)
    if code == "channel_not_found":
        return fix("channel_not_found", setting=setting, channel=channel)
    if code == "not_in_channel" and _POST_ANYWHERE not in around.granted:
        return fix("channel_without_bot", bot=around.bot, setting=setting, channel=channel, name=channel)
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
