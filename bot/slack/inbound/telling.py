"""Tells the person who pressed a button or used a shortcut something, in the place where they did it.

A command is answered in its acknowledgement; the acknowledgement of the others is not shown (docs/facts/slack.md section 4).
"""

import logging
from collections.abc import Coroutine
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot import wording
from bot.slack.blocks import mrkdwn_line, plain
from bot.slack.codes import code_of
from bot.slack.inbound.answers import Tell
from bot.slack.inbound.background import Background
from bot.slack.inbound.payloads import Command
from bot.slack.inbound.presses import MessageShortcut, Press, Shortcut

# Payloads with a trigger for opening a view.
Heard = Command | Press | Shortcut | MessageShortcut

logger = logging.getLogger(__name__)


class Teller:
    """Works in the background, so that the answer to Slack does not wait."""

    def __init__(self, *, client: AsyncWebClient, session: aiohttp.ClientSession, background: Background) -> None:
        self._client = client
        self._session = session
        self._background = background

    def tell_soon(self, heard: Heard, text: str) -> None:
        """Show `text`, in mrkdwn."""
        self.answer_soon(heard, Tell(text=text))

    def answer_soon(self, heard: Heard, answer: Tell) -> None:
        """Show the answer."""
        self._background.run(self._answer(heard, answer))

    def answer_later(self, heard: Heard, finding: Coroutine[Any, Any, Tell | None]) -> None:
        """Show the answer when it is available; None shows nothing."""
        self._background.run(self._answer_when(heard, finding))

    async def tell(self, heard: Heard, text: str, *, trigger_spent: bool = False) -> None:
        """Show it as an ephemeral message, else in a separate view, else (`trigger_spent`) as a direct message."""
        await self._answer(heard, Tell(text=text), trigger_spent=trigger_spent)

    async def _answer_when(self, heard: Heard, finding: Coroutine[Any, Any, Tell | None]) -> None:
        if answer := await finding:
            await self._answer(heard, answer)

    async def _answer(self, heard: Heard, answer: Tell, *, trigger_spent: bool = False) -> None:
        text = answer.text
        try:
            url = None if isinstance(heard, Shortcut) else heard.response_url
            if url:
                await self._respond(url, answer)
            elif trigger_spent:
                await self._client.chat_postMessage(channel=heard.user_id, text=text, unfurl_links=False)
            elif isinstance(heard, Press) and heard.view is not None and heard.view.type == "modal":
                await self._client.views_push(trigger_id=heard.trigger_id, view=note_view(text))
            else:
                await self._client.views_open(trigger_id=heard.trigger_id, view=note_view(text))
        except Exception as error:  # noqa: BLE001  whatever it is, there is no other way to tell them
            logger.warning("%s could not be told", heard.user_id, extra={"code": code_of(error)})

    async def _respond(self, url: str, answer: Tell) -> None:
        webhook = AsyncWebhookClient(url, session=self._session, retry_handlers=[])
        taken = await webhook.send(
            text=answer.text,
            blocks=list(answer.blocks) or None,
            response_type="ephemeral",
            replace_original=answer.in_place,
        )
        if taken.status_code != 200:
            logger.warning("an ephemeral message was refused: HTTP %s", taken.status_code)


def note_view(text: str) -> dict[str, object]:
    """A view with a short text, in mrkdwn."""
    return {
        "type": "modal",
        "title": plain(wording.NOTE_TITLE),
        "close": plain(wording.NOTE_CLOSE),
        "blocks": [mrkdwn_line(text)],
    }
