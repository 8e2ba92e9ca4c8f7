"""What the operator adds to every description, so that the owner stays known without the bot, its database and Slack."""

import re
from dataclasses import dataclass

NOTE_MAX = 100
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KNOWN = {"requester", "reference"}
# As long as a real one (references.py), so that the room that is left is the same.
_ANY_REFERENCE = "R-?????"


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionNote:
    """A template such as `by {requester}, {reference}`: the requester's Slack name, and the reference of the request.

    Raises `ValueError`, whose text says what is wrong with the template.
    """

    template: str

    def __post_init__(self) -> None:
        """Check the template."""
        around = _PLACEHOLDER.sub("", self.template)
        if set(_PLACEHOLDER.findall(self.template)) - _KNOWN or "{" in around or "}" in around:
            raise ValueError("it may hold {requester} and {reference}, and no other braces")
        if not self.template.isprintable() or not self.template.strip() or len(self.template) > NOTE_MAX:
            raise ValueError(f"it has to be one line of at most {NOTE_MAX} characters")

    @property
    def names_request(self) -> bool:
        """Whether the note is unique to one registry, because it contains the reference of the request."""
        return "{reference}" in self.template

    def shown(self, *, requester: str) -> str:
        """The note before there is a reference, with its final length."""
        return self.for_request(requester=requester, reference=_ANY_REFERENCE)

    def for_request(self, *, requester: str, reference: str) -> str:
        """The note of one request, cut to `NOTE_MAX` characters; the reference is never cut."""
        room = NOTE_MAX - len(self.template.format(requester="", reference=reference))
        each = max(room, 0) // max(self.template.count("{requester}"), 1)
        name = "".join(char for char in requester if char.isprintable())[:each]
        return self.template.format(requester=name, reference=reference)
