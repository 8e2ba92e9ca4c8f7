"""(1) /create-registry: acknowledge at once, (2) open the form before the trigger dies."""

import logging
from typing import Any

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot import wording
from bot.slack.background import Background
from bot.slack.failures import code_of
from bot.slack.references import new_reference
from bot.slack.requests import Command, read_command
from bot.views import form

NAME = "/create-registry"
_HELP_WORDS = frozenset({"help", "--help", "-h", "?"})
# All three mean that the person has to type the command again (docs/facts/slack.md section 2).
_TRIGGER_GONE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})

logger = logging.getLogger(__name__)


class OpenForm:
    """The listener of the command. `region` is shown in the form."""

    def __init__(
        self, *, client: AsyncWebClient, session: aiohttp.ClientSession, region: str, background: Background
    ) -> None:
        self._client = client
        self._session = session
        self._region = region
        self._background = background

    async def __call__(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer in milliseconds; the form is opened in the background, because Slack may take its time."""
        command = read_command(body)
        if command.text.strip().lower() in _HELP_WORDS:
            await ack(text=wording.HELP, response_type="ephemeral")
            return
        await ack()
        self._background.run(self._open(command))

    async def _open(self, command: Command) -> None:
        view = form.build(typed=command.text.strip(), region=self._region)
        try:
            await self._client.views_open(trigger_id=command.trigger_id, view=view)
        except Exception as error:  # noqa: BLE001  whatever it is, the person is waiting for a word
            await self._tell_why(command, error)

    async def _tell_why(self, command: Command, error: Exception) -> None:
        reference = new_reference()
        code = code_of(error)
        logger.warning("the form was not opened: %s, reference %s", code, reference)
        sentence = wording.FORM_EXPIRED if code in _TRIGGER_GONE else wording.FORM_NOT_OPENED
        text = sentence.format(command=command.command, reference=reference)
        webhook = AsyncWebhookClient(command.response_url, session=self._session, retry_handlers=[])
        answer = await webhook.send(text=text, response_type="ephemeral")
        if answer.status_code != 200:
            logger.warning("nor could %s be told: HTTP %s", command.user_id, answer.status_code)
