"""views.publish: the Home tab of each person."""

from collections.abc import Mapping
from typing import Any

from bot.playground.slack.modals import checked_view, replace
from bot.playground.slack.records import OpenView, SlackRefusal
from bot.playground.slack.views import as_slack_shows
from bot.playground.slack.workspace import Workspace


def publish_view(workspace: Workspace, args: Mapping[str, Any], _scopes: frozenset[str]) -> dict[str, Any]:
    """views.publish; with `hash` only if nothing has been published since (docs/facts/slack.md section 2).

    Slack's answer for an unknown person is UNVERIFIED.
    """
    if not workspace.home_tab:
        raise SlackRefusal("not_enabled")
    user = args.get("user_id")
    if not isinstance(user, str) or user not in workspace.users or workspace.users[user].is_bot:
        raise SlackRefusal("invalid_arguments", messages=["[ERROR] invalid user [json-pointer:/user_id]"])
    home = workspace.homes.get(user)
    definition = checked_view(workspace, args.get("view"), beside=home, kind="home")
    if home is None:
        home = workspace.homes[user] = _first(workspace, definition, user=user)
        workspace.changed()
    elif args.get("hash") and args["hash"] != home.view["hash"]:
        raise SlackRefusal("hash_conflict")
    else:
        replace(workspace, home, definition)
    return {"view": home.view}


def opened_event(workspace: Workspace, *, user: str, tab: str) -> dict[str, Any]:
    """The event app_home_opened; it has a `view` once something has been published."""
    event = {
        "type": "app_home_opened",
        "user": user,
        "channel": workspace.direct_message(user).id,
        "event_ts": f"{workspace.clock():.6f}",
        "tab": tab,
    }
    home = workspace.homes.get(user)
    return event if home is None or tab != "home" else {**event, "view": home.view}


def _first(workspace: Workspace, definition: Mapping[str, Any], *, user: str) -> OpenView:
    view_id = f"V{workspace.number():010d}"
    shown = as_slack_shows(definition, view_id=view_id, root=view_id, previous=None)
    return OpenView(id=view_id, view=shown, user=user, channel=None)
