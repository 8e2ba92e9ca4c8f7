"""(2) The form: its ids, how it is built, and how a submission of it is read back.

Block ids are those of Slack's answer to `response_action: errors`; they and the action ids stay the same over all
versions, or open forms would lose what was typed (docs/facts/slack.md section 2).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.features.create_registry import wording
from bot.features.create_registry.rules import NAME_MAX, description_room, suggest_name
from bot.slack.blocks import Block, input_block, mrkdwn_line, plain, plain_line
from bot.slack.inbound.payload_parts import State

CALLBACK_ID = "create_registry"
NAME_BLOCK, NAME_ACTION = "registry_name", "name"
DESCRIPTION_BLOCK, DESCRIPTION_ACTION = "registry_description", "description"
CHANNEL_BLOCK, CHANNEL_ACTION = "result_channel", "channel"
FIELD_BLOCKS = {"name": NAME_BLOCK, "description": DESCRIPTION_BLOCK, "channel": CHANNEL_BLOCK}

_TYPED_SHOWN_MAX = 60
_CHANNELS_A_LINE = 100  # a section takes 3,000 characters
_PUBLIC_CHANNEL = "public_channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormInput:
    """What the form held when it was submitted, before any rule was applied. Nothing typed is None."""

    name: str | None
    description: str | None
    channel: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who may read what becomes of requests.

    `notify`: the channels of NOTIFY_CHANNELS; `shared_channels`: channels shared with other companies may be chosen.
    """

    notify: tuple[str, ...] = ()
    shared_channels: bool = False


EVERYBODY_HERE = Audience()


def build(
    *,
    typed: str,
    region: str,
    note: str | None = None,
    audience: Audience = EVERYBODY_HERE,
    public_channel: str | None = None,
) -> dict[str, Any]:
    """The form, with the name filled in from the text after the command. `note` is what is added to the description.

    Text that is not a legal name is not put into the field (Slack refuses an initial value over max_length): the nearest
    legal one is, or nothing where there is none, and a line says so. `public_channel`: where the command was typed, if that is
    certainly public.
    """
    typed = typed.strip()
    prefill = suggest_name(typed) if typed else None
    blocks = [_intro(region)]
    if typed and prefill != typed:
        blocks.append(plain_line(_changed_name(typed, prefill)))
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain(wording.FORM_TITLE),
        "submit": plain(wording.FORM_SUBMIT),
        "close": plain(wording.FORM_CLOSE),
        "private_metadata": json.dumps({_PUBLIC_CHANNEL: public_channel}),
        "blocks": [
            *blocks,
            _name_input(prefill),
            _description_input(note),
            *_readers(audience.notify, public_channel),
            _channel_input(audience),
        ],
    }


def parse(state: State) -> FormInput:
    """What a submitted view held."""
    return FormInput(
        name=state.element(NAME_BLOCK, NAME_ACTION).value,
        description=state.element(DESCRIPTION_BLOCK, DESCRIPTION_ACTION).value,
        channel=state.element(CHANNEL_BLOCK, CHANNEL_ACTION).selected_conversation,
    )


def is_public(private_metadata: str, channel: str) -> bool:
    """Whether it is certain that the chosen channel is public. A form of an earlier build does not say."""
    try:
        kept = json.loads(private_metadata)
    except ValueError:
        return False
    return isinstance(kept, dict) and kept.get(_PUBLIC_CHANNEL) == channel


def _intro(region: str) -> Block:
    return plain_line(wording.FORM_INTRO.format(region=region))


def _readers(notify: tuple[str, ...], public_channel: str | None) -> Iterator[Block]:
    """Who will see what: the channel that is chosen, and those of NOTIFY_CHANNELS, each by its name."""
    yield plain_line(wording.FORM_READERS)
    told = wording.FORM_NOTIFIED_PUBLIC if public_channel else wording.FORM_NOTIFIED
    for first in range(0, len(notify), _CHANNELS_A_LINE):
        channels = ", ".join(f"<#{channel}>" for channel in notify[first : first + _CHANNELS_A_LINE])
        yield mrkdwn_line(told.format(channels=channels, here=f"<#{public_channel}>"))


def _changed_name(typed: str, suggestion: str | None) -> str:
    shown = typed if len(typed) <= _TYPED_SHOWN_MAX else typed[: _TYPED_SHOWN_MAX - 1] + "…"
    sentence = wording.FORM_NAME_CHANGED if suggestion else wording.FORM_NAME_UNUSABLE
    return sentence.format(typed=shown, suggestion=suggestion)


def _name_input(prefill: str | None) -> Block:
    element = {
        "type": "plain_text_input",
        "action_id": NAME_ACTION,
        "focus_on_load": True,
        "max_length": NAME_MAX,
        "placeholder": plain(wording.FORM_NAME_PLACEHOLDER),
    }
    if prefill is not None:
        element["initial_value"] = prefill
    return input_block(NAME_BLOCK, wording.FORM_NAME_LABEL, element, hint=wording.FORM_NAME_HINT)


def _description_input(note: str | None) -> Block:
    room = description_room(note)
    element = {
        "type": "plain_text_input",
        "action_id": DESCRIPTION_ACTION,
        "multiline": True,
        "max_length": room,
        "placeholder": plain(wording.FORM_DESCRIPTION_PLACEHOLDER),
    }
    hint = wording.FORM_DESCRIPTION_HINT.format(room=room)
    if note:
        hint = wording.FORM_DESCRIPTION_NOTE.format(hint=hint, note=note)
    return input_block(DESCRIPTION_BLOCK, wording.FORM_DESCRIPTION_LABEL, element, hint=hint, optional=True)


def _channel_input(audience: Audience) -> Block:
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
    return input_block(CHANNEL_BLOCK, wording.FORM_CHANNEL_LABEL, element, hint=wording.FORM_CHANNEL_HINT)
