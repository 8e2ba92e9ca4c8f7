"""(2) Opens a form for whoever typed a command, and tells them when that did not work."""

import logging
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot import wording
from bot.references import new_reference
from bot.slack.codes import APP_RESTRICTED, TOKEN_WRONG, TRIGGER_GONE, TRIGGER_USED, code_of
from bot.slack.inbound.background import Background
from bot.slack.inbound.payloads import Command

logger = logging.getLogger(__name__)


class FormOpener:
    """Opens forms in the background: Slack may take its time, and the command is answered in milliseconds."""

    def __init__(self, *, client: AsyncWebClient, session: aiohttp.ClientSession, background: Background) -> None:
        self._client = client
        self._session = session
        self._background = background

    def open_soon(self, command: Command, view: dict[str, Any]) -> None:
        """Open `view` with the command's trigger, which lives 3 s and works once."""
        self._background.run(self._open(command, view))

    async def _open(self, command: Command, view: dict[str, Any]) -> None:
        try:
            await self._client.views_open(trigger_id=command.trigger_id, view=view)
        except Exception as error:  # noqa: BLE001  whatever it is, the person is waiting for a word
            await self._tell_why(command, error)

    async def _tell_why(self, command: Command, error: Exception) -> None:
        reference = new_reference()
        code = code_of(error)
        if code == TRIGGER_USED:
            # The command came twice, and the trigger opens one form only: the person has it already.
            logger.info("the form was open already", extra={"code": code})
            return
        logger.warning("the form was not opened", extra={"code": code, "reference": reference})
        text = _sentence(code).format(command=command.command, reference=reference)
        webhook = AsyncWebhookClient(command.response_url, session=self._session, retry_handlers=[])
        answer = await webhook.send(text=text, response_type="ephemeral")
        if answer.status_code != 200:
            logger.warning("%s could not be told either: HTTP %s", command.user_id, answer.status_code)


def _sentence(code: str) -> str:
    if code in TRIGGER_GONE:
        return wording.FORM_EXPIRED
    if code in TOKEN_WRONG:
        return wording.FORM_NOT_CONNECTED
    return wording.FORM_RESTRICTED if code == APP_RESTRICTED else wording.FORM_NOT_OPENED
