"""(2) The form: its ids, how it is built, and how a submission of it is read back.

Block ids are those of Slack's answer to `response_action: errors`; they and the action ids stay the same over all
versions, or open forms would lose what was typed (docs/facts/slack.md section 2).
"""

from dataclasses import dataclass
from typing import Any

from bot.access.policy import Asking
from bot.domain.command import COMMAND
from bot.domain.description_note import DescriptionNote
from bot.domain.naming_rule import NamingRule
from bot.features.create_registry import form_wording
from bot.features.create_registry.approval_part import reason_field, reason_in, why_asked
from bot.features.create_registry.audience import EVERYBODY_HERE, Audience, purpose
from bot.features.create_registry.opened import COMMAND_LINE, Opened
from bot.features.create_registry.rules import (
    EXAMPLE_NAME,
    NAME_MAX,
    description_room,
    suggest_description,
    suggest_name,
)
from bot.slack.blocks import Block, context, input_block, plain, plain_line
from bot.slack.inbound.payload_parts import ViewState
from bot.slack.inbound.presses import ShownView

CALLBACK_ID = "create_registry"
NAME_BLOCK, NAME_ACTION = "registry_name", "name"
DESCRIPTION_BLOCK, DESCRIPTION_ACTION = "registry_description", "description"
CHANNEL_BLOCK, CHANNEL_ACTION = "result_channel", "channel"
FIELD_BLOCKS = {"name": NAME_BLOCK, "description": DESCRIPTION_BLOCK, "channel": CHANNEL_BLOCK}

_TYPED_SHOWN_MAX = 60
_REMARK_BLOCK = "registry_name_remark"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormInput:
    """What the form held when it was submitted, before any rule was applied. Nothing typed is None."""

    name: str | None
    description: str | None
    channel: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What is filled in when the form opens. `other_name`: instead of the `typed` one, which is taken.

    `meant`: a word of the command that is nearly what was typed.
    """

    typed: str = ""
    other_name: str | None = None
    meant: str = ""
    description: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What all forms have in common. `note` is added to every description, `naming` is the organisation's own rule for names.

    `command` is what people type.
    """

    region: str
    note: DescriptionNote | None = None
    audience: Audience = EVERYBODY_HERE
    naming: NamingRule | None = None
    command: str = COMMAND

    def opened_by(
        self, requester_name: str, filled: Filled, opened: Opened, asking: Asking | None = None
    ) -> dict[str, Any]:
        """The form for this person."""
        note = self.note.shown(requester=requester_name) if self.note else None
        return build(self, filled, opened, note=note, asking=asking)


def build(
    form: Form,
    filled: Filled,
    opened: Opened = COMMAND_LINE,
    *,
    note: str | None = None,
    asking: Asking | None = None,
) -> dict[str, Any]:
    """The form; `note` is what is added to the description.

    Text that is not a legal name is not put into the field (Slack refuses an initial value over max_length): the nearest
    legal one is, or nothing if there is none, and a line says so.
    """
    typed = filled.typed.strip()
    prefill = filled.other_name or (suggest_name(typed) if typed else None)
    blocks = [*why_asked(asking), *purpose(form.region, form.audience, opened.public_channel)]
    if filled.meant:
        blocks.append(plain_line(form_wording.FORM_WORD_MEANT.format(command=form.command, meant=filled.meant)))
    if filled.other_name:
        blocks.append(plain_line(form_wording.FORM_NAME_TAKEN.format(typed=typed, suggestion=filled.other_name)))
    elif typed and prefill != typed:
        blocks.append(plain_line(_changed_name(typed, prefill)))
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain(form_wording.FORM_TITLE),
        "submit": plain(form_wording.FORM_SUBMIT),
        "close": plain(form_wording.FORM_CLOSE),
        "private_metadata": opened.metadata(),
        "blocks": [
            *blocks,
            _name_input(prefill, form.naming),
            _description_input(note, filled.description),
            *reason_field(asking),
            _channel_input(form.audience, filled.channel),
        ],
    }


