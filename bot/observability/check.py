"""`registry-bot check`: each thing the bot needs is tried once, and what fails comes with the way to fix it."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from bot.codearts.client import CodeArts
from bot.codearts.regions import docker_warning
from bot.config import Settings, set_twice, strangers
from bot.domain.text import printable
from bot.errors import CannotStart, LookupFailed
from bot.observability.network_fixes import network_fix
from bot.redaction import redactor
from bot.slack.codes import code_of
from bot.workflow.trial import try_out

_PROBE_NAME = "registry-bot-check"
_CLOCK_OFF_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report; `fix` says what to do where it is not good, or may not be."""

    good: bool
    what: str
    fix: str = ""

    def __str__(self) -> str:
        what = printable(self.what)  # the other side's words may be in it
        if not self.fix:
            return f"ok       {what}"
        return f"{'NOTE' if self.good else 'FIX':<8} {what}\n         {self.fix}"


async def examine(
    settings: Settings, *, slack: AsyncWebClient, codearts: CodeArts, scopes: frozenset[str]
) -> list[Finding]:
    """Every finding, in the order in which to fix them; `scopes` are those that the token must have. Creates nothing."""
    findings = [*_oddities(), _region(settings), _database(settings)]
    findings += [finding async for finding in _slack(settings, slack, scopes)]
    findings.append(await _codearts(codearts))
    redact = redactor(settings.secrets)
    return [replace(each, what=redact(each.what), fix=redact(each.fix)) for each in findings]


def _oddities() -> list[Finding]:
    unknown = "Correct its name, or remove it: docs/settings.md lists every setting."
    return [
        *(Finding(good=True, what=line, fix=unknown) for line in strangers(Settings)),
        *(Finding(good=True, what=line, fix="Keep one of them.") for line in set_twice(Settings)),
    ]


def _region(settings: Settings) -> Finding:
    warning = None if settings.endpoint else docker_warning(settings.region)
    if warning:
        return Finding(good=False, what=f"region {settings.region}", fix=warning)
    return Finding(good=True, what=f"region {settings.region}")


def _database(settings: Settings) -> Finding:
    try:
        where = try_out(settings.database_url)
    except CannotStart as error:
        return Finding(good=False, what="database", fix=str(error))
    return Finding(good=True, what=f"database {where} is writable")


async def _slack(settings: Settings, slack: AsyncWebClient, scopes: frozenset[str]) -> AsyncIterator[Finding]:
    try:
        answer = await slack.auth_test()
    except Exception as error:  # noqa: BLE001  the report says it, whatever it is
        code = code_of(error)
        fix = network_fix(code, host=_host(settings.slack_api_url)) or "Check SLACK_BOT_TOKEN and SLACK_API_URL."
        yield Finding(good=False, what=f"Slack: {code}", fix=fix)
        return
    yield Finding(good=True, what=f"Slack: this is {answer.get('user')} in {answer.get('team')}")
    yield _scopes(answer.headers, scopes)
    for finding in (_clock(answer.headers), _signing_secret(settings)):
        if finding:
            yield finding
    if settings.slack_app_token:
        yield await _socket_mode(settings, slack)


def _scopes(headers: Any, required: frozenset[str]) -> Finding:
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",") if scope.strip()}
    missing = ", ".join(sorted(required - granted))
    if granted and missing:
        fix = "Add it under “OAuth & Permissions” of the Slack app, then reinstall the app."
        return Finding(good=False, what=f"Slack: the token lacks {missing}", fix=fix)
    return Finding(
        good=True,
        what="Slack: the token has every required scope" if granted else "Slack: it did not report the token's scopes",
    )


def _clock(headers: Any) -> Finding | None:
    """Where this host's clock is far from Slack's; by a little it always is."""
    try:
        ahead = round(time.time() - parsedate_to_datetime(str(headers.get("Date"))).timestamp())
    except (TypeError, ValueError):
        return None
    if abs(ahead) <= _CLOCK_OFF_SECONDS:
        return None
    which = "ahead of" if ahead > 0 else "behind"
    fix = "Set the clock of this host: requests of Slack are refused from 300 s on, calls to CodeArts from 900 s on."
    return Finding(good=False, what=f"the clock of this host is {abs(ahead)} s {which} Slack's", fix=fix)


def _signing_secret(settings: Settings) -> Finding | None:
    if settings.signing_secret_is_like_slacks:
        return None
    fix = "Compare it with “Basic Information” of the Slack app. Whether it is the right one shows with the first request."
    return Finding(good=True, what="SLACK_SIGNING_SECRET does not look like one of Slack's (32 hex digits)", fix=fix)


async def _socket_mode(settings: Settings, slack: AsyncWebClient) -> Finding:
    token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    try:
        await slack.apps_connections_open(app_token=token)
    except Exception as error:  # noqa: BLE001  the report says it, whatever it is
        code = code_of(error)
        fix = network_fix(code, host=_host(settings.slack_api_url)) or (
            "SLACK_APP_TOKEN needs the scope connections:write, and Socket Mode must be on in the Slack app."
        )
        return Finding(good=False, what=f"Socket Mode: {code}", fix=fix)
    return Finding(good=True, what="Socket Mode: a connection can be opened")


async def _codearts(codearts: CodeArts) -> Finding:
    if not codearts.can_look_up:
        fix = "Set HUAWEICLOUD_SDK_DOMAIN_ID and CODEARTS_PROJECT_ID: without them an unclear answer stays unclear."
        return Finding(good=False, what="CodeArts: nothing can be looked up", fix=fix)
    try:
        await codearts.list_registries(qname=_PROBE_NAME)
    except LookupFailed as error:
        trace_id = f" (trace id {error.trace_id})" if error.trace_id else ""
        fix = network_fix(error.code, host=codearts.host) or (
            "Check the access key, its rights (codeartsartifact:repository:list) and the two ids."
        )
        return Finding(good=False, what=f"CodeArts: {error}{_http(error)}{trace_id}", fix=fix)
    return Finding(good=True, what="CodeArts: credentials and ids are accepted")


def _http(error: LookupFailed) -> str:
    return f" (HTTP {error.status})" if error.status else ""


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the host"
