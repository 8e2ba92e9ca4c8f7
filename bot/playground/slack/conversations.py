"""The chat.* and conversations.* methods, with the refusals of docs/facts/slack.md section 5."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.playground.slack import company
from bot.playground.slack.blocks import problems_of_blocks
from bot.playground.slack.records import Blocks, Channel, Message, SlackRefusal
from bot.playground.slack.workspace import Workspace

Args = Mapping[str, Any]

TRUNCATED_AT = 40_000  # chat.postMessage cuts longer text
LONGEST_EDIT = 4_000  # chat.update and chat.postEphemeral refuse longer text

_TRUE = (True, "true", "1")


def post_message(workspace: Workspace, args: Args, scopes: frozenset[str]) -> dict[str, Any]:
    """chat.postMessage: to a channel, or to a user id, which opens the direct message."""
    channel = _writable(workspace, args, scopes)
    text, blocks = _content(args)
    metadata = _metadata(args)
    workspace.limit_rate(channel.id)
    message = workspace.post(
        channel.id,
        user=company.BOT_USER,
        via="chat.postMessage",
        text=text[:TRUNCATED_AT],
        blocks=blocks,
        metadata=metadata,
        thread_ts=args.get("thread_ts"),
    )
    return {"channel": channel.id, "ts": message.ts, "message": as_shown(message)}


def post_ephemeral(workspace: Workspace, args: Args, scopes: frozenset[str]) -> dict[str, Any]:
    """chat.postEphemeral: for one member of a channel that the bot can write to."""
    channel = _writable(workspace, args, scopes)
    user = str(args.get("user"))
    if user not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    text, blocks = _content(args, longest=LONGEST_EDIT)
    workspace.limit_rate(channel.id)
    message = workspace.post(
        channel.id, user=company.BOT_USER, via="chat.postEphemeral", text=text, blocks=blocks, ephemeral_to=user
    )
    return {"message_ts": message.ts}


def update(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """chat.update: the bot's own messages only; blocks and metadata that are not given stay."""
    channel = _visible(workspace, args)
    message = workspace.message(channel.id, str(args.get("ts")))
    if message is None or message.ephemeral_to is not None:
        raise SlackRefusal("message_not_found")
    if message.user != company.BOT_USER:
        raise SlackRefusal("cant_update_message")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    text, blocks = _content(args, longest=LONGEST_EDIT)
    metadata = _metadata(args)
    if args.get("blocks") is None:
        blocks = message.blocks
    if _has_rich_text(message.blocks) and blocks and not _has_rich_text(blocks):
        raise SlackRefusal("block_mismatch")
    message.metadata = message.metadata if metadata is None else metadata
    workspace.edit(message, text=text, blocks=blocks)
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": as_shown(message)}


def history(workspace: Workspace, args: Args, scopes: frozenset[str]) -> dict[str, Any]:
    """conversations.history: newest first, without ephemerals; `oldest`, `latest`, `inclusive`, `limit`."""
    channel = _visible(workspace, args)
    _need(scopes, _by_kind(channel, "history"))
    if company.BOT_USER not in channel.members:
        raise SlackRefusal("not_in_channel")
    oldest, latest = _number(args, "oldest", "0"), _number(args, "latest", "9999999999")
    edges = {oldest, latest} if args.get("inclusive") in _TRUE else set()
    found = [
        message
        for message in reversed(workspace.messages(channel.id))
        if message.ephemeral_to is None and (oldest < Decimal(message.ts) < latest or Decimal(message.ts) in edges)
    ]
    limit = int(_number(args, "limit", "100"))
    whole_metadata = args.get("include_all_metadata") in _TRUE
    return {
        "messages": [as_shown(message, whole_metadata=whole_metadata) for message in found[:limit]],
        "has_more": len(found) > limit,
        "response_metadata": {"next_cursor": ""},
    }


