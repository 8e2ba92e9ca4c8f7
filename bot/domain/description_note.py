"""What the operator adds to every description: an owner that outlives the bot, its database and Slack."""

import re
from dataclasses import dataclass

NOTE_MAX = 100
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KNOWN = {"requester", "reference"}
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionNote:
    """A template such as `by {requester}, {reference}`: the requester's Slack name, and the reference of the request.

    Raises `ValueError`, whose text says what is wrong with the template.
    """

    template: str

    def __post_init__(self) -> None:
        """Check the template."""
        unknown = set(_PLACEHOLDER.findall(self.template)) - _KNOWN
        if unknown or "{" in _PLACEHOLDER.sub("", self.template) or "}" in _PLACEHOLDER.sub("", self.template):
            raise ValueError("it may hold {requester} and {reference}, and no other braces")
        if not _PRINTABLE.fullmatch(self.template) or len(self.template) > NOTE_MAX:
            raise ValueError(f"it has to be one line of at most {NOTE_MAX} characters")

    @property
    def names_request(self) -> bool:
        """Whether the note is on one registry only, because the reference of its request stands in it."""
        return "{reference}" in self.template

    def for_request(self, *, requester: str, reference: str) -> str:
        """The note of one request, cut to `NOTE_MAX` characters; the reference is never cut."""
        room = NOTE_MAX - len(self.template.format(requester="", reference=reference))
        name = "".join(char for char in requester if char.isprintable())[: max(room, 0)]
        return self.template.format(requester=name, reference=reference)
