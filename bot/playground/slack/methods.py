"""The Web API: which methods there are, what each needs, and how a call is decoded and answered.

`COVERED` documents the methods of this stand-in; a test compares it with `METHODS`. Any other method is `unknown_method`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from bot.playground.serving import JSON_TYPE, Answer
from bot.playground.slack import chat, company, conversations, homes, modals
from bot.playground.slack.records import SlackRefusal, WebCall
from bot.playground.slack.workspace import Workspace

Handler = Callable[[Workspace, Mapping[str, Any], frozenset[str]], dict[str, Any]]

COVERED = frozenset(
    {
        "auth.test",
        "apps.connections.open",
        "chat.getPermalink",
        "chat.postEphemeral",
        "chat.postMessage",
        "chat.update",
        "conversations.history",
        "conversations.info",
        "conversations.open",
        "conversations.replies",
        "usergroups.users.list",
        "users.info",
        "views.open",
        "views.publish",
        "views.push",
        "views.update",
    }
)
ALL_SCOPES = frozenset(
    {
        "commands",
        "chat:write",
        "chat:write.public",
        "im:write",
        "usergroups:read",
        "users:read",
        *(f"{kind}:{verb}" for kind in ("channels", "groups", "im") for verb in ("read", "history")),
    }
)
_JSON_ARGUMENTS = ("blocks", "view", "metadata", "attachments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A Web API method: its function, the scope that it always needs, and whether it takes the app-level token."""

    handler: Handler
    scope: str | None = None
    app_level: bool = False


@dataclass(kw_only=True)
class Credentials:
    """What the app was given when it was installed. `refused`: Slack's code once it no longer accepts the bot token."""

    bot_token: str
    app_token: str | None
    scopes: frozenset[str]
    refused: str | None = None

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The headers of every answer of the Web API."""
        return {**JSON_TYPE, "X-OAuth-Scopes": ",".join(sorted(self.scopes))}


def auth_test(workspace: Workspace, _args: Mapping[str, Any], _scopes: frozenset[str]) -> dict[str, Any]:
    """auth.test: whom the token belongs to."""
    bot = workspace.users[company.BOT_USER]
    return {
        "url": company.TEAM_URL,
        "team": company.TEAM_NAME,
        "team_id": company.TEAM_ID,
        "user": bot.name,
        "user_id": bot.id,
        "bot_id": company.BOT_ID,
        "app_id": company.APP_ID,
        "app_name": "Registry Bot",
        "is_enterprise_install": False,
    }


def open_connection(workspace: Workspace, _args: Mapping[str, Any], _scopes: frozenset[str]) -> dict[str, Any]:
    """apps.connections.open: the address of a WebSocket, valid for one connection."""
    return {"url": workspace.new_socket_url()}


METHODS: Mapping[str, Method] = {
    "auth.test": Method(handler=auth_test),
    "apps.connections.open": Method(handler=open_connection, app_level=True),
    "chat.getPermalink": Method(handler=chat.permalink),
    "chat.postEphemeral": Method(handler=chat.post_ephemeral, scope="chat:write"),
    "chat.postMessage": Method(handler=chat.post_message, scope="chat:write"),
    "chat.update": Method(handler=chat.update, scope="chat:write"),
    "conversations.history": Method(handler=conversations.history),
    "conversations.info": Method(handler=conversations.conversation_info),
    "conversations.open": Method(handler=conversations.open_conversation, scope="im:write"),
    "conversations.replies": Method(handler=conversations.replies),
    "usergroups.users.list": Method(handler=conversations.group_members, scope="usergroups:read"),
    "users.info": Method(handler=conversations.user_info, scope="users:read"),
    "views.open": Method(handler=modals.open_view),
    "views.publish": Method(handler=homes.publish_view),
    "views.push": Method(handler=modals.push_view),
    "views.update": Method(handler=modals.update_view),
}


def decoded(*, content_type: str, body: bytes, query: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a call: from the query, then from the body, which is JSON or a form with JSON inside."""
    args: dict[str, Any] = dict(query)
    if "json" in content_type:
        args.update(_json_object(body))
    elif body:
        args.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    for key in _JSON_ARGUMENTS:
        if isinstance(args.get(key), str) and args[key]:
            args[key] = _json_or_text(args[key])
    return args


def perform(workspace: Workspace, credentials: Credentials, call: WebCall, token: str) -> Answer:
    """Carry out a call and answer as Slack does: HTTP 200 with `ok`, but 429 for `ratelimited`."""
    try:
        method = METHODS.get(call.method)
        if method is None:
            raise SlackRefusal("unknown_method", req_method=call.method)
        _check_token(method, credentials, token)
        _check_scope(method, credentials)
        call.answer = {"ok": True, **method.handler(workspace, call.args, credentials.scopes)}
        call.applied = True
    except SlackRefusal as refusal:
        call.answer = refusal.as_answer()
        if refusal.retry_after is not None:
            headers = {**credentials.headers, "Retry-After": str(refusal.retry_after)}
            return Answer(429, json.dumps(call.answer).encode(), headers)
    return Answer(200, json.dumps(call.answer).encode(), credentials.headers)


def _check_token(method: Method, credentials: Credentials, token: str) -> None:
    if not token:
        raise SlackRefusal("not_authed")
    wanted = credentials.app_token if method.app_level else credentials.bot_token
    if token == wanted:
        if credentials.refused is not None and not method.app_level:
            raise SlackRefusal(credentials.refused)
        return
    known = {credentials.bot_token, credentials.app_token}
    raise SlackRefusal("not_allowed_token_type" if token in known else "invalid_auth")


def _check_scope(method: Method, credentials: Credentials) -> None:
    if method.scope is not None and method.scope not in credentials.scopes:
        provided = ",".join(sorted(credentials.scopes))
        raise SlackRefusal("missing_scope", needed=method.scope, provided=provided)


def _json_object(body: bytes) -> dict[str, Any]:
    parsed = _json_or_text(body)
    return parsed if isinstance(parsed, dict) else {}


def _json_or_text(raw: str | bytes) -> object:
    try:
        return json.loads(raw)
    except ValueError:
        return raw
