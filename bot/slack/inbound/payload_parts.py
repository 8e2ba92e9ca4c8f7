"""The pieces of which Slack's payloads are made: who, in which workspace, and what the fields of a form hold."""

from pydantic import BaseModel, ConfigDict, Field

# Slack's words in place of the name of a conversation that not everybody in the workspace may see (docs/facts/slack.md
# section 1).
_NOT_PUBLIC = frozenset({"", "privategroup", "directmessage"})
_GROUP_MESSAGE_PREFIX = "mpdm-"


class Model(BaseModel):
    """What a payload has beside the fields that are read here does not matter."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Id(Model):
    """Something that is known by its id."""

    id: str = Field(min_length=1)


class User(Id):
    """A person."""

    username: str = ""
    name: str = ""
    team_id: str | None = None


class Conversation(Id):
    """Where something happened."""

    name: str = ""

    @property
    def public_channel(self) -> str | None:
        """Its id, if it is certainly a public channel; None for all else."""
        hidden = self.name in _NOT_PUBLIC or self.name.startswith(_GROUP_MESSAGE_PREFIX)
        return self.id if self.id.startswith("C") and not hidden else None


class Element(Model):
    """The value of one field. Unset and empty are alike: Slack sends null, or leaves it out (UNVERIFIED which)."""

    value: str | None = None
    selected_conversation: str | None = None


class State(Model):
    """What a form holds: block id → action id → element."""

    values: dict[str, dict[str, Element]]

    def element(self, block_id: str, action_id: str) -> Element:
        """The element, or an empty one where the form has none of that id."""
        return self.values.get(block_id, {}).get(action_id, Element())


class FromSomebody(Model):
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
