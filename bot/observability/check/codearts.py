"""CodeArts: whether it answers as CodeArts does, whether the key is accepted, and what it may do."""

import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from bot.codearts import rights
from bot.codearts.probe import ProbeAnswer
from bot.codearts.regions import endpoint_for
from bot.codearts.wire import list_path, query_string
from bot.config import Settings
from bot.domain.credentials import Way
from bot.domain.findings import Finding, fix, ok, untried, wait
from bot.observability.check.codearts_ids import wrong_ids
from bot.observability.check.context import CheckContext
from bot.observability.check.reaching import not_reached

_NO_ID = "0" * 32  # in place of one that is not set: the gateway looks at the signature first
_SERVER_TIME = re.compile(r"server time:\s*([0-9]{8}T[0-9]{6}Z)")
_EXPIRED = "signature expired"  # docs/facts/codearts.md section 3c
_NO_SUCH_API = re.compile(r"APIG(?:W)?\.0101")  # section 2c
_QUERY = query_string({"page_no": 1, "page_size": 1, "qname": "registry-bot-check", "is_recycle_bin": "false"})


async def codearts(context: CheckContext) -> AsyncIterator[Finding]:
    """The list call, as the bot makes it; then what the account says about itself."""
    settings = context.settings
    endpoint = endpoint_of(settings)
    tenant, project = settings.domain_id or _NO_ID, settings.codearts_project_id or _NO_ID
    path = list_path(domain_id=tenant, codearts_project_id=project)
    answer = await context.probe.get(f"{endpoint}{path}?{_QUERY}", in_project=True)
    _keep_date(context, answer)
    if is_expired(answer):
        return  # the check of the clock reports it
    if (failure := _service_failure(context, answer, endpoint)) is not None:
        context.accepted = False if answer.status == HTTPStatus.UNAUTHORIZED else None
        yield failure
        return
    context.accepted = True
    yield ok("codearts_key", host=urlsplit(endpoint).hostname)
    found, certain = ([], True) if answer.succeeded else await wrong_ids(context)
    for finding in found or [_right_to_list(answer, certain=certain)]:
        yield finding
    for right in sorted(context.rights - {rights.LIST}):
        yield untried("codearts_right_untried", right=right)


def endpoint_of(settings: Settings) -> str:
    """The base URL that is called."""
    return (settings.endpoint or endpoint_for(settings.region)).rstrip("/")


def is_busy(answer: ProbeAnswer) -> bool:
    """Whether the service may answer properly later."""
    return answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.TOO_MANY_REQUESTS


def is_expired(answer: ProbeAnswer) -> bool:
    """Whether it was refused because of the date in the signature."""
    return not answer.succeeded and _EXPIRED in answer.message.lower()


def _service_failure(context: CheckContext, answer: ProbeAnswer, endpoint: str) -> Finding | None:
    """Why the service did not process the query; None if it did."""
    if answer.failure is not None:
        return _not_reached(context, answer.failure, endpoint)
    if answer.document is None and not is_busy(answer):
        return _not_reached(context, "web_page", endpoint, status=answer.status)
    values = {"code": answer.code or f"http_{answer.status}", "message": answer.message, "status": answer.status}
    if is_busy(answer):
        return wait("codearts_busy", **values)
    code = _why_refused(context.settings, answer)
    if code is None:
        return None
    source = context.settings.profile if code == "codearts_profile_refused" else ""
    return fix(code, host=urlsplit(endpoint).hostname, trace_id=answer.trace_id, source=source, **values)


def _why_refused(settings: Settings, answer: ProbeAnswer) -> str | None:
    if answer.status == HTTPStatus.NOT_FOUND or _NO_SUCH_API.search(answer.code):
        return "codearts_no_such_api"
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return _credential(settings, answer)
    # The service itself says DEV.CR.4102 or the like.
    of_gateway = answer.status == HTTPStatus.FORBIDDEN and answer.code.startswith("APIG")
    return "codearts_not_let_in" if of_gateway else None


def _credential(settings: Settings, answer: ProbeAnswer) -> str:
    way = settings.ways[0]
    if way is not Way.SETTINGS:
        return "codearts_profile_refused" if way is Way.PROFILE else "codearts_agency_refused"
    if "security token" in answer.message.lower() or "securitytoken" in answer.message.lower():
        return "codearts_token_refused" if settings.security_token else "codearts_token_missing"
    return "codearts_token_refused" if settings.security_token else "codearts_key_refused"


def _not_reached(context: CheckContext, failure: str, endpoint: str, **values: object) -> Finding:
    return not_reached(
        failure,
        service="CodeArts",
        setting="CODEARTS_ENDPOINT",
        url=endpoint,
        chosen=context.settings.endpoint is not None,
        network=context.network,
        **values,
    )


def _right_to_list(answer: ProbeAnswer, *, certain: bool) -> Finding:
    if answer.succeeded:
        readable = isinstance((answer.document or {}).get("result"), dict)
        return ok("codearts_list") if readable else fix("codearts_list_unreadable", status=answer.status)
    return fix(
        "codearts_list_refused" if certain else "codearts_list_refused_perhaps",
        code=answer.code or f"http_{answer.status}",
        message=answer.message,
        right=rights.LIST,
        trace_id=answer.trace_id,
    )


def _keep_date(context: CheckContext, answer: ProbeAnswer) -> None:
    said = _SERVER_TIME.search(answer.message)
    theirs = datetime.strptime(said[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp() if said else answer.dated
    if theirs is not None:
        context.dates["CodeArts"] = (theirs, time.time())
