"""The conversations.* methods, users.info and usergroups.users.list, with the refusals of docs/facts/slack.md section 5."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from bot.playground.slack import company
from bot.playground.slack.channel_access import need, number_of, visible
from bot.playground.slack.chat import as_shown
from bot.playground.slack.records import Message, SlackRefusal
from bot.playground.slack.workspace import Workspace

Args = Mapping[str, Any]

_TRUE = (True, "true", "1")


def history(workspace: Workspace, args: Args, scopes: frozenset[str]) -> dict[str, Any]:
    """conversations.history: newest first, without ephemerals and replies."""
    channel = visible(workspace, args)
    need(scopes, channel, "history")
    if company.BOT_USER not in channel.members:
        raise SlackRefusal("not_in_channel")
    return _page([message for message in reversed(workspace.messages(channel.id)) if not message.is_reply], args)


def replies(workspace: Workspace, args: Args, scopes: frozenset[str]) -> dict[str, Any]:
    """conversations.replies: the first message of a thread and its replies, oldest first."""
    channel = visible(workspace, args)
    need(scopes, channel, "history")
    if company.BOT_USER not in channel.members:
        raise SlackRefusal("not_in_channel")
    first = workspace.message(channel.id, str(args.get("ts")))
    if first is None or first.ephemeral_to is not None:
        raise SlackRefusal("thread_not_found")
    return _page([first, *first.replies], args)


def open_conversation(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """conversations.open for one person."""
    user = str(args.get("users"))
    if user not in workspace.users or user == company.BOT_USER:
        raise SlackRefusal("user_not_found")
    channel = workspace.direct_message(user)
    return {"no_op": False, "already_open": False, "channel": {"id": channel.id}}


def conversation_info(workspace: Workspace, args: Args, scopes: frozenset[str]) -> dict[str, Any]:
    """conversations.info."""
    channel = visible(workspace, args)
    need(scopes, channel, "read")
    return {
        "channel": {
            "id": channel.id,
            "name": channel.name,
            "is_channel": channel.im_user is None and not channel.is_private,
            "is_group": channel.im_user is None and channel.is_private,
            "is_im": channel.im_user is not None,
            "is_private": channel.is_private,
            "is_archived": channel.is_archived,
            "is_ext_shared": channel.is_shared,
            "is_member": company.BOT_USER in channel.members,
        }
    }


def user_info(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """users.info."""
    user = workspace.users.get(str(args.get("user")))
    if user is None:
        raise SlackRefusal("user_not_found")
    names = {"real_name": user.real_name, "display_name": user.name}
    return {
        "user": {
            "id": user.id,
            "team_id": user.team or company.TEAM_ID,
            "name": user.name,
            "real_name": user.real_name,
            "profile": names,
            "deleted": user.is_deleted,
            "is_bot": user.is_bot,
            "is_restricted": user.is_guest,
            "is_ultra_restricted": False,
        }
    }


def group_members(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """usergroups.users.list."""
    group = workspace.groups.get(str(args.get("usergroup")))
    if group is None:
        raise SlackRefusal("no_such_subteam")
    return {"users": sorted(group.members)}


def _page(messages: list[Message], args: Args) -> dict[str, Any]:
    """The messages selected by `oldest`, `latest`, `inclusive`, `cursor` and `limit`, without ephemerals."""
    oldest, latest = number_of(args, "oldest", "0"), number_of(args, "latest", "9999999999")
    edges = {oldest, latest} if args.get("inclusive") in _TRUE else set()
    found = [
        message
        for message in messages
        if message.ephemeral_to is None and (oldest < message.number < latest or message.number in edges)
    ]
    found = found[_start(found, str(args.get("cursor") or "")) :]
    limit = int(number_of(args, "limit", "100"))
    whole_metadata = args.get("include_all_metadata") in _TRUE
    rest = found[limit:]
    return {
        "messages": [as_shown(message, whole_metadata=whole_metadata) for message in found[:limit]],
        "has_more": bool(rest),
        "response_metadata": {"next_cursor": _cursor(rest[0]) if rest else ""},
    }


def _cursor(message: Message) -> str:
    """Where the next page starts, in Slack's notation: https://docs.slack.dev/apis/web-api/pagination."""
    return base64.b64encode(f"next_ts:{message.ts}".encode()).decode()


def _start(messages: list[Message], cursor: str) -> int:
    """The index of the first message on the page at `cursor`."""
    if not cursor:
        return 0
    try:
        prefix, _, ts = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        prefix = ts = ""
    starts = [index for index, message in enumerate(messages) if message.ts == ts]
    if prefix != "next_ts" or not starts:
        raise SlackRefusal("invalid_cursor")
    return starts[0]
