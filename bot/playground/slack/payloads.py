"""What Slack sends to the bot: the fields of commands, shortcuts, submissions, closed views and events.

Formats: docs/facts/slack.md sections 1 and 4. A command is a form, an event is JSON, and everything else is JSON in the form
field `payload`. Buttons and menus: actions.py.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from bot.playground.slack import company
from bot.playground.slack.blocks import elements_of
from bot.playground.slack.chat import as_shown
from bot.playground.slack.records import Channel, Message, OpenView
from bot.playground.slack.view_state import Values, filled_in
from bot.playground.slack.workspace import Workspace

Kind = Literal["slash_commands", "interactive", "events_api"]

_VERIFICATION_TOKEN = "playground"  # noqa: S105 - deprecated, and checked by nobody


def encoded(kind: Kind, payload: Mapping[str, Any]) -> bytes:
    """The HTTP body in which Slack sends a payload."""
    if kind == "events_api":
        return json.dumps(payload).encode()
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form).encode()


def command(workspace: Workspace, *, command: str, text: str, user: str, channel: str) -> dict[str, Any]:
    """A slash command with a new trigger and response_url."""
    place = workspace.channels[channel]
    return {
        "token": _VERIFICATION_TOKEN,
        "team_id": company.TEAM_ID,
        "team_domain": company.TEAM_DOMAIN,
        "channel_id": channel,
        "channel_name": name_in_payloads(place),
        "user_id": user,
        "user_name": workspace.users[user].name,
        "command": command,
        "text": text,
        "api_app_id": company.APP_ID,
        "is_enterprise_install": "false",
        "response_url": workspace.new_response_url(user=user, channel=channel),
        "trigger_id": workspace.new_trigger(user=user, channel=channel),
    }


def submission(workspace: Workspace, opened: OpenView, values: Values, *, user: str) -> dict[str, Any]:
    """A view_submission of an open view; the values stay in the view's state."""
    for block_id, entered in values.items():
        opened.entered.setdefault(block_id, {}).update(entered)
    state = filled_in(opened, {}, here=workspace.channels.get(opened.channel or ""))
    opened.view = {**opened.view, "state": {"values": state}}
    return {
        "type": "view_submission",
        **sender(workspace, user),
        "trigger_id": workspace.new_trigger(user=user, channel=opened.channel, view=opened.id),
        "view": opened.view,
        "response_urls": _response_urls(workspace, opened, state, user=user),
    }


def closed(workspace: Workspace, opened: OpenView, *, user: str, cleared: bool) -> dict[str, Any]:
    """A view_closed; the entered values are left out."""
    view = {**opened.view, "state": {"values": {}}}
    return {"type": "view_closed", **sender(workspace, user), "view": view, "is_cleared": cleared}


def shortcut(workspace: Workspace, *, callback_id: str, user: str) -> dict[str, Any]:
    """A global shortcut: it has no channel and no response_url."""
    return {
        "type": "shortcut",
        **_of_a_shortcut(workspace, callback_id, user),
        "trigger_id": workspace.new_trigger(user=user, channel=None),
    }


def message_shortcut(workspace: Workspace, message: Message, *, callback_id: str, user: str) -> dict[str, Any]:
    """A shortcut of a message, which may be in a thread."""
    channel = workspace.channels[message.channel]
    return {
        "type": "message_action",
        **_of_a_shortcut(workspace, callback_id, user),
        "trigger_id": workspace.new_trigger(user=user, channel=channel.id),
        "response_url": workspace.new_response_url(user=user, channel=channel.id),
        "channel": {"id": channel.id, "name": name_in_payloads(channel)},
        "message_ts": message.ts,
        "message": as_shown(message),
    }


def event(workspace: Workspace, inner: Mapping[str, Any]) -> dict[str, Any]:
    """An Events API callback around one event."""
    return {
        "token": _VERIFICATION_TOKEN,
        "team_id": company.TEAM_ID,
        "api_app_id": company.APP_ID,
        "type": "event_callback",
        "event_id": f"Ev{workspace.number():08d}",
        "event_time": int(workspace.clock()),
        "authorizations": [{"team_id": company.TEAM_ID, "user_id": company.BOT_USER, "is_bot": True}],
        "event": dict(inner),
    }


def sender(workspace: Workspace, user: str) -> dict[str, Any]:
    """The fields in every interaction about who did it and where the app is installed."""
    person = workspace.users[user]
    name, team = person.name, person.team or company.TEAM_ID
    return {
        "team": {"id": company.TEAM_ID, "domain": company.TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": user, "username": name, "name": name, "team_id": team},
        "api_app_id": company.APP_ID,
        "token": _VERIFICATION_TOKEN,
    }


def name_in_payloads(channel: Channel) -> str:
    """The name of a conversation in commands and interactions."""
    if channel.im_user is not None:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def _response_urls(
    workspace: Workspace, opened: OpenView, state: Mapping[str, Mapping[str, Any]], *, user: str
) -> list[dict[str, str]]:
    """One response_url for each filled-in conversation select with `response_url_enabled`."""
    links = []
    for block in opened.view["blocks"]:
        for element in elements_of(block):
            if not element.get("response_url_enabled"):
                continue
            entry = state[block["block_id"]][element["action_id"]]
            target = entry.get("selected_conversation") or entry.get("selected_channel")
            if target is None:
                continue
            channel = workspace.direct_message(target).id if target in workspace.users else target
            links.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel,
                    "response_url": workspace.new_response_url(user=user, channel=channel),
                }
            )
    return links


def _of_a_shortcut(workspace: Workspace, callback_id: str, user: str) -> dict[str, Any]:
    common = sender(workspace, user)
    del common["api_app_id"]  # the only kind of interaction without it
    return {**common, "callback_id": callback_id, "action_ts": f"{workspace.clock():.6f}"}
