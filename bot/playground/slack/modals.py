"""views.open and views.update, the view stack, and what a filled-in form looks like in `state.values`."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from bot.playground.slack import company
from bot.playground.slack.blocks import elements_of, problems_of_view
from bot.playground.slack.records import Channel, OpenView, SlackRefusal
from bot.playground.slack.workspace import Workspace

Args = Mapping[str, Any]
Values = Mapping[str, Mapping[str, Any]]

LARGEST_VIEW = 250_000  # bytes of JSON; docs/facts/slack.md section 2
DEEPEST_STACK = 3
INCOMPLETE = "Please complete this required field."


def open_view(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """views.open. A trigger is used up only by a view that opens."""
    trigger = workspace.usable_trigger(args.get("trigger_id"))
    definition = checked_view(workspace, args.get("view"))
    trigger.used = True
    opened = show(workspace, definition, user=trigger.user, channel=trigger.channel)
    return {"view": opened.view}


def update_view(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """views.update by `view_id` or `external_id`; with `hash` only if nobody changed the view since."""
    found = _find(workspace, args)
    if args.get("hash") and args["hash"] != found.view["hash"]:
        raise SlackRefusal("hash_conflict")
    replace(workspace, found, checked_view(workspace, args.get("view"), beside=found))
    return {"view": found.view}


def checked_view(workspace: Workspace, definition: object, *, beside: OpenView | None = None) -> dict[str, Any]:
    """A view definition that Slack would show. Raises SlackRefusal as views.open does.

    `beside` is the view being replaced; its own external_id does not count as taken.
    """
    if definition is None:
        raise SlackRefusal("invalid_arguments", messages=["[ERROR] missing required field: view [json-pointer:/view]"])
    if len(json.dumps(definition)) > LARGEST_VIEW:
        raise SlackRefusal("view_too_large")
    problems = problems_of_view(definition)
    if problems or not isinstance(definition, dict):
        raise SlackRefusal("invalid_arguments", messages=problems)
    external_id = definition.get("external_id")
    if external_id and any(
        view.view["external_id"] == external_id for view in workspace.views.values() if view is not beside and view.open
    ):
        raise SlackRefusal("duplicate_external_id")
    return definition


def show(
    workspace: Workspace,
    definition: Mapping[str, Any],
    *,
    user: str,
    channel: str | None,
    on_top_of: OpenView | None = None,
) -> OpenView:
    """Open a checked view, as the first or on top of another."""
    view_id = f"V{workspace.number():010d}"
    opened = OpenView(id=view_id, view={}, user=user, channel=channel)
    root = on_top_of.view["root_view_id"] if on_top_of else view_id
    previous = on_top_of.id if on_top_of else None
    opened.view = _as_slack_shows(definition, view_id=view_id, root=root, previous=previous)
    workspace.views[view_id] = opened
    workspace.changed()
    return opened


def replace(workspace: Workspace, opened: OpenView, definition: Mapping[str, Any]) -> None:
    """Put another definition in an open view's place."""
    before = opened.view
    opened.view = _as_slack_shows(
        definition, view_id=opened.id, root=before["root_view_id"], previous=before["previous_view_id"]
    )
    opened.errors, opened.trouble = {}, None
    workspace.changed()


def filled_in(opened: OpenView, values: Values, *, here: Channel | None = None) -> dict[str, dict[str, Any]]:
    """`state.values` when a person has entered `values` and left everything else as it was shown.

    `here` is where the person is: a select with a filter that leaves it out does not choose it by itself.
    """
    state: dict[str, dict[str, Any]] = {}
    for block in opened.view["blocks"]:
        for element in elements_of(block):
            if element["type"] in {"button", "overflow", "image"}:
                continue
            given = values.get(block["block_id"], {})
            action_id = element["action_id"]
            entered = given[action_id] if action_id in given else _untouched(element, opened, here)
            state.setdefault(block["block_id"], {})[action_id] = _as_state(element, entered)
    return state


