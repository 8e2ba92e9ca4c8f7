"""Every way to fail that this bot knows, as one tree.

    BotError
    ├── SettingsError        the operator changes a setting; the process does not start
    ├── InvalidRequest       the person corrects the form; `violations` says what, field by field
    ├── MalformedRequest     whoever signed it sent something that is no Slack request; answered with a 4xx
    ├── NotSaved             the database did not take the request; nothing was created, press again
    ├── NameUnderWay         somebody asked for this name first; choose another one
    ├── LookupFailed         CodeArts could not be asked what exists; ask again later
    ├── NotConnected         a Socket Mode connection did not come about; dial again (slack/socket_line.py)
    └── StepCrashed          a step failed in a way nobody foresaw; what it had done is in doubt

Outside the tree stands only `workflow/engine.py`'s `Interrupted`: it must not be an Exception, or DBOS would record it.

Each class answers one question: what does the caller do now? `str(error)` is for the log; what people read is in
`wording.py`. What may happen to a call that leaves the process is no exception but a value, so that a durable step can
record it: `registry/models.py` for CodeArts, `announce/results.py` for Slack.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class BotError(Exception):
    """A failure with a known meaning."""


class SettingsError(BotError):
    """A setting is missing or wrong. The text is one line that names the setting and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule: the field it belongs to, a sentence for the person, and a value that would be accepted."""

    field: str
    sentence: str
    suggestion: str


class InvalidRequest(BotError):
    """What was typed breaks the rules. All violations at once, at most one for each field."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(" ".join(violation.sentence for violation in violations))
        self.violations = tuple(violations)


class MalformedRequest(BotError):
    """The request is well signed but not one that Slack sends; `str(error)` says what is missing, without its content."""


class NotSaved(BotError):
    """The request could not be stored in time or at all.

    `in_doubt` is true when the write may still succeed later; the workflow id makes a second press harmless either way.
    """

    def __init__(self, reason: str, *, in_doubt: bool) -> None:
        super().__init__(reason)
        self.in_doubt = in_doubt


class NameUnderWay(BotError):
    """Somebody's request for the same name is being worked on; `requester` is an id, `requester_name` is for reading."""

    def __init__(self, *, requester: str, requester_name: str) -> None:
        super().__init__(f"asked for by {requester}")
        self.requester = requester
        self.requester_name = requester_name


class LookupFailed(BotError):
    """The list call gave no usable answer, so nothing is known about what exists.

    `refused`: the service said no (a 4xx), so that asking again at once gets the same answer.
    """

    def __init__(self, reason: str, *, trace_id: str | None = None, refused: bool = False) -> None:
        super().__init__(reason)
        self.trace_id = trace_id
        self.refused = refused


class StepCrashed(BotError):
    """A step failed in a way nobody foresaw; what it had done is unknown. The log has the traceback under `reference`."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference
