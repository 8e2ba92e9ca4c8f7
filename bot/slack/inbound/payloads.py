"""What Slack sends, as far as this bot needs it: read once for each body, and checked while it is read.

https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload.
"""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import MalformedRequest

_PLACES_SHOWN = 5
_CONVERSATION = re.compile(r"[CGD][A-Z0-9]{2,}")
# Slack's words in place of the name of a conversation that not everybody in the workspace may see (section 1).
_NOT_PUBLIC = frozenset({"", "privategroup", "directmessage"})
_GROUP_MESSAGE_PREFIX = "mpdm-"


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Command(_Model):
    """A slash command."""

    command: str = Field(pattern=r"^/")
    text: str = ""
    user_id: str = Field(min_length=1)
    user_name: str = ""
    channel_id: str = Field(min_length=1)
    channel_name: str = ""
    trigger_id: str = Field(min_length=1)
    response_url: str = Field(min_length=1)

    @property
    def public_channel(self) -> str | None:
        """The id of the channel where it was typed, if that is certainly public; None for all else."""
        hidden = self.channel_name in _NOT_PUBLIC or self.channel_name.startswith(_GROUP_MESSAGE_PREFIX)
        return self.channel_id if self.channel_id.startswith("C") and not hidden else None


class _Id(_Model):
    id: str = Field(min_length=1)


class _User(_Id):
    username: str = ""
    name: str = ""


class Element(_Model):
    """The value of one field. Unset and empty are alike: Slack sends null, or leaves it out (UNVERIFIED which)."""

    value: str | None = None
    selected_conversation: str | None = None


class State(_Model):
    """What a form held when it was submitted: block id → action id → element."""

    values: dict[str, dict[str, Element]]

    def element(self, block_id: str, action_id: str) -> Element:
        """The element, or an empty one where the form has none of that id."""
        return self.values.get(block_id, {}).get(action_id, Element())


class _View(_Model):
    id: str = Field(min_length=1)
    type: str
    callback_id: str
    private_metadata: str = ""
    team_id: str | None = None
    app_installed_team_id: str | None = None
    state: State


class _ResponseUrl(_Model):
    block_id: str
    channel_id: str
    response_url: str


class ViewSubmission(_Model):
    """A submitted form."""

    type: str
    user: _User
    team: _Id | None = None
    view: _View
    response_urls: list[_ResponseUrl] = []

    @property
    def team_id(self) -> str:
        """The workspace; with an org-wide installation `team` is null and the view knows it."""
        known = self.team.id if self.team else self.view.team_id or self.view.app_installed_team_id
        return known or "no-team"

    @property
    def user_name(self) -> str:
        """The person's name, for places that cannot show a mention; may be empty."""
        return self.user.username or self.user.name

    def chosen(self, block_id: str, conversation: str) -> bool:
        """Whether it is a conversation's id, and the one for which Slack gave a response_url of that block, if it did."""
        given = {url.channel_id for url in self.response_urls if url.block_id == block_id}
        return _CONVERSATION.fullmatch(conversation) is not None and given <= {conversation}

    def response_url(self, block_id: str) -> str | None:
        """Where a message may be posted to the conversation chosen in that block, even if the bot is not a member."""
        urls = (url.response_url for url in self.response_urls if url.block_id == block_id)
        return next(urls, None)


Payload = Command | ViewSubmission


def read_payload(body: Any) -> Payload | None:
    """The payload in a body, or None for a kind that no handler reads (such as `ssl_check`).

    Raises `MalformedRequest`, which names the fields that are missing or wrong, without what stood in them.
    """
    if not isinstance(body, dict) or not body:
        raise MalformedRequest("it is empty or not an object")
    try:
        if "command" in body:
            return Command.model_validate(body)
        if body.get("type") == "view_submission":
            return ViewSubmission.model_validate(body)
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in problem["loc"]) for problem in error.errors()})
        raise MalformedRequest(f"missing or wrong: {', '.join(places[:_PLACES_SHOWN])}") from None
    if not isinstance(body.get("type", "ssl_check"), str):
        raise MalformedRequest("its type is not a string")
    return None