def incomplete(opened: OpenView, state: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The required inputs that are empty: Slack's client does not send such a form."""
    empty: tuple[object, ...] = (None, "", [])
    return {
        block["block_id"]: INCOMPLETE
        for block in opened.view["blocks"]
        if block["type"] == "input" and not block.get("optional", False)
        for entry in state[block["block_id"]].values()
        if all(value in empty for key, value in entry.items() if key != "type")
    }


def _find(workspace: Workspace, args: Args) -> OpenView:
    external_id = args.get("external_id")
    for view in workspace.views.values() if external_id else ():
        if view.open and view.view["external_id"] == external_id:
            return view
    found = workspace.views.get(str(args.get("view_id")))
    if found is None or not found.open:
        raise SlackRefusal("not_found")
    return found


def _as_slack_shows(definition: Mapping[str, Any], *, view_id: str, root: str, previous: str | None) -> dict[str, Any]:
    return {
        "id": view_id,
        "team_id": company.TEAM_ID,
        "app_id": company.APP_ID,
        "app_installed_team_id": company.TEAM_ID,
        "bot_id": company.BOT_ID,
        "submit": None,
        "close": None,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        **definition,
        "blocks": [_with_ids(block) for block in definition["blocks"]],
        "state": {"values": {}},
        "hash": f"{secrets.token_hex(4)}.{secrets.token_hex(4)}",
        "root_view_id": root,
        "previous_view_id": previous,
    }


def _with_ids(block: Mapping[str, Any]) -> dict[str, Any]:
    """The block with the ids that Slack makes up where there are none."""
    named = {**block, "block_id": block.get("block_id") or secrets.token_urlsafe(4)}
    for key in ("element", "accessory"):
        if key in named and named[key]["type"] != "image":
            named[key] = {"action_id": secrets.token_urlsafe(4), **named[key]}
    if named["type"] == "actions":
        named["elements"] = [{"action_id": secrets.token_urlsafe(4), **element} for element in named["elements"]]
    return named


def _untouched(element: Mapping[str, Any], opened: OpenView, here: Channel | None) -> object:
    """What an element holds before a person touches it."""
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    for key in ("value", "conversation", "user", "channel", "date", "time"):
        if f"initial_{key}" in element:
            return element[f"initial_{key}"]
    offered = here is None or _offers(element.get("filter", {}), here)
    return opened.channel if element.get("default_to_current_conversation") and offered else None


def _offers(chosen: Mapping[str, Any], channel: Channel) -> bool:
    """Whether a conversations_select with this filter lists the channel (docs/facts/slack.md section 3)."""
    if channel.is_shared and chosen.get("exclude_external_shared_channels"):
        return False
    return "include" not in chosen or channel.kind in chosen["include"]


_STATE_KEYS: Mapping[str, str] = {
    "conversations_select": "selected_conversation",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}


def _as_state(element: Mapping[str, Any], entered: Any) -> dict[str, Any]:
    """docs/facts/slack.md section 4: the entry of one element; an empty text is null."""
    kind = element["type"]
    if isinstance(entered, dict):
        return {"type": kind, **entered}
    if kind == "checkboxes":
        return {"type": kind, "selected_options": [_option(element, value) for value in entered or []]}
    if kind in {"static_select", "radio_buttons"}:
        return {"type": kind, "selected_option": None if entered is None else _option(element, entered)}
    return {"type": kind, _STATE_KEYS.get(kind, "value"): entered or None}


def _option(element: Mapping[str, Any], value: str) -> dict[str, Any]:
    groups = element.get("option_groups", [{"options": element.get("options", [])}])
    offered: list[dict[str, Any]] = [option for group in groups for option in group["options"]]
    chosen = next((option for option in offered if option["value"] == value), None)
    if chosen is None:
        raise LookupError(value)
    return chosen
