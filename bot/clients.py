"""Builds every client that calls out of the process; nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

from bot.codearts.client import CodeArts
from bot.codearts.regions import endpoint_for
from bot.redaction import redactor

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.config import CodeArtsSettings, Settings
    from bot.net.resolver import OwnThreadsResolver

# On the session, because slack_sdk ignores its own timeout where a session is given (docs/facts/slack.md section 11).
_SLACK_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)


def build_codearts(settings: CodeArtsSettings, *, resolver: OwnThreadsResolver | None = None) -> CodeArts:
    """The client for the region or the endpoint that is set. Raises `SettingsError` for an unknown region."""
    token = settings.security_token
    return CodeArts(
        endpoint=settings.endpoint or endpoint_for(settings.region),
        access_key=settings.access_key.get_secret_value(),
        secret_key=settings.secret_key.get_secret_value(),
        security_token=token.get_secret_value() if token else None,
        project_id=settings.project_id,
        domain_id=settings.domain_id,
        codearts_project_id=settings.codearts_project_id,
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        resolver=resolver,
        redact=redactor(settings.secrets),
    )


def slack_session(resolver: OwnThreadsResolver | None = None) -> aiohttp.ClientSession:
    """One pool of connections for all calls to Slack. Call it inside the loop that uses it."""
    connector = aiohttp.TCPConnector(resolver=resolver) if resolver else None
    return aiohttp.ClientSession(timeout=_SLACK_TIMEOUT, connector=connector)


def slack_client(settings: Settings, session: aiohttp.ClientSession, *, with_token: bool = True) -> AsyncWebClient:
    """The Web API. The default retry handler posts again after a dropped connection, which doubles a message: none here."""
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415  `registry-bot create` does without it

    token = settings.slack_bot_token.get_secret_value() if with_token else None
    return AsyncWebClient(token=token, base_url=settings.slack_api_url, session=session, retry_handlers=[])
