"""What one person sees of the workspace, as JSON values: conversations, threads, the open form, the app's Home tab."""

from dataclasses import asdict
from typing import Any

from bot.playground.page.visitor_guide import INVITE, things_to_try
from bot.playground.policies import POLICIES, Policy
from bot.playground.slack import company
from bot.playground.slack.records import Channel, Message, OpenView, UserGroup
from bot.playground.slack.server import LocalSlack

_MESSAGES_SHOWN = 100

Json = dict[str, Any]


def workspace_part(slack: LocalSlack, person: str) -> Json:
    """The workspace as `person` (a user id) sees it: only their ephemerals, direct messages and private channels."""
    seen = [channel for channel in slack.channels.values() if person in channel.members]
    direct = slack.workspace.direct_id(person)
    if direct not in slack.channels:
        seen.append(Channel(id=direct, name=slack.users[person].name, members={person}, im_user=person))
    home = slack.homes.get(person)
    return {
        "me": person,
        "workspace": company.TEAM_NAME,
        "start": company.TEAM_SHOP,
        "commands": [asdict(command) for command in (*slack.commands, INVITE)],
        "shortcuts": [asdict(shortcut) for shortcut in slack.shortcuts],
        "things_to_try": things_to_try(slack.commands[0].command),
        "app": direct,
        "people": [{"id": user.id, "name": user.real_name, "bot": user.is_bot} for user in slack.users.values()],
        "groups": [_group(group, person) for group in slack.workspace.groups.values()],
        "channels": [_channel(channel) for channel in seen],
        "places": _places(slack, seen),
        "messages": {channel.id: _messages(slack, channel.id, person) for channel in seen},
        "view": _open_view(slack, person),
        "home": None if home is None else _view(home),
    }


def policy_part(active: Policy, person: str) -> Json:
    """Which requests need an approval, what else can be chosen, and what this person can do with it."""
    return {
        "active": active.id,
        "policies": [{"id": each.id, "label": each.label} for each in POLICIES.values()],
        "hint": active.hint(person),
    }


def _group(group: UserGroup, person: str) -> Json:
    return {"id": group.id, "name": group.handle, "mine": person in group.members}


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
    """What a conversations_select lists: every conversation that the person can see, even if the bot may not post there."""
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
        "thread_ts": message.thread_ts if message.is_reply else None,
        "replies": len(message.replies),
        "replied_at": message.replies[-1].posted_at if message.replies else None,
    }


def _author(slack: LocalSlack, message: Message) -> Json:
    if message.user == company.SLACKBOT:
        return {"id": message.user, "name": "Local Slack", "kind": "system"}
    user = slack.users[message.user]
    return {"id": user.id, "name": user.real_name, "kind": "bot" if user.is_bot else "person"}


def _open_view(slack: LocalSlack, person: str) -> Json | None:
    """The form on top: the most recently opened view that is still open."""
    opened = [view for view in slack.views.values() if view.open and view.user == person]
    return _view(opened[-1]) if opened else None


def _view(opened: OpenView) -> Json:
    shown = ("title", "submit", "close", "blocks")
    return {
        "id": opened.id,
        "view": {key: opened.view[key] for key in shown if opened.view.get(key) is not None},
        "entered": opened.entered,
        "errors": opened.errors,
        "trouble": opened.trouble,
        "pushed": opened.view["previous_view_id"] is not None,
    }
