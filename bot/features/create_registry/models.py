"""What is asked for."""

from dataclasses import dataclass, fields

from bot.domain.approval import Decision, Need

# Requests under way are known by it: it stays the same.
WORKFLOW = "create_registry"
# The same for looking once more at what is not confirmed.
CHECK_WORKFLOW = "check_registry"
# Between what a person typed and the operator's note, in the description that CodeArts gets.
NOTE_SEPARATOR = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRequest:
    """A registry that may be asked for: a legal name and, if any, a description (`rules.py`).

    `note` is what the operator adds to every description; `marked`: it holds the reference of this very request.
    `again`: the id of the request that came to nothing, and in whose place this one was asked for by its button.
    """

    name: str
    description: str | None = None
    note: str | None = None
    marked: bool = False
    again: str | None = None

    @property
    def sent_description(self) -> str | None:
        """The description that CodeArts gets: at most 200 characters together with the note."""
        return NOTE_SEPARATOR.join(part for part in (self.description, self.note) if part) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryToApprove(RegistryRequest):
    """One that somebody else has to say yes to first. `decision`: what they said; it is not recorded here.

    A type of its own: a build that knows nothing of approvals cannot read it, and so leaves it alone.
    """

    need: Need
    decision: Decision | None = None

    @classmethod
    def of(cls, asked: RegistryRequest, need: Need) -> "RegistryToApprove":
        """The same, with a need."""
        return cls(**{each.name: getattr(asked, each.name) for each in fields(asked)}, need=need)


def decision_about(asked: RegistryRequest) -> Decision | None:
    """What was said of it, where somebody had to, and has."""
    return asked.decision if isinstance(asked, RegistryToApprove) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """An outcome that somebody wants to be looked up once more: what the button carries, and the message that will change.

    `about` and `ts` are empty where no message can be changed.
    """

    kept: str
    name: str
    about: str
    ts: str
