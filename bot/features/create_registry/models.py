"""What people request."""

from dataclasses import dataclass, fields

from bot.domain.approval import Decision, Need

# Stored with each request, so it never changes.
WORKFLOW = "create_registry"
# Likewise, for looking up an unconfirmed outcome again.
CHECK_WORKFLOW = "check_registry"
# Separates what a person typed from the operator's note in the description sent to CodeArts.
NOTE_SEPARATOR = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRequest:
    """A valid request: a legal name and, if any, a description (`rules.py`).

    `note` is what the operator adds to every description; `marked`: it contains the reference of this request.
    `again`: the id of the failed request whose button was used to make this one.
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
    """A request that somebody else has to approve first. `decision` is their answer; it is not recorded here.

    It is a separate type so that a build without approvals cannot read it, and so leaves it alone.
    """

    need: Need
    decision: Decision | None = None

    @classmethod
    def of(cls, asked: RegistryRequest, need: Need) -> "RegistryToApprove":
        """The same request, with the need for an approval."""
        return cls(**{each.name: getattr(asked, each.name) for each in fields(asked)}, need=need)


def decision_about(asked: RegistryRequest) -> Decision | None:
    """The decision about it, if it needed an approval and there is one."""
    return asked.decision if isinstance(asked, RegistryToApprove) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A person's wish to have an outcome looked up again: the value of the button, and the message that will change.

    `about` and `ts` are empty if there is no message to change.
    """

    kept: str
    name: str
    about: str
    ts: str
