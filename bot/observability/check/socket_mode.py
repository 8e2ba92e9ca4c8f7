"""Socket Mode: whether a connection can be opened, and whether somebody else has one already.

Only Slack's hello says how many there are, so one is opened and closed again at once.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp

from bot.domain.findings import Finding, fix, note, ok, wait
from bot.errors import MalformedRequest
from bot.observability.check.context import CheckContext
from bot.observability.check.slack import refused
from bot.slack.codes import APP_TOKEN_WRONG, as_id, code_of
from bot.slack.inbound.socket_mode.envelopes import Hello, read_frame
from bot.slack.web_client import app_id_of

_SECONDS = 5.0


async def socket_mode(context: CheckContext) -> AsyncIterator[Finding]:
    """No findings if HTTP is used."""
    token = context.settings.slack_app_token
    if token is None:
        return
    try:
        answer = await context.slack.apps_connections_open(app_token=token.get_secret_value())
    except Exception as error:  # noqa: BLE001  the report says it, whatever it is
        code = code_of(error)
        yield fix("socket_mode_refused", code=code) if code in APP_TOKEN_WRONG else refused(context, error)
        return
    others = await _others(context.session, str(answer.get("url")))
    if others is None:
        yield wait("socket_mode_silent")
    elif others:
        yield note("socket_mode_shared", others=others)
    else:
        yield ok("socket_mode")


async def whose_app_token(context: CheckContext) -> AsyncIterator[Finding]:
    """A finding if the two tokens are of two apps. That the app-level token holds its app's ID is not documented."""
    theirs = app_id_of(context.settings.app_token)
    if theirs and (ours := await _app_of_bot(context)) and theirs != ours:
        yield note("app_token_of_another", theirs=theirs, ours=ours)


async def _app_of_bot(context: CheckContext) -> str | None:
    """The app that the bot token belongs to; None if Slack does not tell."""
    if context.app_id is None and context.bot_id is not None:
        with contextlib.suppress(Exception):  # it needs users:read
            answer = await context.slack.bots_info(bot=context.bot_id)
            context.app_id = as_id(answer["bot"].get("app_id"))
    return context.app_id


async def _others(session: aiohttp.ClientSession, url: str) -> int | None:
    """How many other connections the app has; None if no hello arrives."""
    try:
        async with asyncio.timeout(_SECONDS), session.ws_connect(url) as websocket:
            frame = await websocket.receive()
    except (aiohttp.ClientError, OSError, ValueError):  # TimeoutError is an OSError
        return None
    try:
        hello = read_frame(frame.data) if frame.type is aiohttp.WSMsgType.TEXT else None
    except MalformedRequest:
        return None
    return max(hello.connections - 1, 0) if isinstance(hello, Hello) else None
