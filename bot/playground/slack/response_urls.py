"""Posting through a response_url: five times within thirty minutes, where the person was (docs/facts/slack.md section 1).

The wording of refusals is UNVERIFIED there; clients must rely on the HTTP status.
"""

import json
from typing import Any

from bot.playground.serving import JSON_TYPE, Answer
from bot.playground.slack import company
from bot.playground.slack.chat import checked_blocks
from bot.playground.slack.records import Message, SlackRefusal, WebCall
from bot.playground.slack.workspace import LINK_POSTS, LINK_SECONDS, ResponseLink, Workspace


def post_through(workspace: Workspace, token: str, call: WebCall) -> Answer:
    """Post what `call.args` says. The answer is `ok`, without a ts."""
    try:
        link = _usable(workspace, token)
        _post(workspace, link, call.args)
    except SlackRefusal as refusal:
        call.answer = refusal.as_answer()
        body = json.dumps(call.answer).encode()
        if refusal.retry_after is not None:
            return Answer(429, body, {**JSON_TYPE, "Retry-After": str(refusal.retry_after)})
        return Answer(404 if refusal.code in {"expired_url", "used_url", "message_not_found"} else 400, body)
    call.answer, call.applied = "ok", True
    return Answer(200, b"ok", {"Content-Type": "text/html; charset=utf-8"})


def _usable(workspace: Workspace, token: str) -> ResponseLink:
    link = workspace.links.get(token)
    if link is None or workspace.clock() - link.issued_at > LINK_SECONDS:
        raise SlackRefusal("expired_url")
    if link.posts >= LINK_POSTS:
        raise SlackRefusal("used_url")
    return link


def _post(workspace: Workspace, link: ResponseLink, args: dict[str, Any]) -> None:
    if workspace.channels[link.channel].is_archived:
        raise SlackRefusal("is_archived")
    if args.get("delete_original") is True:
        _delete_original(workspace, link)
        return
    text, blocks = str(args.get("text") or ""), checked_blocks(args.get("blocks"))
    if not text and not blocks:
        raise SlackRefusal("no_text")
    if args.get("replace_original") is True and link.message is not None:
        link.posts += 1
        workspace.edit(_original(workspace, link.message), text=text, blocks=blocks)
        return
    workspace.limit_rate(link.channel)
    link.posts += 1
    only_for = None if args.get("response_type") == "in_channel" else link.user
    posted = workspace.post(
        link.channel,
        user=company.BOT_USER,
        via="response_url",
        text=text,
        blocks=blocks,
        metadata=args.get("metadata"),
        ephemeral_to=only_for,
        thread_ts=args.get("thread_ts"),
    )
    if not link.from_message:
        link.message = posted


def _delete_original(workspace: Workspace, link: ResponseLink) -> None:
    """Delete the message that the interaction came from; no other can be deleted."""
    if not link.from_message or link.message is None:
        raise SlackRefusal("no_original")
    link.posts += 1
    original = _original(workspace, link.message)
    workspace.delete(original.channel, original.ts)


def _original(workspace: Workspace, message: Message) -> Message:
    found = workspace.message(message.channel, message.ts)
    if found is None:
        raise SlackRefusal("message_not_found")
    return found
