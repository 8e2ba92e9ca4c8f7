"""What people press: buttons and other elements of messages and views, global shortcuts and message shortcuts.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload,
https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload.
"""

from typing import Any

from pydantic import Field

from bot.slack.inbound.payload_parts import Conversation, Known, KnownOrEmpty, Model, PersonPayload, ViewState, Words


class Action(Model):
    """The element that was used. `value` is that of a button, or the content of a text field."""

    action_id: str = Field(min_length=1)
    block_id: str = ""
    value: Words | None = None
    action_ts: KnownOrEmpty = ""


class Message(Model):
    """The message that contains the element, or on which a message shortcut was used."""

    ts: Known
    thread_ts: Known | None = None


class ShownView(Model):
    """The form or Home tab that contains the element, as Slack shows it: `blocks`, `title` and so on may be sent back."""

    id: Known
    type: str
    callback_id: str = ""
    hash: str = ""
    private_metadata: Words = ""
    state: ViewState = ViewState(values={})
    blocks: tuple[dict[str, Any], ...] = ()
    title: dict[str, Any] | None = None
    submit: dict[str, Any] | None = None
    close: dict[str, Any] | None = None


class _Container(Model):
    is_ephemeral: bool = False


class Press(PersonPayload):
    """An element was used (`block_actions`): with a `channel`, `message` and `response_url` in a message, or a `view`."""

    type: str
    trigger_id: Known
    actions: list[Action] = Field(min_length=1)
    container: _Container = _Container()
    channel: Conversation | None = None
    message: Message | None = None
    view: ShownView | None = None
    response_url: str | None = None

    @property
    def action(self) -> Action:
        """Slack sends one at a time."""
        return self.actions[0]


class Shortcut(PersonPayload):
    """A global shortcut, `shortcut`. It does not say where the person is."""

    type: str
    callback_id: str = Field(min_length=1)
    trigger_id: Known


class MessageShortcut(PersonPayload):
    """A shortcut used on a message, `message_action`. Unlike a command it works in threads, too."""

    type: str
    callback_id: str = Field(min_length=1)
    trigger_id: Known
    channel: Conversation
    message: Message
    response_url: str | None = None

    @property
    def thread_ts(self) -> str:
        """The thread to which the message belongs, or which it starts."""
        return self.message.thread_ts or self.message.ts
