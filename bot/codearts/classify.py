"""Decides what became of a create call from the answer alone (design 3.4).

"Created" needs the API's own word with its trace id; "rejected" needs a refusal; what is sure not to have applied may be
repeated; everything else is unconfirmed and will be looked up.
"""

from collections.abc import Mapping
from http import HTTPStatus

from bot.codearts.answers import (
    Complaint,
    Document,
    any_trace_id,
    body_trace_id,
    claims_error,
    code_field,
    complaint,
    json_object,
    retry_after,
    status_word,
)
from bot.registry.models import Attempt, Created, NotApplied, Rejected, Unconfirmed

# 4xx by number, but they speak of time, not of the request: it may have gone through (499 is nginx's "client left").
_DOUBTFUL_4XX = frozenset({HTTPStatus.REQUEST_TIMEOUT, 499})

# Two spellings of the gateway's throttling code, https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html
_THROTTLED_CODES = frozenset({"APIGW.0308", "APIG.0308"})


def classify(status: int, headers: Mapping[str, str], body: bytes) -> Attempt:
    """The meaning of an answer to `POST /cloudartifact/v5/repositories`. Total: never raises, for any bytes.

    `status` is the HTTP status, `body` the decoded bytes. Rows of the decision, first that fits
    (docs/facts/codearts.md section 2):

    - the body says success: Created under 2xx with a trace id of its own and a JSON content type, else Unconfirmed
    - throttled (429, or code 0308 at any status): NotApplied, the gateway did not pass it on
    - 2xx and the body says error: Rejected
    - any other 2xx, 3xx, 408, 499, 5xx, and what is no HTTP status: Unconfirmed
    - any other 4xx: Rejected, whatever the body is
    """
    fields = {name.lower(): value for name, value in headers.items()}
    document = json_object(body)
    if status_word(document) == "success":
        return _after_success(status, fields, document)
    told = complaint(document)
    trace_id = any_trace_id(document, fields)
    if status == HTTPStatus.TOO_MANY_REQUESTS or code_field(document) in _THROTTLED_CODES:
        reason = told.message or f"CodeArts is busy (HTTP {status})."
        return NotApplied(
            code=told.code or "throttled", reason=reason, retry_after=retry_after(fields), trace_id=trace_id
        )
    if _refuses(status, document):
        message = told.message or f"CodeArts refused the request (HTTP {status}) without saying why."
        return Rejected(code=told.code, message=message, trace_id=trace_id)
    return Unconfirmed(reason=_doubt(status, document, told), trace_id=trace_id)


def _after_success(status: int, headers: Mapping[str, str], document: Document | None) -> Created | Unconfirmed:
    """The body says success. It is believed only when nothing beside it says otherwise."""
    trace_id = body_trace_id(document)
    if document is None or not _is_2xx(status) or claims_error(document):
        reason = f"CodeArts contradicts itself: it says success and an error (HTTP {status})."
    elif not _is_json(headers.get("content-type", "")):
        reason = "Something answered success, but not in the form that CodeArts does."
    elif trace_id is None:
        reason = "CodeArts said success, but gave no trace id."
    else:
        return Created(trace_id=trace_id)
    return Unconfirmed(reason=reason, trace_id=any_trace_id(document, headers))


def _refuses(status: int, document: Document | None) -> bool:
    if _is_2xx(status):
        return document is not None and claims_error(document)
    return status // 100 == 4 and status not in _DOUBTFUL_4XX


def _doubt(status: int, document: Document | None, told: Complaint) -> str:
    said = str(told)
    if said:
        return f"CodeArts answered HTTP {status} ({said})."
    if _is_2xx(status) and document is None:
        return f"CodeArts answered HTTP {status} with something that is not its usual answer."
    return f"CodeArts answered HTTP {status}, which says neither success nor refusal."


def _is_2xx(status: int) -> bool:
    return status // 100 == 2


def _is_json(content_type: str) -> bool:
    media = content_type.partition(";")[0].strip().lower()
    return media in {"application/json", "text/json"} or media.endswith("+json")
