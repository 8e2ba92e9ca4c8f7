"""The interactive elements and Slack's rules for them (docs/facts/slack.md section 3)."""

from collections.abc import Mapping
from typing import Any

from bot.playground.slack.schema import (
    Check,
    RecordRule,
    anything,
    array,
    boolean,
    by_type,
    complain,
    one_of,
    record,
    string,
    text,
    whole,
)

_ID = string(255)
_PLACEHOLDER = text(150, plain=True)

_CONFIRM = record(
    {
        "title": text(100, plain=True),
        "text": text(300),
        "confirm": text(30, plain=True),
        "deny": text(30, plain=True),
        "style": one_of("primary", "danger"),
    },
    needs=("title", "text", "confirm", "deny"),
)

# Without it typed text is sent when Enter is pressed (docs/facts/slack.md section 4).
_DISPATCH = record(
    {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), most=2)},
    needs=("trigger_actions_on",),
)

_FILTER = record(
    {
        "include": array(one_of("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)


def _option(*, plain: bool, url: bool = False) -> Check:
    fields: dict[str, Check] = {
        "text": text(75, plain=plain),
        "value": string(150),
        "description": text(75, plain=plain),
    }
    if url:
        fields["url"] = string(3000)
    return record(fields, needs=("text", "value"))


def _element(fields: Mapping[str, Check], *, needs: tuple[str, ...] = (), rule: RecordRule | None = None) -> Check:
    return record({"type": anything, "action_id": _ID, **fields}, needs=needs, rule=rule)


def _choice(**fields: Check) -> dict[str, Check]:
    return {"placeholder": _PLACEHOLDER, "confirm": _CONFIRM, "focus_on_load": boolean, **fields}


def _lengths_agree(element: dict[str, Any], pointer: str, problems: list[str]) -> None:
    shortest, longest = element.get("min_length", 0), element.get("max_length", 3000)
    if shortest > longest:
        complain(problems, "must be at most max_length", f"{pointer}/min_length")
    if "initial_value" in element and not shortest <= len(element["initial_value"]) <= longest:
        complain(problems, f"must have {shortest} to {longest} characters", f"{pointer}/initial_value")


def _options_agree(element: dict[str, Any], pointer: str, problems: list[str]) -> None:
    if ("options" in element) == ("option_groups" in element):
        complain(problems, "must have either options or option_groups", pointer)
        return
    groups = element.get("option_groups", [{"options": element.get("options")}])
    offered = [option for group in groups for option in group["options"]]
    chosen = element.get("initial_options", [element["initial_option"]] if "initial_option" in element else [])
    if any(option not in offered for option in chosen):
        complain(problems, "must be one of the options", f"{pointer}/initial_option")


def _typed_text(**fields: Check) -> Check:
    return _element(
        {"placeholder": _PLACEHOLDER, "focus_on_load": boolean, "dispatch_action_config": _DISPATCH, **fields}
    )


def _conversations(**fields: Check) -> Check:
    return _element(
        _choice(initial_conversation=_ID, default_to_current_conversation=boolean, filter=_FILTER, **fields)
    )


_PLAIN_OPTION = _option(plain=True)
_ANY_OPTION = _option(plain=False)
_GROUP = record({"label": text(75, plain=True), "options": array(_PLAIN_OPTION, most=100)}, needs=("label", "options"))

_BUTTON = _element(
    {
        "text": text(75, plain=True),
        "url": string(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": _CONFIRM,
        "accessibility_label": string(75),
    },
    needs=("text",),
)
_OVERFLOW = _element({"options": array(_option(plain=True, url=True), most=5), "confirm": _CONFIRM}, needs=("options",))

IMAGE_ELEMENT = record(
    {"type": anything, "image_url": string(3000), "slack_file": anything, "alt_text": string(2000)}, needs=("alt_text",)
)

# The elements allowed in an input block and, but for `response_url_enabled`, in actions and as a section's accessory.
_CHOICES: Mapping[str, Check] = {
    "static_select": _element(
        _choice(
            options=array(_PLAIN_OPTION, most=100),
            option_groups=array(_GROUP, most=100),
            initial_option=_PLAIN_OPTION,
        ),
        rule=_options_agree,
    ),
    "conversations_select": _conversations(),
    "users_select": _element(_choice(initial_user=_ID)),
    "channels_select": _element(_choice(initial_channel=_ID)),
    "datepicker": _element(_choice(initial_date=string(10))),
    "timepicker": _element(_choice(initial_time=string(5), timezone=string(100))),
    "radio_buttons": _element(
        {
            "options": array(_ANY_OPTION, most=10),
            "initial_option": _ANY_OPTION,
            "confirm": _CONFIRM,
            "focus_on_load": boolean,
        },
        needs=("options",),
        rule=_options_agree,
    ),
    "checkboxes": _element(
        {
            "options": array(_ANY_OPTION, most=10),
            "initial_options": array(_ANY_OPTION, most=10),
            "confirm": _CONFIRM,
            "focus_on_load": boolean,
        },
        needs=("options",),
        rule=_options_agree,
    ),
}

_TYPED: Mapping[str, Check] = {
    "plain_text_input": _element(
        {
            "placeholder": _PLACEHOLDER,
            "initial_value": string(3000, shortest=0),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
            "focus_on_load": boolean,
            "dispatch_action_config": _DISPATCH,
        },
        rule=_lengths_agree,
    ),
    "number_input": _typed_text(
        is_decimal_allowed=boolean, initial_value=string(40), min_value=string(40), max_value=string(40)
    ),
    "email_text_input": _typed_text(initial_value=string(3000)),
    "url_text_input": _typed_text(initial_value=string(3000)),
}

IN_SECTION = by_type({**_CHOICES, "button": _BUTTON, "overflow": _OVERFLOW, "image": IMAGE_ELEMENT})
IN_ACTIONS = by_type({**_CHOICES, "button": _BUTTON, "overflow": _OVERFLOW})
IN_MESSAGE_INPUT = by_type({**_CHOICES, **_TYPED})
# `response_url_enabled` works in a modal's input blocks only.
IN_MODAL_INPUT = by_type(
    {
        **_CHOICES,
        **_TYPED,
        "conversations_select": _conversations(response_url_enabled=boolean),
        "channels_select": _element(_choice(initial_channel=_ID, response_url_enabled=boolean)),
    }
)
