"""What Slack sends to the bot: the fields of commands, submissions, closed views and pressed buttons.

Shapes: docs/facts/slack.md sections 1 and 4. A command is a form; everything else is JSON in the form field `payload`.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from bot.playground.slack import company
from bot.playground.slack.blocks import elements_of
from bot.playground.slack.conversations import as_shown
from bot.playground.slack.modals import Values, filled_in
from bot.playground.slack.records import Channel, Message, OpenView
from bot.playground.slack.workspace import Workspace

Kind = Literal["slash_commands", "interactive", "events_api"]

_KEPT_OF_A_BUTTON = ("action_id", "text", "value", "style", "url")
_VERIFICATION_TOKEN = "playground"  # noqa: S105 - deprecated, and checked by nobody


def encoded(kind: Kind, payload: Mapping[str, Any]) -> bytes:
    """The HTTP body in which Slack sends a payload."""
    if kind == "events_api":
        return json.dumps(payload).encode()
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form).encode()


def command(workspace: Workspace, *, command: str, text: str, user: str, channel: str) -> dict[str, Any]:
    """A slash command with a fresh trigger and response_url."""
    place = workspace.channels[channel]
    return {
        "token": _VERIFICATION_TOKEN,
        "team_id": company.TEAM_ID,
        "team_domain": company.TEAM_DOMAIN,
        "channel_id": channel,
        "channel_name": _name_in_command(place),
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
    """A view_submission of an open view; what is entered stays in the view's state."""
    state = filled_in(opened, values, here=workspace.channels.get(opened.channel or ""))
    opened.view = {**opened.view, "state": {"values": state}}
    return {
        "type": "view_submission",
        **_from(workspace, user),
        "trigger_id": workspace.new_trigger(user=user, channel=opened.channel),
        "view": opened.view,
        "response_urls": _response_urls(workspace, opened, state, user=user),
    }


def closed(workspace: Workspace, opened: OpenView, *, user: str, cleared: bool) -> dict[str, Any]:
    """A view_closed; what was entered is left out."""
    view = {**opened.view, "state": {"values": {}}}
    return {"type": "view_closed", **_from(workspace, user), "view": view, "is_cleared": cleared}


def pressed(workspace: Workspace, message: Message, action_id: str, *, user: str) -> dict[str, Any]:
    """A block_actions for a button of a message. Raises LookupError when the message has no such button."""
    action = _action(message, action_id)
    channel = workspace.channels[message.channel]
    return {
        "type": "block_actions",
        **_from(workspace, user),
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.ephemeral_to is not None,
        },
        "trigger_id": workspace.new_trigger(user=user, channel=channel.id),
        "channel": {"id": channel.id, "name": _name_in_command(channel)},
        "message": as_shown(message),
        "state": {"values": {}},
        "response_url": workspace.new_response_url(user=user, channel=channel.id, message=message),
        "actions": [{**action, "action_ts": f"{workspace.clock():.6f}"}],
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


def _from(workspace: Workspace, user: str) -> dict[str, Any]:
    name = workspace.users[user].name
    return {
        "team": {"id": company.TEAM_ID, "domain": company.TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": user, "username": name, "name": name, "team_id": company.TEAM_ID},
        "api_app_id": company.APP_ID,
        "token": _VERIFICATION_TOKEN,
    }


def _name_in_command(channel: Channel) -> str:
    if channel.im_user is not None:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def _response_urls(
    workspace: Workspace, opened: OpenView, state: Mapping[str, Mapping[str, Any]], *, user: str
) -> list[dict[str, str]]:
    """One link for each filled-in conversation select with `response_url_enabled`."""
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


def _action(message: Message, action_id: str) -> dict[str, Any]:
    for index, block in enumerate(message.blocks):
        for element in elements_of(block):
            if element.get("action_id") == action_id and element["type"] == "button":
                action = {"type": "button", "block_id": block.get("block_id", f"b{index}")}
                return action | {key: element[key] for key in _KEPT_OF_A_BUTTON if key in element}
    raise LookupError(action_id)
