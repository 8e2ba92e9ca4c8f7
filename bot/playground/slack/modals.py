"""views.open, views.push and views.update, and the stack of modals that a person has open."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from bot.playground.slack.blocks import problems_of_view
from bot.playground.slack.records import OpenView, SlackRefusal
from bot.playground.slack.views import as_slack_shows, surviving
from bot.playground.slack.workspace import Workspace

Args = Mapping[str, Any]

LARGEST_VIEW = 250_000  # bytes of JSON; docs/facts/slack.md section 2
DEEPEST_STACK = 3


def open_view(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """views.open. A trigger is used up only by a view that opens."""
    trigger = workspace.usable_trigger(args.get("trigger_id"))
    definition = checked_view(workspace, args.get("view"))
    trigger.used = True
    opened = show(workspace, definition, user=trigger.user, channel=trigger.channel)
    return {"view": opened.view}


def push_view(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """views.push: on top of the modal that the trigger comes from.

    Slack's answer to a trigger from elsewhere, or from a modal closed meanwhile, is UNVERIFIED; here it is `not_found`.
    """
    trigger = workspace.usable_trigger(args.get("trigger_id"))
    below = workspace.views.get(trigger.view or "")
    if below is None or not below.open:
        raise SlackRefusal("not_found")
    opened = push(workspace, below, args.get("view"))
    trigger.used = True
    return {"view": opened.view}


def update_view(workspace: Workspace, args: Args, _scopes: frozenset[str]) -> dict[str, Any]:
    """views.update by `view_id` or `external_id`; with `hash` only if nobody has changed the view since."""
    found = _find(workspace, args)
    if args.get("hash") and args["hash"] != found.view["hash"]:
        raise SlackRefusal("hash_conflict")
    definition = checked_view(workspace, args.get("view"), beside=found, kind=found.view["type"])
    replace(workspace, found, definition)
    return {"view": found.view}


def checked_view(
    workspace: Workspace,
    definition: object,
    *,
    beside: OpenView | None = None,
    kind: Literal["modal", "home"] = "modal",
) -> dict[str, Any]:
    """A view definition that Slack would accept. Raises SlackRefusal as views.open does.

    `beside` is the view being replaced; its own external_id does not count as taken.
    """
    if definition is None:
        raise SlackRefusal("invalid_arguments", messages=["[ERROR] missing required field: view [json-pointer:/view]"])
    if len(json.dumps(definition)) > LARGEST_VIEW:
        raise SlackRefusal("view_too_large")
    problems = problems_of_view(definition, kind=kind)
    if problems or not isinstance(definition, dict):
        raise SlackRefusal("invalid_arguments", messages=problems)
    external_id = definition.get("external_id")
    if external_id and any(
        view.view["external_id"] == external_id for view in workspace.living_views() if view is not beside
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
    opened.view = as_slack_shows(definition, view_id=view_id, root=root, previous=previous)
    workspace.views[view_id] = opened
    workspace.changed()
    return opened


def push(workspace: Workspace, below: OpenView, definition: object) -> OpenView:
    """Open a view on top of another. Raises SlackRefusal if it is invalid or would be the fourth."""
    if len(stack_of(workspace, below)) >= DEEPEST_STACK:
        raise SlackRefusal("push_limit_reached")
    checked = checked_view(workspace, definition)
    return show(workspace, checked, user=below.user, channel=below.channel, on_top_of=below)


def replace(workspace: Workspace, opened: OpenView, definition: Mapping[str, Any]) -> None:
    """Replace the definition of an open view."""
    before = opened.view
    opened.view = as_slack_shows(
        definition, view_id=opened.id, root=before["root_view_id"], previous=before["previous_view_id"]
    )
    opened.entered = surviving(opened.entered, opened.view["blocks"])
    opened.errors, opened.trouble = {}, None
    workspace.changed()


def stack_of(workspace: Workspace, opened: OpenView) -> list[OpenView]:
    """The open views of the same stack, lowest first."""
    root = opened.view["root_view_id"]
    return [view for view in workspace.views.values() if view.open and view.view["root_view_id"] == root]


def close_stack(workspace: Workspace, opened: OpenView) -> None:
    """Close a view and everything below and above it."""
    for view in stack_of(workspace, opened):
        view.open = False


def _find(workspace: Workspace, args: Args) -> OpenView:
    external_id, view_id = args.get("external_id"), args.get("view_id")
    for view in workspace.living_views():
        if view.view["external_id"] == external_id if external_id else view.id == view_id:
            return view
    raise SlackRefusal("not_found")
