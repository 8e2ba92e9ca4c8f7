"""Every exception that this bot knows, as one tree.

    BotError
    ├── CannotStart          the process ends
    │   ├── SettingsError    the operator changes a setting, then starts it again (exit code 78)
    │   └── TemporaryFailure what it needs is not to be had right now; it is started again later (exit code 75)
    ├── InvalidRequest       the person corrects the form; `violations` says what, field by field
    ├── MalformedRequest     signed, but not a request that Slack sends; answered with a 4xx
    ├── NotSaved             the database did not take the request; nothing was created, press again
    ├── AlreadyUnderWay      somebody's request for the same name is being worked on; choose another name
    ├── LimitReached         the person has asked for as many within an hour as one may; ask later
    ├── LookupFailed         CodeArts could not be asked what exists; ask again later
    ├── NoCredentials        whoever gives out the access key gave none; ask again later
    ├── LedgerUnavailable    the ledger could not be asked; ask again in a moment
    ├── NotConnected         a Socket Mode connection could not be opened; connect again
    └── StepCrashed          a step failed in a way nobody foresaw; what it had done is in doubt

Outside the tree stands only `workflow/supervisor.py`'s `Interrupted`: it must not be an Exception, or DBOS would record it.

Each class answers one question: what does the caller do now? `str(error)` is for the log. What people read is made where
they read it, from the codes and values that the errors hold. The exception is `CannotStart`: its text is written for the
operator, who reads it on the terminal. What became of a call that leaves the process is not an exception but a value,
so that a durable step can record it: `domain/outcomes.py`.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any


class BotError(Exception):
    """A failure with a known meaning."""


class CannotStart(BotError):
    """The process cannot start. The text is one line for the operator that names the setting and how to fix it.

    `reason` says the same without any address: `/readyz` shows it to whoever asks.
    """

    def __init__(self, text: str, *, reason: str = "") -> None:
        super().__init__(text)
        self.reason = reason


class SettingsError(CannotStart):
    """A setting is missing or wrong, and stays so until somebody changes it."""


class SchemaTooNew(SettingsError):
    """A newer version of the bot has made the tables, or changed them."""


class AppTokenRefused(SettingsError):
    """Slack does not accept the app-level token."""


class TemporaryFailure(CannotStart):
    """A database, a port or an executor id cannot be had at the moment: a supervisor may start the process again."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule: the field it belongs to, the rule's code, and the values that a sentence about it needs."""

    field: str
    rule: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class InvalidRequest(BotError):
    """What was typed breaks the rules. All violations at once, at most one for each field."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(", ".join(f"{violation.field}: {violation.rule}" for violation in violations))
        self.violations = tuple(violations)


class MalformedRequest(BotError):
    """Signed, but not a request that Slack sends. The text says what is wrong with it, without its content."""


class NotSaved(BotError):
    """The request could not be stored in time or at all.

    `in_doubt` is true when the write may still succeed later; the workflow's id makes a second press harmless either way.
    """

    def __init__(self, reason: str, *, in_doubt: bool) -> None:
        super().__init__(reason)
        self.in_doubt = in_doubt


class AlreadyUnderWay(BotError):
    """A request for the same name is being worked on; `requester` is an id, `requester_name` is for reading.

    `since` is in seconds since the UTC epoch; `waits`: for somebody's yes.
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
    """The list call gave no usable answer, so nothing is known about what exists.

    `code`, `message`, `status` and `trace_id` are as in `domain.outcomes.Refused`. `refused`: the service said no (a 4xx), so
    that asking again at once gets the same answer.
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
    """There is no access key to be had where it comes from.

    `code`: how the call broke off (`net.trouble`), or what was wrong with what came back (`codearts.credentials.key.NoKey`).
    `where` is the address or the file that was asked; `said`, `message` and `status` are the other side's, redacted.
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
    """The ledger could not be asked just now."""


class NotConnected(BotError):
    """There is no usable Socket Mode connection; the text is fit for the log and for readyz."""


class StepCrashed(BotError):
    """A step failed in a way nobody foresaw; what it had done is unknown. The log has the traceback under `reference`."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference
