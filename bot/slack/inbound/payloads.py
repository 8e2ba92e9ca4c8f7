"""The parts of Slack's payloads that this bot needs, parsed and validated once for each body.

https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload.
"""

import re
from functools import cached_property
from typing import Any

from pydantic import Field, ValidationError

from bot.domain.text import unquoted
from bot.errors import MalformedRequest
from bot.references import new_reference
from bot.slack.inbound.carried import carried_reference
from bot.slack.inbound.events import APP_HOME_OPENED, AppHomeOpened
from bot.slack.inbound.payload_parts import Conversation, Known, Model, Name, PersonPayload, ViewState, Words
from bot.slack.inbound.presses import MessageShortcut, Press, Shortcut

_PLACES_SHOWN = 5
_CONVERSATION = re.compile(r"[CGD][A-Z0-9]{2,}")


class Command(Model):
    """A slash command. `meant` is set by `command_words.py`: the word of the command that was probably mistyped."""

    command: str = Field(pattern=r"^/")
    text: str = ""
    user_id: Known
    user_name: Name = ""
    channel_id: Known
    channel_name: Name = ""
    trigger_id: Known
    response_url: str = Field(min_length=1)
    meant: str = Field("", exclude=True)

    @property
    def words(self) -> tuple[str, str]:
        """The first word of the text, in lower case and without punctuation around it, and the rest."""
        first, *rest = self.text.split(maxsplit=1) or [""]
        return (unquoted(first) or first).lower(), rest[0].strip() if rest else ""

    @property
    def public_channel(self) -> str | None:
        """The id of the channel where it was typed if that is certainly public, else None."""
        return Conversation(id=self.channel_id, name=self.channel_name).public_channel


class _View(Model):
    id: Known
    type: str
    callback_id: str
    private_metadata: Words = ""
    team_id: Known | None = None
    app_installed_team_id: Known | None = None
    state: ViewState


class _ResponseUrl(Model):
    block_id: str
    channel_id: str
    response_url: str


class ViewSubmission(PersonPayload):
    """A submitted form. Its `reference` is that of the command, shortcut or press that opened it."""

    type: str
    trigger_id: str = ""
    view: _View
    response_urls: tuple[_ResponseUrl, ...] = ()

    @cached_property
    def reference(self) -> str:
        """See `Model`."""
        return carried_reference(self.view.private_metadata) or new_reference()

    @property
    def team_id(self) -> str:
        """The workspace; with an org-wide installation `team` is null and the view knows it."""
        known = self.team.id if self.team else self.view.team_id or self.view.app_installed_team_id
        return known or "no-team"

    def chosen(self, block_id: str, conversation: str) -> bool:
        """Whether `conversation` is an id, and the one to which the block's response_url, if there is one, belongs."""
        given = {url.channel_id for url in self.response_urls if url.block_id == block_id}
        return _CONVERSATION.fullmatch(conversation) is not None and given <= {conversation}

    def response_url(self, block_id: str) -> str | None:
        """The URL for posting to the conversation chosen in that block, even if the bot is not a member."""
        urls = (url.response_url for url in self.response_urls if url.block_id == block_id)
        return next(urls, None)


Payload = Command | ViewSubmission | Press | Shortcut | MessageShortcut | AppHomeOpened

# By the `type` of a body.
_KINDS: dict[str, type[Payload]] = {
    "view_submission": ViewSubmission,
    "block_actions": Press,
    "shortcut": Shortcut,
    "message_action": MessageShortcut,
}


def read_payload(body: Any) -> Payload | None:
    """The payload in a body, or None for a kind that no handler reads (such as `ssl_check`).

    Raises `MalformedRequest`, which names the missing or wrong fields, but not their values.
    """
    if not isinstance(body, dict) or not body:
        raise MalformedRequest("it is empty or not an object")
    kind = _kind_of(body)
    try:
        return kind.model_validate(body) if kind else None
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in problem["loc"]) for problem in error.errors()})
        raise MalformedRequest(f"missing or wrong: {', '.join(places[:_PLACES_SHOWN])}") from None


def _kind_of(body: dict[str, Any]) -> type[Payload] | None:
    if "command" in body:
        return Command
    named = body.get("type", "ssl_check")
    if not isinstance(named, str):
        raise MalformedRequest("its type is not a string")
    if named != "event_callback":
        return _KINDS.get(named)
    event = body.get("event")
    if not isinstance(event, dict):
        raise MalformedRequest("it has no event")
    return AppHomeOpened if event.get("type") == APP_HOME_OPENED else None
