"""The chat.* methods, with the refusals of docs/facts/slack.md section 5."""

from collections.abc import Mapping
from typing import Any

from bot.playground.slack import company
from bot.playground.slack.blocks import problems_of_blocks
from bot.playground.slack.channel_access import visible, writable
from bot.playground.slack.records import Blocks, Message, SlackRefusal
from bot.playground.slack.workspace import Workspace

Args = Mapping[str, Any]

TRUNCATED_AT = 40_000  # chat.postMessage cuts longer text
LONGEST_EDIT = 4_000  # chat.update and chat.postEphemeral refuse longer text


def post_message(workspace: Workspace, args: Args, scopes: frozenset[str]) -> dict[str, Any]:
    """chat.postMessage: to a channel, or to a user id, which opens the direct message; with `thread_ts`, in a thread."""
    channel = writable(workspace, args, scopes)
    text, blocks = _content(args)
    metadata, thread_ts = _metadata(args), _thread(workspace, channel.id, args)
    workspace.limit_rate(channel.id)
    message = workspace.post(
        channel.id,
        user=company.BOT_USER,
        via="chat.postMessage",
        text=text[:TRUNCATED_AT],
        blocks=blocks,
        metadata=metadata,
        thread_ts=thread_ts,
    )
    return {"channel": channel.id, "ts": message.ts, "message": as_shown(message)}


def post_ephemeral(workspace: Workspace, args: Args, scopes: frozenset[str]) -> dict[str, Any]:
    """chat.postEphemeral: for one member of a channel that the bot can write to."""
    channel = writable(workspace, args, scopes)
    user = str(args.get("user"))
    if user not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    text, blocks = _content(args, longest=LONGEST_EDIT)
    thread_ts = _thread(workspace, channel.id, args)
    workspace.limit_rate(channel.id)
    message = workspace.post(
        channel.id,
        user=company.BOT_USER,
        via="chat.postEphemeral",
        text=text,
        blocks=blocks,
        ephemeral_to=user,
        thread_ts=thread_ts,
    )
    return {"message_ts": message.ts}


def update(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """chat.update: the bot's own messages only; blocks and metadata that are not given stay as they are."""
    channel = visible(workspace, args)
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


def permalink(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """chat.getPermalink: the address of a message; ephemerals have none."""
    channel = visible(workspace, args)
    message = workspace.message(channel.id, str(args.get("message_ts")))
    if message is None or message.ephemeral_to is not None:
        raise SlackRefusal("message_not_found")
    link = f"{company.TEAM_URL}archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts not in {None, message.ts}:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def as_shown(message: Message, *, whole_metadata: bool = True) -> dict[str, Any]:
    """A message as it appears in Web API answers and in payloads."""
    shown: dict[str, Any] = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if message.user == company.BOT_USER:
        shown |= {"bot_id": company.BOT_ID, "app_id": company.APP_ID, "team": company.TEAM_ID}
    if message.blocks:
        shown["blocks"] = message.blocks
    shown |= _about_thread(message)
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.ts}
    if message.metadata:
        event_type = {"event_type": message.metadata["event_type"]}
        shown["metadata"] = message.metadata if whole_metadata else event_type
    return shown


def checked_blocks(blocks: object) -> Blocks:
    """The blocks of a message. Raises SlackRefusal `invalid_blocks` with JSON pointers."""
    if blocks is None or blocks == "":
        return []
    if not isinstance(blocks, list):
        raise SlackRefusal("invalid_blocks_format")
    problems = problems_of_blocks(blocks)
    if problems:
        raise SlackRefusal("invalid_blocks", messages=problems)
    return blocks


def _about_thread(message: Message) -> dict[str, Any]:
    """The fields of a message about the thread that it starts or belongs to."""
    if not message.replies:
        return {"thread_ts": message.thread_ts} if message.thread_ts else {}
    users = list(dict.fromkeys(reply.user for reply in message.replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(message.replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": message.replies[-1].ts,
    }


def _thread(workspace: Workspace, channel_id: str, args: Args) -> str | None:
    """The first message of the thread to write in. Slack's answer to a ts that is not one is UNVERIFIED."""
    thread_ts = args.get("thread_ts")
    if not thread_ts:
        return None
    first = workspace.message(channel_id, str(thread_ts))
    if first is None or first.ephemeral_to is not None or first.thread_ts not in {None, first.ts}:
        raise SlackRefusal("cannot_reply_to_message")
    return first.ts


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


def _has_rich_text(blocks: Blocks) -> bool:
    return any(block["type"] == "rich_text" for block in blocks)
