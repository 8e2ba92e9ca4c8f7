"""block_actions: what Slack sends when somebody uses a button or menu of a message, a modal or the Home tab.

Formats: docs/facts/slack.md section 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.slack.blocks import elements_of
from bot.playground.slack.chat import as_shown
from bot.playground.slack.payloads import name_in_payloads, sender
from bot.playground.slack.records import Blocks, Message, OpenView
from bot.playground.slack.view_state import as_state, filled_in, option_of, state_of
from bot.playground.slack.views import with_ids
from bot.playground.slack.workspace import Workspace

_KEPT_OF_A_BUTTON = ("text", "value", "style", "url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a person did: which element they used, and what they chose or typed in it.

    `block_id` and `value` (of a button) distinguish elements with the same action_id. `choice` is the value of an option,
    or the content of an input.
    """

    action_id: str | None
    block_id: str | None = None
    value: str | None = None
    choice: Any = None


def used_in_message(workspace: Workspace, message: Message, use: Use, *, user: str) -> dict[str, Any]:
    """A block_actions from a message. Raises LookupError if the message has no such element, or several.

    Whether the payload of an ephemeral contains the message is UNVERIFIED; here it does not, so that nobody relies on it.
    """
    channel = workspace.channels[message.channel]
    blocks = [with_ids({"block_id": f"b{index}", **block}) for index, block in enumerate(message.blocks)]
    block, element = _element(blocks, use)
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = {
        **_frame(workspace, user, channel.id, container),
        "channel": {"id": channel.id, "name": name_in_payloads(channel)},
        "state": {"values": state_of(blocks, _entry(block, element, use), current=None)},
        "response_url": workspace.new_response_url(user=user, channel=channel.id, message=message),
        "actions": [_action(workspace, block, element, use)],
    }
    return payload if message.ephemeral_to else {**payload, "message": {**as_shown(message), "blocks": blocks}}


def used_in_view(workspace: Workspace, opened: OpenView, use: Use, *, user: str) -> dict[str, Any]:
    """A block_actions from a modal or a Home tab: no channel, no response_url. Raises LookupError as above."""
    block, element = _element(opened.view["blocks"], use)
    here = workspace.channels.get(opened.channel or "")
    state = filled_in(opened, _entry(block, element, use), here=here)
    opened.view = {**opened.view, "state": {"values": state}}
    return {
        **_frame(workspace, user, opened.channel, {"type": "view", "view_id": opened.id}, view=opened.id),
        "view": opened.view,
        "actions": [_action(workspace, block, element, use)],
    }


def _frame(
    workspace: Workspace, user: str, channel: str | None, container: Mapping[str, Any], *, view: str | None = None
) -> dict[str, Any]:
    return {
        "type": "block_actions",
        **sender(workspace, user),
        "container": container,
        "trigger_id": workspace.new_trigger(user=user, channel=channel, view=view),
    }


def _element(blocks: Blocks, use: Use) -> tuple[dict[str, Any], dict[str, Any]]:
    found = [
        (block, element)
        for block in blocks
        for element in elements_of(block)
        if use.action_id in {None, element.get("action_id")}
        and use.block_id in {None, block["block_id"]}
        and use.value in {None, element.get("value")}
    ]
    if len(found) != 1:
        raise LookupError(f"{len(found)} elements fit {use}")
    return found[0]


def _entry(block: Mapping[str, Any], element: Mapping[str, Any], use: Use) -> dict[str, dict[str, Any]]:
    return {} if use.choice is None else {block["block_id"]: {element["action_id"]: use.choice}}


def _action(workspace: Workspace, block: Mapping[str, Any], element: Mapping[str, Any], use: Use) -> dict[str, Any]:
    action = {
        "type": element["type"],
        "block_id": block["block_id"],
        "action_id": element["action_id"],
        "action_ts": f"{workspace.clock():.6f}",
    }
    if element["type"] == "button":
        return action | {key: element[key] for key in _KEPT_OF_A_BUTTON if key in element}
    if element["type"] == "overflow":
        return action | {"selected_option": option_of(element, use.choice)}
    return action | as_state(element, use.choice)
