"""Which conversation a call refers to, and whether the bot may see it or post there (docs/facts/slack.md section 5)."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.playground.slack import company
from bot.playground.slack.records import Channel, SlackRefusal
from bot.playground.slack.workspace import Workspace

Args = Mapping[str, Any]


def visible(workspace: Workspace, args: Args) -> Channel:
    """The channel in the arguments. Raises SlackRefusal if there is no such channel that the bot can see."""
    channel = workspace.channels.get(str(args.get("channel")))
    if channel is None or (channel.is_private and company.BOT_USER not in channel.members):
        raise SlackRefusal("channel_not_found")
    return channel


def writable(workspace: Workspace, args: Args, scopes: frozenset[str]) -> Channel:
    """The channel, or the direct message with a user id. Raises SlackRefusal if the bot may not post there."""
    target = str(args.get("channel"))
    if target in workspace.users and target != company.BOT_USER:
        return workspace.direct_message(target)
    channel = visible(workspace, args)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if company.BOT_USER not in channel.members and "chat:write.public" not in scopes:
        raise SlackRefusal("not_in_channel")
    return channel


def need(scopes: frozenset[str], channel: Channel, verb: str) -> None:
    """Raise SlackRefusal `missing_scope` without the scope for this verb on this kind of channel."""
    kind = "im" if channel.im_user else "groups" if channel.is_private else "channels"
    if f"{kind}:{verb}" not in scopes:
        raise SlackRefusal("missing_scope", needed=f"{kind}:{verb}", provided=",".join(sorted(scopes)))


def number_of(args: Args, key: str, default: str) -> Decimal:
    """A ts or a count. Decimal, because a ts has more digits than a float can hold."""
    refusal = SlackRefusal("invalid_limit" if key == "limit" else f"invalid_ts_{key}")
    try:
        number = Decimal(str(args.get(key) or default))
    except InvalidOperation:
        raise refusal from None
    if not number.is_finite():
        raise refusal
    return number