def open_conversation(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """conversations.open for one person."""
    user = str(args.get("users"))
    if user not in workspace.users or user == company.BOT_USER:
        raise SlackRefusal("user_not_found")
    channel = workspace.direct_message(user)
    return {"no_op": False, "already_open": False, "channel": {"id": channel.id}}


def conversation_info(workspace: Workspace, args: Args, scopes: frozenset[str]) -> dict[str, Any]:
    """conversations.info."""
    channel = _visible(workspace, args)
    _need(scopes, _by_kind(channel, "read"))
    return {
        "channel": {
            "id": channel.id,
            "name": channel.name,
            "is_channel": channel.im_user is None and not channel.is_private,
            "is_group": channel.im_user is None and channel.is_private,
            "is_im": channel.im_user is not None,
            "is_private": channel.is_private,
            "is_archived": channel.is_archived,
            "is_member": company.BOT_USER in channel.members,
        }
    }


def as_shown(message: Message, *, whole_metadata: bool = True) -> dict[str, Any]:
    """A message as Web API answers and payloads carry it."""
    shown: dict[str, Any] = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if message.user == company.BOT_USER:
        shown |= {"bot_id": company.BOT_ID, "app_id": company.APP_ID, "team": company.TEAM_ID}
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.ts}
    if message.metadata:
        event_type = {"event_type": message.metadata["event_type"]}
        shown["metadata"] = message.metadata if whole_metadata else event_type
    return shown


def checked_blocks(blocks: object) -> Blocks:
    """The blocks of a message. Raises SlackRefusal `invalid_blocks` with pointers."""
    if blocks is None or blocks == "":
        return []
    if not isinstance(blocks, list):
        raise SlackRefusal("invalid_blocks_format")
    problems = problems_of_blocks(blocks)
    if problems:
        raise SlackRefusal("invalid_blocks", messages=problems)
    return blocks


def _content(args: Args, *, longest: int | None = None) -> tuple[str, Blocks]:
    text, blocks = args.get("text") or "", checked_blocks(args.get("blocks"))
    if not isinstance(text, str):
        raise SlackRefusal("invalid_arguments", messages=["[ERROR] must be a string [json-pointer:/text]"])
    if not text and not blocks:
        raise SlackRefusal("no_text")
    if longest is not None and len(text) > longest:
        raise SlackRefusal("msg_too_long")
    return text, blocks


def _metadata(args: Args) -> dict[str, Any] | None:
    metadata = args.get("metadata")
    if metadata is None or metadata == {}:
        return metadata
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackRefusal("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackRefusal("invalid_metadata_format")
    return metadata


def _number(args: Args, key: str, default: str) -> Decimal:
    """A ts or a count. Decimal, because a ts has more digits than a float keeps apart."""
    refusal = SlackRefusal("invalid_limit" if key == "limit" else f"invalid_ts_{key}")
    try:
        number = Decimal(str(args.get(key) or default))
    except InvalidOperation:
        raise refusal from None
    if not number.is_finite():
        raise refusal
    return number


def _visible(workspace: Workspace, args: Args) -> Channel:
    channel = workspace.channels.get(str(args.get("channel")))
    if channel is None or (channel.is_private and company.BOT_USER not in channel.members):
        raise SlackRefusal("channel_not_found")
    return channel


def _writable(workspace: Workspace, args: Args, scopes: frozenset[str]) -> Channel:
    target = str(args.get("channel"))
    if target in workspace.users and target != company.BOT_USER:
        return workspace.direct_message(target)
    channel = _visible(workspace, args)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if company.BOT_USER not in channel.members and "chat:write.public" not in scopes:
        raise SlackRefusal("not_in_channel")
    return channel


def _by_kind(channel: Channel, verb: str) -> str:
    kind = "im" if channel.im_user else "groups" if channel.is_private else "channels"
    return f"{kind}:{verb}"


def _need(scopes: frozenset[str], scope: str) -> None:
    if scope not in scopes:
        raise SlackRefusal("missing_scope", needed=scope, provided=",".join(sorted(scopes)))


def _has_rich_text(blocks: Blocks) -> bool:
    return any(block["type"] == "rich_text" for block in blocks)
