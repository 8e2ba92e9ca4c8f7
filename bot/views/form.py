"""(2) The form: its ids, how it is built, and how a submission of it is read back.

Block ids are those of Slack's answer to `response_action: errors`; they and the action ids stay the same over all
versions, or open forms would lose what was typed (docs/facts/slack.md section 2).
"""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot import wording
from bot.registry.rules import DESCRIPTION_MAX, NAME_MAX, suggest_name

CALLBACK_ID = "create_registry"
NAME_BLOCK, NAME_ACTION = "registry_name", "name"
DESCRIPTION_BLOCK, DESCRIPTION_ACTION = "registry_description", "description"
CHANNEL_BLOCK, CHANNEL_ACTION = "result_channel", "channel"
FIELD_BLOCKS = {"name": NAME_BLOCK, "description": DESCRIPTION_BLOCK, "channel": CHANNEL_BLOCK}

_TYPED_SHOWN_MAX = 60

Block = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormInput:
    """What the form held when it was submitted, before any rule was applied. Nothing typed is None."""

    name: str | None
    description: str | None
    channel: str | None


def build(*, typed: str, region: str) -> dict[str, Any]:
    """The form, with the name filled in from the text after the command.

    Text that is no legal name is not put into the field (Slack refuses an initial value over max_length): the nearest
    legal one is, and a line says so.
    """
    prefill = suggest_name(typed) if typed else None
    blocks = [_intro(region)]
    if prefill is not None and prefill != typed:
        blocks.append(_plain_line(_changed_name(typed, prefill)))
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": _plain(wording.FORM_TITLE),
        "submit": _plain(wording.FORM_SUBMIT),
        "close": _plain(wording.FORM_CLOSE),
        "blocks": [*blocks, _name_input(prefill), _description_input(), _channel_input()],
    }


class _Element(BaseModel):
    model_config = ConfigDict(extra="ignore")

    value: str | None = None
    selected_conversation: str | None = None


class _State(BaseModel):
    model_config = ConfigDict(extra="ignore")

    values: dict[str, dict[str, _Element]]


def parse(view: dict[str, Any]) -> FormInput:
    """Read a submitted view. Unset and empty are alike: Slack sends null, or leaves the element out (UNVERIFIED which).

    Raises `pydantic.ValidationError` for a view without a readable state.
    """
    values = _State.model_validate(view.get("state")).values
    empty = _Element()
    return FormInput(
        name=values.get(NAME_BLOCK, {}).get(NAME_ACTION, empty).value,
        description=values.get(DESCRIPTION_BLOCK, {}).get(DESCRIPTION_ACTION, empty).value,
        channel=values.get(CHANNEL_BLOCK, {}).get(CHANNEL_ACTION, empty).selected_conversation,
    )


def _intro(region: str) -> Block:
    return _plain_line(wording.FORM_INTRO.format(region=region))


def _changed_name(typed: str, suggestion: str) -> str:
    shown = typed if len(typed) <= _TYPED_SHOWN_MAX else typed[: _TYPED_SHOWN_MAX - 1] + "…"
    return wording.FORM_NAME_CHANGED.format(typed=shown, suggestion=suggestion)


def _name_input(prefill: str | None) -> Block:
    element = {
        "type": "plain_text_input",
        "action_id": NAME_ACTION,
        "focus_on_load": True,
        "max_length": NAME_MAX,
        "placeholder": _plain(wording.FORM_NAME_PLACEHOLDER),
    }
    if prefill is not None:
        element["initial_value"] = prefill
    return _input(NAME_BLOCK, wording.FORM_NAME_LABEL, element, hint=wording.FORM_NAME_HINT)


def _description_input() -> Block:
    element = {
        "type": "plain_text_input",
        "action_id": DESCRIPTION_ACTION,
        "multiline": True,
        "max_length": DESCRIPTION_MAX,
        "placeholder": _plain(wording.FORM_DESCRIPTION_PLACEHOLDER),
    }
    hint = wording.FORM_DESCRIPTION_HINT
    return _input(DESCRIPTION_BLOCK, wording.FORM_DESCRIPTION_LABEL, element, hint=hint, optional=True)


def _channel_input() -> Block:
    # The select lists what the person can see, also where the bot cannot post; response_url_enabled makes the answer
    # possible there all the same (docs/facts/slack.md section 3).
    element = {
        "type": "conversations_select",
        "action_id": CHANNEL_ACTION,
        "default_to_current_conversation": True,
        "response_url_enabled": True,
    }
    return _input(CHANNEL_BLOCK, wording.FORM_CHANNEL_LABEL, element, hint=wording.FORM_CHANNEL_HINT)


def _input(block_id: str, label: str, element: Block, *, hint: str, optional: bool = False) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label),
        "hint": _plain(hint),
        "element": element,
        "optional": optional,
    }


def _plain_line(text: str) -> Block:
    return {"type": "section", "text": _plain(text)}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
