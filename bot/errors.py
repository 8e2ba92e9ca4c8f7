"""The exceptions of this bot, as one tree.

    BotError
    ├── CannotStart          the process ends
    │   ├── SettingsError    the operator changes a setting, then starts it again (exit code 78)
    │   └── TemporaryFailure something it needs is unavailable right now; start it again later (exit code 75)
    ├── InvalidRequest       the person corrects the form; `violations` says what is wrong, field by field
    ├── MalformedRequest     signed, but not a request that Slack sends; answered with a 4xx
    ├── NotSaved             the request was not stored in the database; nothing was created, press again
    │   └── TooManyAtOnce    because as many as the process may hold are being worked on; press again in a minute
    ├── AlreadyUnderWay      somebody's request for the same name is being worked on; choose another name
    ├── LimitReached         the person has made as many requests as one may within an hour; try again later
    ├── LookupFailed         CodeArts' list could not be read; try again later
    ├── NoCredentials        no access key could be obtained; try again later
    ├── LedgerUnavailable    the ledger could not be read or written; try again in a moment
    ├── NotConnected         a Socket Mode connection could not be opened; connect again
    └── StepCrashed          a step failed unexpectedly; what it had done is in doubt

Only `Interrupted` of `workflow/supervisor.py` is outside the tree: it must not be an Exception, or DBOS would record it.

Each class answers one question: what does the caller do now? `str(error)` is for the log. The sentences for people are made
where they are shown, from the codes and values in the errors. `CannotStart` is different: its text is for the operator, who
reads it on the terminal. The result of a call that leaves the process is not an exception but a value, so that a durable step
can record it: `domain/outcomes.py`.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any


class BotError(Exception):
    """A failure with a known meaning."""


class CannotStart(BotError):
    """The process cannot start. The text is one line for the operator that names the setting and how to fix it.

    `reason` says the same without addresses, because `/readyz` shows it to everybody.
    """

    def __init__(self, text: str, *, reason: str = "") -> None:
        super().__init__(text)
        self.reason = reason


class SettingsError(CannotStart):
    """A setting is missing or wrong, so that starting again does not help."""


class SchemaTooNew(SettingsError):
    """A newer version of the bot has created or changed the tables."""


class AppTokenRefused(SettingsError):
    """Slack does not accept the app-level token."""


class TemporaryFailure(CannotStart):
    """A database, a port or an executor id is unavailable at the moment: a supervisor may start the process again."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule: its field, its code, and the values for a sentence about it."""

    field: str
    rule: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class InvalidRequest(BotError):
    """What was typed breaks the rules. It holds all violations, at most one for each field."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(", ".join(f"{violation.field}: {violation.rule}" for violation in violations))
        self.violations = tuple(violations)


class MalformedRequest(BotError):
    """Signed, but not a request that Slack sends. The text says what is wrong with it, without its content."""


class NotSaved(BotError):
    """The request could not be stored, or not in time.

    `in_doubt`: the write may still succeed later. Pressing again is harmless either way, as the workflow's id is the same.
    """

    def __init__(self, reason: str, *, in_doubt: bool) -> None:
        super().__init__(reason)
        self.in_doubt = in_doubt


class TooManyAtOnce(NotSaved):
    """The request was not stored, because this process works on as many as it may hold in memory. Press again in a minute."""

    def __init__(self) -> None:
        super().__init__("as many requests as may be held in memory", in_doubt=False)


class AlreadyUnderWay(BotError):
    """A request for the same name is being worked on; `requester` is an id, `requester_name` is what people read.

    `since` is in seconds since the UTC epoch; `waits`: it is waiting for an approval.
    """

    def __init__(self, *, requester: str, requester_name: str, since: float, waits: bool = False) -> None:
        super().__init__(f"requested by {requester}")
        self.requester = requester
        self.requester_name = requester_name
        self.since = since
        self.waits = waits


class LimitReached(BotError):
    """The person has made `limit` requests within an hour; the next may be made at `ends` (seconds since the UTC epoch)."""

    def __init__(self, *, limit: int, ends: float) -> None:
        super().__init__(f"{limit} within an hour")
        self.limit = limit
        self.ends = ends


class LookupFailed(BotError):
    """The list call gave no usable answer, so it is unknown what exists.

    `code`, `message`, `status` and `trace_id` are as in `domain.outcomes.Refused`. `refused`: the service refused it (a 4xx),
    so repeating it at once gets the same answer.
    """

    def __init__(
        self,
        code: str,
        *,
        message: str | None = None,
        status: int | None = None,
        trace_id: str | None = None,
        refused: bool = False,
    ) -> None:
        super().__init__(code if message is None else f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.trace_id = trace_id
        self.refused = refused


class NoCredentials(BotError):
    """No access key could be obtained from its source.

    `code`: how the call failed (`net.failures`), or what was wrong with its result (`codearts.credentials.key.NoKey`).
    `where` is the address or the file; `said`, `message` and `status` are the other side's, redacted.
    """

    def __init__(
        self, code: str, *, where: str, said: str = "", message: str | None = None, status: int | None = None
    ) -> None:
        super().__init__(": ".join(filter(None, (code, said, message))))
        self.code = code
        self.where = where
        self.said = said
        self.message = message
        self.status = status


class LedgerUnavailable(BotError):
    """The ledger is unavailable at the moment."""


class NotConnected(BotError):
    """There is no usable Socket Mode connection; the text may be shown in the log and in `/readyz`."""


class StepCrashed(BotError):
    """A step failed unexpectedly; what it had done is unknown. The log has the traceback under `reference`."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference
