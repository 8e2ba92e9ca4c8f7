"""Slack: whether it answers, who the bot is there, and whether its token may do what the features need."""

import time
from collections.abc import AsyncIterator

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.access.people import Workspace
from bot.codearts.probe import dated
from bot.config.service import SLACK_API_URL
from bot.domain.findings import Finding, fix, note, ok, wait
from bot.net.failure_codes import failure_code
from bot.observability.check.context import CheckContext
from bot.observability.check.reaching import not_reached
from bot.slack.codes import TOKEN_WRONG, WORKSPACE_CLOSED, as_id, code_of
from bot.slack.needs import REASONS


async def identity(context: CheckContext) -> AsyncIterator[Finding]:
    """To whom the token belongs, and what it may do. Stores the results in `context`."""
    try:
        answer = await context.slack.auth_test()
    except Exception as error:  # noqa: BLE001  the report says it, whatever it is
        note_date(context, "Slack", getattr(getattr(error, "response", None), "headers", None))
        yield refused(context, error)
        return
    note_date(context, "Slack", answer.headers)
    yield ok("slack_identity", user=answer.get("user"), team=answer.get("team"))
    if not answer.get("bot_id") and answer.get("user_id"):
        yield fix("slack_token_of_user")
    context.bot = str(answer.get("user") or context.bot)
    team, user = as_id(answer.get("team_id")), as_id(answer.get("user_id"))
    context.app_id, context.bot_id = as_id(answer.get("app_id")), as_id(answer.get("bot_id"))
    context.workspace = Workspace(team=team, enterprise=as_id(answer.get("enterprise_id")))
    context.installation = f"{team}/{user}" if team and user else None
    for finding in _scopes(context, answer):
        yield finding


def refused(context: CheckContext, error: Exception, *, setting: str = "SLACK_BOT_TOKEN") -> Finding:
    """What a failed call to Slack means."""
    code = code_of(error)
    if not isinstance(error, SlackApiError):
        return _not_reached(context, failure_code(error))
    if code.startswith("http_"):
        status = int(code.removeprefix("http_"))
        if status == 429 or status >= 500:
            return wait("slack_busy", code=code)
        return _not_reached(context, "web_page", status=status)
    if code in TOKEN_WRONG | WORKSPACE_CLOSED:
        return fix("slack_token_refused", code=code, setting=setting)
    return (wait if code == "ratelimited" else fix)("slack_refused", code=code)


def note_date(context: CheckContext, who: str, headers: object) -> None:
    """Store the time of the other side's clock."""
    if hasattr(headers, "get") and (theirs := dated(headers.get("Date"))) is not None:
        context.dates[who] = (theirs, time.time())


def _not_reached(context: CheckContext, failure: str, **values: object) -> Finding:
    url = context.settings.slack_api_url
    return not_reached(
        failure,
        service="Slack",
        setting="SLACK_API_URL",
        url=url,
        chosen=url != SLACK_API_URL,
        network=context.network,
        **values,
    )


def _scopes(context: CheckContext, answer: AsyncSlackResponse) -> list[Finding]:
    said = str(answer.headers.get("x-oauth-scopes", ""))
    granted = context.granted = frozenset(scope.strip() for scope in said.split(",") if scope.strip())
    if not granted:
        return [note("slack_scopes_unknown")]
    found = (
        [fix("slack_scopes_missing", scopes=_listed(missing))] if (missing := context.needs.scopes - granted) else []
    )
    declined = context.needs.optional_scopes - context.needs.scopes - granted
    found += [_declined(declined)] if declined else []
    return found or [ok("slack_scopes")]


def _declined(scopes: frozenset[str]) -> Finding:
    reasons = "; ".join(f"{scope}: {REASONS.get(scope, 'a feature uses it')}" for scope in sorted(scopes))
    return note("slack_scopes_declined", scopes=_listed(scopes), reasons=reasons)


def _listed(scopes: frozenset[str]) -> str:
    return ", ".join(sorted(scopes))
