"""The parts of Slack's payloads: who, in which workspace, and the values of a form's fields."""

from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.domain.text import printable
from bot.references import new_reference

# Slack's words in place of the name of a conversation that not everybody in the workspace may see (docs/facts/slack.md
# section 1).
_NOT_PUBLIC = frozenset({"", "privategroup", "directmessage"})
_GROUP_MESSAGE_PREFIX = "mpdm-"


# What Slack's ids, triggers and times of messages are made of (docs/facts/slack.md section 1), with room for longer ones. They
# are shown, stored and made into mentions: nothing that is no such word may stand in their place.
Known = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,255}$")]
KnownOrEmpty = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{0,255}$")]
# Words for people, and what a view or a button carries of ours: no longer than Slack allows anywhere.
Words = Annotated[str, Field(max_length=4000)]
# What somebody or something is called: shown in lines of text, and stored.
Name = Annotated[Words, AfterValidator(printable)]


def _without_nulls(value: Any) -> Any:
    """An object without the fields that are null: what Slack leaves out, a server that speaks its protocol may send so."""
    return {name: each for name, each in value.items() if each is not None} if isinstance(value, dict) else value


class Model(BaseModel):
    """Fields of a payload that are not declared are ignored; null is the same as missing."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_missing(cls, value: Any) -> Any:
        return _without_nulls(value)

    @cached_property
    def reference(self) -> str:
        """Identifies it to people and in the log."""
        return new_reference()


class Id(Model):
    """An object of which only the id is read."""

    id: Known


class User(Id):
    """A person."""

    username: Name = ""
    name: Name = ""
    team_id: Known | None = None


class Conversation(Id):
    """Where something happened."""

    name: Name = ""

    @property
    def public_channel(self) -> str | None:
        """Its id if it is certainly a public channel, else None."""
        hidden = self.name in _NOT_PUBLIC or self.name.startswith(_GROUP_MESSAGE_PREFIX)
        return self.id if self.id.startswith("C") and not hidden else None


class Element(Model):
    """The value of one field. Unset and empty are the same: Slack sends null or omits it (UNVERIFIED which)."""

    value: str | None = None
    selected_conversation: str | None = None


class ViewState(Model):
    """The values of a form: block id → action id → element."""

    values: Annotated[
        dict[str, Annotated[dict[str, Element], BeforeValidator(_without_nulls)]], BeforeValidator(_without_nulls)
    ]

    def element(self, block_id: str, action_id: str) -> Element:
        """The element, or an empty one if the form has none with these ids."""
        return self.values.get(block_id, {}).get(action_id, Element())


class PersonPayload(Model):
    """Who did it, and in which workspace; with an org-wide installation `team` is null and the person's is known."""

    user: User
    team: Id | None = None
    enterprise: Id | None = None

    @property
    def user_id(self) -> str:
        """The person's id."""
        return self.user.id

    @property
    def team_id(self) -> str:
        """The workspace."""
        return (self.team.id if self.team else self.user.team_id) or "no-team"

    @property
    def user_name(self) -> str:
        """The person's name, for places that cannot show a mention; may be empty."""
        return self.user.username or self.user.name
