"""What people enter: `state.values` of a form or message, and the value of an element when it is used."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.playground.slack.blocks import elements_of
from bot.playground.slack.records import Channel, OpenView

Values = Mapping[str, Mapping[str, Any]]

INCOMPLETE = "Please complete this required field."

_WITHOUT_STATE = frozenset({"button", "overflow", "image"})
_STATE_KEYS: Mapping[str, str] = {
    "conversations_select": "selected_conversation",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}


def filled_in(opened: OpenView, values: Values, *, here: Channel | None = None) -> dict[str, dict[str, Any]]:
    """`state.values` after a person has entered `values` and left everything else as it was.

    `here` is where the person is: a select whose filter excludes it does not preselect it.
    """
    blocks = opened.view["blocks"]
    return state_of(blocks, _merged(opened.entered, values), current=opened.channel, here=here)


def state_of(
    blocks: Iterable[Mapping[str, Any]], values: Values, *, current: str | None = None, here: Channel | None = None
) -> dict[str, dict[str, Any]]:
    """`state.values` of blocks with ids; `current` is the conversation that a select may preselect."""
    state: dict[str, dict[str, Any]] = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in _WITHOUT_STATE:
                continue
            given = values.get(block["block_id"], {})
            action_id = element["action_id"]
            entered = given[action_id] if action_id in given else _untouched(element, current, here)
            state.setdefault(block["block_id"], {})[action_id] = as_state(element, entered)
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


def as_state(element: Mapping[str, Any], entered: Any) -> dict[str, Any]:
    """The entry of one element (docs/facts/slack.md section 4); an empty text is null."""
    kind = element["type"]
    if isinstance(entered, dict):
        return {"type": kind, **entered}
    if kind == "checkboxes":
        return {"type": kind, "selected_options": [option_of(element, value) for value in entered or []]}
    if kind in {"static_select", "radio_buttons"}:
        return {"type": kind, "selected_option": None if entered is None else option_of(element, entered)}
    return {"type": kind, _STATE_KEYS.get(kind, "value"): entered or None}


def option_of(element: Mapping[str, Any], value: object) -> dict[str, Any]:
    """The option with this value. Raises LookupError if the element does not have it."""
    groups = element.get("option_groups", [{"options": element.get("options", [])}])
    offered: list[dict[str, Any]] = [option for group in groups for option in group["options"]]
    chosen = next((option for option in offered if option.get("value") == value), None)
    if chosen is None:
        raise LookupError(value)
    return chosen


def _merged(before: Values, values: Values) -> dict[str, dict[str, Any]]:
    return {block_id: {**before.get(block_id, {}), **values.get(block_id, {})} for block_id in {*before, *values}}


def _untouched(element: Mapping[str, Any], current: str | None, here: Channel | None) -> object:
    """The value of an element before a person changes it."""
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    for key in ("value", "conversation", "user", "channel", "date", "time"):
        if f"initial_{key}" in element:
            return element[f"initial_{key}"]
    offered = here is None or _offers(element.get("filter", {}), here)
    return current if element.get("default_to_current_conversation") and offered else None


def _offers(chosen: Mapping[str, Any], channel: Channel) -> bool:
    """Whether a conversations_select with this filter lists the channel (docs/facts/slack.md section 3)."""
    if channel.is_shared and chosen.get("exclude_external_shared_channels"):
        return False
    return "include" not in chosen or channel.kind in chosen["include"]