def parse(state: ViewState) -> FormInput:
    """What a submitted view held."""
    return FormInput(
        name=state.element(NAME_BLOCK, NAME_ACTION).value,
        description=state.element(DESCRIPTION_BLOCK, DESCRIPTION_ACTION).value,
        channel=state.element(CHANNEL_BLOCK, CHANNEL_ACTION).selected_conversation,
        reason=reason_in(state),
    )


def with_remark(shown: ShownView, remark: str | None) -> dict[str, Any] | None:
    """The form that somebody is filling in, with a remark under its name; None where it says that already.

    What was typed stays, because every id stays (docs/facts/slack.md section 2).
    """
    old = [block for block in shown.blocks if block.get("block_id") == _REMARK_BLOCK]
    said = old[0]["elements"][0]["text"] if old else None
    if said == remark:
        return None
    blocks = [block for block in shown.blocks if block not in old]
    under = next(index for index, block in enumerate(blocks, start=1) if block.get("block_id") == NAME_BLOCK)
    new = [{**context(remark), "block_id": _REMARK_BLOCK}] if remark else []
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain(form_wording.FORM_TITLE),
        "submit": plain(form_wording.FORM_SUBMIT),
        "close": plain(form_wording.FORM_CLOSE),
        "private_metadata": shown.private_metadata,
        "blocks": [*blocks[:under], *new, *blocks[under:]],
    }


def _changed_name(typed: str, suggestion: str | None) -> str:
    shown = typed if len(typed) <= _TYPED_SHOWN_MAX else typed[: _TYPED_SHOWN_MAX - 1] + "…"
    sentence = form_wording.FORM_NAME_CHANGED if suggestion else form_wording.FORM_NAME_UNUSABLE
    return sentence.format(typed=shown, suggestion=suggestion)


def _name_input(prefill: str | None, naming: NamingRule | None) -> Block:
    element = {
        "type": "plain_text_input",
        "action_id": NAME_ACTION,
        "focus_on_load": True,
        "max_length": NAME_MAX,
        "placeholder": plain(naming.example if naming else EXAMPLE_NAME),
        "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
    }
    if prefill is not None:
        element["initial_value"] = prefill
    hint = form_wording.FORM_NAME_HINT_WITH_RULE.format(help=naming.help) if naming else form_wording.FORM_NAME_HINT
    return {**input_block(NAME_BLOCK, form_wording.FORM_NAME_LABEL, element, hint=hint), "dispatch_action": True}


def _description_input(note: str | None, description: str | None) -> Block:
    room = description_room(note)
    element = {
        "type": "plain_text_input",
        "action_id": DESCRIPTION_ACTION,
        "multiline": True,
        "max_length": room,
        "placeholder": plain(form_wording.FORM_DESCRIPTION_PLACEHOLDER),
    }
    if description:
        element["initial_value"] = suggest_description(description, room)
    hint = form_wording.FORM_DESCRIPTION_HINT.format(room=room)
    if note:
        hint = form_wording.FORM_DESCRIPTION_NOTE.format(hint=hint, note=note)
    return input_block(DESCRIPTION_BLOCK, form_wording.FORM_DESCRIPTION_LABEL, element, hint=hint, optional=True)


def _channel_input(audience: Audience, channel: str | None) -> Block:
    # The select lists the channels that the person can see, also where the bot cannot post; response_url_enabled makes the
    # answer possible there all the same (docs/facts/slack.md section 3).
    element = {
        "type": "conversations_select",
        "action_id": CHANNEL_ACTION,
        "default_to_current_conversation": True,
        "response_url_enabled": True,
        "filter": {
            "include": ["public", "private"],
            "exclude_bot_users": True,
            "exclude_external_shared_channels": not audience.shared_channels,
        },
    }
    if channel:
        element["initial_conversation"] = channel
    return input_block(CHANNEL_BLOCK, form_wording.FORM_CHANNEL_LABEL, element, hint=form_wording.FORM_CHANNEL_HINT)
