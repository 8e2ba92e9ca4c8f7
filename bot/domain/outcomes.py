"""The results of outgoing calls: one taxonomy for CodeArts and for Slack.

A call either succeeds (with its own result, such as `registry.Created` or `slack.outbound.results.Posted`), or ends in one of
three failures, each of which says what the caller may do next:

    Refused      will never succeed as it is; do not repeat it
    NotApplied   certainly had no effect; the same call may be repeated
    InDoubt      sent, with unknown effect; look before repeating it

All of them are plain values that a durable step can record. They contain codes and the other side's own words, never a
sentence of ours: sentences are made where a person reads them (`wording.py` and each feature's own).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol


class Reason(StrEnum):
    """Our own codes. A `code` may also be the other side's: `CR.4102`, `channel_not_found`, `http_503`."""

    # How a call broke off (net/failures.py, codearts/transport.py)
    NAME_NOT_FOUND = "name_not_found"
    CONNECTION_REFUSED = "connection_refused"
    CONNECT_TIMEOUT = "connect_timeout"
    TLS_FAILED = "tls_failed"
    PROXY_UNREACHABLE = "proxy_unreachable"
    PROXY_REFUSED = "proxy_refused"  # it wants a login
    PROXY_FORBIDS = "proxy_forbids"
    PROXY_NO_WAY = "proxy_no_way"
    SHUTTING_DOWN = "shutting_down"
    NOT_SENT = "not_sent"
    NO_ANSWER = "no_answer"
    CONNECTION_BROKE = "connection_broke"
    ANSWER_CUT_OFF = "answer_cut_off"
    ANSWER_TOO_LARGE = "answer_too_large"
    ANSWER_NOT_HTTP = "answer_not_http"
    ANSWER_NOT_DECODED = "answer_not_decoded"
    REDIRECTED = "redirected"
    CALL_FAILED = "call_failed"
    NO_KEY = "no_key"  # no access key could be obtained
    # What an answer of CodeArts says (codearts/classify.py, codearts/listing.py)
    THROTTLED = "throttled"
    KEY_REFUSED = "key_refused"  # the access key itself, and not what was asked with it
    REFUSED_WITHOUT_CODE = "refused_without_code"
    ANSWER_UNCLEAR = "answer_unclear"
    ANSWER_UNREADABLE = "answer_unreadable"
    ANSWER_CONTRADICTORY = "answer_contradictory"
    ANSWER_NOT_JSON = "answer_not_json"
    TRACE_ID_MISSING = "trace_id_missing"
    LIST_UNREADABLE = "list_unreadable"
    LIST_INCOMPLETE = "list_incomplete"
    LIST_TOO_LONG = "list_too_long"
    LIST_IDS_MISSING = "list_ids_missing"
    # The result of a request (features)
    ALREADY_EXISTS = "already_exists"
    TAKEN_MEANWHILE = "taken_meanwhile"
    PERHAPS_OLDER = "perhaps_older"
    OWNER_UNKNOWN = "owner_unknown"
    VIEW_UNPROVEN = "view_unproven"
    SOMEBODY_ELSES = "somebody_elses"
    IN_RECYCLE_BIN = "in_recycle_bin"
    # Our own process
    PROCESS_ENDED = "process_ended"
    STEP_CRASHED = "step_crashed"
    CANCELLED = "cancelled_by_operator"
    # Telling people (slack/outbound, workflow/delivery.py)
    HISTORY_TOO_LONG = "history_too_long"
    PERHAPS_POSTED = "perhaps_posted"
    NO_RESPONSE_URL = "no_response_url"
    GAVE_UP = "gave_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The other side said no.

    `code` is its error code as sent, or one of `Reason`. `message` is its own words: one line of at most 500 characters,
    never ours. `status` is the HTTP status of the answer, where there was one.
    """

    code: str
    message: str | None = None
    trace_id: str | None = None
    status: int | None = None
    kind: Literal["refused"] = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplied:
    """Never sent, or rejected before it was processed. `retry_after` is in seconds, if the other side gave it."""

    code: str
    message: str | None = None
    retry_after: float | None = None
    trace_id: str | None = None
    status: int | None = None
    kind: Literal["not_applied"] = "not_applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """Sent, but the answer was lost or is inconclusive. `code` says why; the other fields are as in `Refused`."""

    code: str
    message: str | None = None
    trace_id: str | None = None
    status: int | None = None
    kind: Literal["in_doubt"] = "in_doubt"


Failure = Refused | NotApplied | InDoubt


class Result(Protocol):
    """The outcome of a request of any feature: a frozen dataclass with at least these fields."""

    @property
    def kind(self) -> str:
        """A word for logs and metrics."""
        ...

    @property
    def trace_id(self) -> str | None:
        """What to quote to the vendor."""
        ...
