"""What Slack sends when people press and use shortcuts, as raw bodies: docs/facts/slack.md section 4."""

import json
from typing import Any
from urllib.parse import urlencode

from bot.playground.slack import company
from bot.playground.slack.records import OpenView
from bot.playground.slack.server import LocalSlack


def sent(payload: dict[str, Any]) -> bytes:
    """The body in which Slack sends it."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def shortcut(slack: LocalSlack, callback_id: str, *, user: str = company.ANA) -> dict[str, Any]:
    """A global shortcut."""
    return {
        "type": "shortcut",
        **_from(slack, user),
        "callback_id": callback_id,
        "trigger_id": slack.workspace.new_trigger(user=user, channel=None),
    }


def message_shortcut(
    slack: LocalSlack, callback_id: str, *, ts: str, thread_ts: str | None = None, user: str = company.ANA
) -> dict[str, Any]:
    """A shortcut used on a message of the team's channel."""
    channel = company.TEAM_SHOP
    message = {"type": "message", "user": company.BEN, "ts": ts, "text": "We need a registry"}
    return {
        "type": "message_action",
        **_from(slack, user),
        "callback_id": callback_id,
        "trigger_id": slack.workspace.new_trigger(user=user, channel=channel),
        "response_url": slack.workspace.new_response_url(user=user, channel=channel),
        "channel": {"id": channel, "name": slack.channels[channel].name},
        "message_ts": ts,
        "message": message if thread_ts is None else {**message, "thread_ts": thread_ts},
    }


def press_in_view(
    slack: LocalSlack, opened: OpenView, action_id: str, value: str, *, user: str = company.ANA
) -> dict[str, Any]:
    """An element of a view is used."""
    return {
        "type": "block_actions",
        **_from(slack, user),
        "container": {"type": "view", "view_id": opened.id},
        "trigger_id": slack.workspace.new_trigger(user=user, channel=None),
        "view": opened.view,
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1.2"}],
    }


def _from(slack: LocalSlack, user: str) -> dict[str, Any]:
    name = slack.users[user].name
    return {
        "team": {"id": company.TEAM_ID, "domain": company.TEAM_DOMAIN},
        "user": {"id": user, "username": name, "name": name, "team_id": company.TEAM_ID},
        "api_app_id": company.APP_ID,
        "token": "playground",
    }
