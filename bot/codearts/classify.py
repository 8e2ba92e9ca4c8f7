"""Decides from the answer alone what a create call did (docs/design.md section 3, rule 4).

`Created` needs a success from the API with the API's own trace id; `Refused` needs a refusal; `NotApplied` is for calls
that certainly had no effect and may be repeated; everything else is `InDoubt` and is looked up.
"""

from collections.abc import Mapping
from http import HTTPStatus

from bot.codearts.answers import (
    BY_SHAPE,
    Document,
    any_trace_id,
    body_trace_id,
    claims_error,
    clean,
    code_field,
    error_details,
    header_fields,
    json_object,
    status_word,
)
from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.domain.registry import Attempt, Created
from bot.domain.vendor_codes import key_refused
from bot.net.retry_after import retry_after
from bot.redaction import Redact

# These 4xx are about timing, not about the request, which may have been applied (499: nginx's "client closed request").
_DOUBTFUL_4XX = frozenset({HTTPStatus.REQUEST_TIMEOUT, 499})

# Two spellings of the gateway's throttling code, https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html
_THROTTLED_CODES = frozenset({"APIGW.0308", "APIG.0308"})


def classify(status: int, headers: Mapping[str, str], body: bytes, redact: Redact = BY_SHAPE) -> Attempt:
    """The meaning of an answer to `POST /cloudartifact/v5/repositories`. Never raises, whatever the bytes are.

    `status` is the HTTP status, `body` the decoded bytes; all text passes `redact`. The first rule that matches decides
    (docs/facts/codearts.md section 2):

    - the body says success: Created for a 2xx with the API's own trace id and a JSON content type, else InDoubt
    - throttled (429, or code 0308 with any status): NotApplied, because the gateway did not forward the call
    - a refusal of the access key itself (401, or one of the gateway's codes for it): NotApplied, for the same reason
    - a 2xx whose body says error: Refused
    - any other 2xx, a 3xx, 408, 499, a 5xx, or a number that is not an HTTP status: InDoubt
    - any other 4xx: Refused, whatever the body is
    """
    fields = header_fields(headers)
    document = json_object(body)
    if document is not None and status_word(document) == "success":
        doubt = _doubt_about_success(status, fields, document, redact)
        if doubt is None:
            return Created(trace_id=body_trace_id(document, redact))
        return _in_doubt(doubt, status, fields, document, redact)
    if status == HTTPStatus.TOO_MANY_REQUESTS or code_field(document) in _THROTTLED_CODES:
        details = error_details(document, redact)
        return NotApplied(
            code=details.code or Reason.THROTTLED,
            message=details.message,
            retry_after=retry_after(fields),
            trace_id=any_trace_id(document, fields, redact),
            status=status,
        )
    if _refuses(status, document):
        details, trace_id = error_details(document, redact), any_trace_id(document, fields, redact)
        if key_refused(details.code or "", status):
            code = details.code or Reason.KEY_REFUSED
            return NotApplied(code=code, message=details.message, trace_id=trace_id, status=status)
        code = details.code or Reason.REFUSED_WITHOUT_CODE
        return Refused(code=code, message=details.message, trace_id=trace_id, status=status)
    unreadable = document is None and _is_2xx(status)
    code = Reason.ANSWER_UNREADABLE if unreadable else Reason.ANSWER_UNCLEAR
    return _in_doubt(code, status, fields, document, redact)


def _doubt_about_success(status: int, headers: Mapping[str, str], document: Document, redact: Redact) -> Reason | None:
    """Why a body that says success is not trusted; None if nothing contradicts it."""
    if not _is_2xx(status) or claims_error(document):
        return Reason.ANSWER_CONTRADICTORY
    if not _is_json(headers.get("content-type", "")):
        return Reason.ANSWER_NOT_JSON
    return Reason.TRACE_ID_MISSING if body_trace_id(document, redact) is None else None


def _in_doubt(
    code: Reason, status: int, headers: Mapping[str, str], document: Document | None, redact: Redact
) -> InDoubt:
    # Both the vendor's code and its message go into `message`, because `code` says why the answer is in doubt.
    message = clean(str(error_details(document, redact)))
    return InDoubt(code=code, message=message, trace_id=any_trace_id(document, headers, redact), status=status)


def _refuses(status: int, document: Document | None) -> bool:
    if _is_2xx(status):
        return document is not None and claims_error(document)
    return status // 100 == 4 and status not in _DOUBTFUL_4XX


def _is_2xx(status: int) -> bool:
    return status // 100 == 2


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type in {"application/json", "text/json"} or media_type.endswith("+json")
