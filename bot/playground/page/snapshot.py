"""What one person sees on the page, as JSON values: workspace, messages, the open form, the cloud beside it."""

import json
from http import HTTPStatus
from typing import Any

from bot.playground.codearts.records import CloudCall, LocalRegistry
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.scenarios import SCENARIOS, CloudMood
from bot.playground.slack import company
from bot.playground.slack.records import Channel, Message, OpenView
from bot.playground.slack.server import LocalSlack
from bot.playground.slack.talking import COMMAND

INVITE = "/invite"  # Slack's own; the page does it itself
COMMANDS = (
    {"command": COMMAND, "hint": "[name]", "description": "Create a Docker registry"},
    {"command": INVITE, "hint": "@registry-bot", "description": "Bring the app into this channel"},
)

_MESSAGES_SHOWN = 100
_CALLS_SHOWN = 8
_REGISTRIES_SHOWN = 50

Json = dict[str, Any]


def workspace_part(slack: LocalSlack, person: str) -> Json:
    """The workspace as `person` (a user id) sees it: own ephemerals, own direct messages, private channels joined."""
    seen = [channel for channel in slack.channels.values() if person in channel.members]
    return {
        "me": person,
        "workspace": company.TEAM_NAME,
        "start": company.TEAM_SHOP,
        "commands": COMMANDS,
        "people": [{"id": user.id, "name": user.real_name, "bot": user.is_bot} for user in slack.users.values()],
        "channels": [_channel(channel) for channel in seen],
        "places": _places(slack, seen),
        "messages": {channel.id: _messages(slack, channel.id, person) for channel in seen},
        "view": _open_view(slack, person),
    }


def cloud_part(cloud: LocalCodeArts, mood: CloudMood) -> Json:
    """The cloud: what it is told to do, its registries and its latest calls, newest first."""
    active = [registry for registry in cloud.registries if registry.status == "active"]
    return {
        "scenario": mood.active.id,
        "scenarios": [{"id": each.id, "label": each.label, "sentence": each.sentence} for each in SCENARIOS.values()],
        "registries": [_registry(registry) for registry in reversed(active[-_REGISTRIES_SHOWN:])],
        "registries_in_all": len(active),
        "calls": [_call(call) for call in reversed(cloud.calls[-_CALLS_SHOWN:])],
    }


def _channel(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": "Registry Bot" if channel.im_user else channel.name,
        "kind": channel.kind,
        "archived": channel.is_archived,
        "about": _about(channel),
    }


def _about(channel: Channel) -> str:
    if channel.im_user:
        return "What the app tells only you"
    if channel.is_archived:
        return "Archived: nobody can post here"
    member = "is in this channel" if company.BOT_USER in channel.members else "is not in this channel"
    return f"{'Private. ' if channel.is_private else ''}Registry Bot {member}"


def _places(slack: LocalSlack, seen: list[Channel]) -> list[Json]:
    """What a conversations_select lists: what the person can see, whether or not the bot may post there."""
    channels = [
        {"id": channel.id, "label": f"#{channel.name}", "kind": channel.kind, "shared": channel.is_shared}
        for channel in seen
        if not channel.im_user and not channel.is_archived
    ]
    people = [
        {"id": user.id, "label": user.real_name, "kind": "im", "bot": user.is_bot}
        for user in slack.users.values()
        if user.id != company.SLACKBOT
    ]
    return channels + people


def _messages(slack: LocalSlack, channel: str, person: str) -> list[Json]:
    visible = [message for message in slack.messages(channel) if message.ephemeral_to in {None, person}]
    return [_message(slack, message) for message in visible[-_MESSAGES_SHOWN:]]


def _message(slack: LocalSlack, message: Message) -> Json:
    return {
        "key": f"{message.channel} {message.ts}",
        "ts": message.ts,
        "author": _author(slack, message),
        "text": message.text,
        "blocks": message.blocks,
        "posted_at": message.posted_at,
        "edited": message.edited,
        "only_you": message.ephemeral_to is not None,
    }


def _author(slack: LocalSlack, message: Message) -> Json:
    if message.user == company.SLACKBOT:
        return {"id": message.user, "name": "Local Slack", "kind": "system"}
    user = slack.users[message.user]
    return {"id": user.id, "name": user.real_name, "kind": "bot" if user.is_bot else "person"}


def _open_view(slack: LocalSlack, person: str) -> Json | None:
    """The form on top: the view opened last that is still open."""
    opened = [view for view in slack.views.values() if view.open and view.user == person]
    return _view(opened[-1]) if opened else None


def _view(opened: OpenView) -> Json:
    shown = ("title", "submit", "close", "blocks")
    return {
        "id": opened.id,
        "view": {key: opened.view[key] for key in shown if opened.view.get(key) is not None},
        "errors": opened.errors,
        "trouble": opened.trouble,
    }


def _registry(registry: LocalRegistry) -> Json:
    return {
        "id": registry.id,
        "name": registry.display_name,
        "description": registry.description,
        "url": registry.url,
        "created_at": registry.created_at,
        "created_by": registry.created_by,
        "trace_id": registry.trace_id,
    }


def _call(call: CloudCall) -> Json:
    outcome, words = _what_happened(call)
    return {
        "operation": call.operation,
        "subject": _subject(call),
        "outcome": outcome,
        "words": words,
        "trace_id": call.trace_id,
    }


def _what_happened(call: CloudCall) -> tuple[str, str]:
    if call.status is None:
        return ("lost", "done, but the answer was lost") if call.applied else ("open", "not answered yet")
    if call.applied:
        return "good", f"{call.status} success"
    if call.status == HTTPStatus.OK:
        return "bad", "200, but status: error"
    return "bad", f"{call.status} {'refused' if call.status < HTTPStatus.INTERNAL_SERVER_ERROR else 'failed'}"


def _subject(call: CloudCall) -> str:
    """The name that a call was about, or nothing."""
    if call.operation == "list":
        return call.query.get("qname", "")
    try:
        wanted = json.loads(call.body)
    except ValueError:
        return ""
    return str(wanted.get("display_name", "")) if isinstance(wanted, dict) else ""
