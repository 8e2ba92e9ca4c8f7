"""Who the bot is in this workspace: asked once with auth.test at the start, never during a request."""

import asyncio
import logging

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsError
from bot.slack.failures import TOKEN_WRONG, code_of

_FIRST_TRY_SECONDS = 5.0
_PAUSE_MAX_SECONDS = 60.0

logger = logging.getLogger(__name__)


class Identity:
    """The result of auth.test. While Slack cannot be reached the bot works without it, and goes on asking."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._asking: asyncio.Task[None] | None = None
        self._known = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=client.token)
        self.trouble: str | None = "Slack was not asked yet who this bot is"

    @property
    def mention(self) -> str:
        """How the bot is named in a message, in mrkdwn."""
        return f"<@{self._known.bot_user_id}>" if self._known.bot_user_id else "@registry-bot"

    async def authorize(self) -> AuthorizeResult:
        """What Bolt asks for with each request; answered from memory."""
        return self._known

    async def learn(self) -> None:
        """Ask once. Raises `SettingsError` when the token is wrong; when Slack does not answer, asks on in the background."""
        try:
            await asyncio.wait_for(self._ask(), _FIRST_TRY_SECONDS)
        except SettingsError:
            raise
        except Exception as error:  # noqa: BLE001  whatever Slack or the network does, the bot starts
            self._failed(error)
            self._asking = asyncio.create_task(self._ask_on())

    async def forget(self) -> None:
        """Stop asking."""
        if self._asking:
            self._asking.cancel()

    async def _ask_on(self) -> None:
        pause = 1.0
        while self.trouble:
            await asyncio.sleep(pause)
            pause = min(pause * 2, _PAUSE_MAX_SECONDS)
            try:
                await self._ask()
            except Exception as error:  # noqa: BLE001  a wrong token shows in readyz now, the process is already serving
                self._failed(error)

    async def _ask(self) -> None:
        try:
            answer = await self._client.auth_test()
        except SlackApiError as error:
            code = code_of(error)
            if code in TOKEN_WRONG:
                raise SettingsError(
                    f"SLACK_BOT_TOKEN: Slack says {code}. Copy it again from “OAuth & Permissions”."
                ) from None
            raise
        self._known = AuthorizeResult.from_auth_test_response(
            bot_token=self._client.token, auth_test_response=answer, bot_scopes=[]
        )
        self.trouble = None

    def _failed(self, error: Exception) -> None:
        self.trouble = f"auth.test failed: {type(error).__name__}"
        logger.warning("Slack does not say who this bot is yet (%s); asking again", type(error).__name__)
