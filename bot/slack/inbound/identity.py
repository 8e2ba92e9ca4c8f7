"""Who the bot is in this workspace: asked with auth.test at the start, never while a request waits for its answer."""

import asyncio
import logging

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsError
from bot.slack.codes import TOKEN_WRONG, as_id, code_of

_FIRST_ATTEMPT_SECONDS = 5.0
_PAUSE_SECONDS = 1.0
_PAUSE_MAX_SECONDS = 60.0

logger = logging.getLogger(__name__)


class Identity:
    """The result of auth.test. While Slack cannot be reached the bot works without it and keeps asking."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._asking: asyncio.Task[None] | None = None
        self._known = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=client.token)
        self._problem: str | None = "auth.test has not been called yet"

    @property
    def mention(self) -> str:
        """How to mention the bot in a message, in mrkdwn."""
        user = as_id(self._known.bot_user_id)
        return f"<@{user}>" if user else "@registry-bot"

    async def authorize(self) -> AuthorizeResult:
        """What Bolt asks for with each request; answered from memory."""
        return self._known

    async def why_not_ready(self) -> list[str]:
        """Why it is not known who the bot is; empty once it is."""
        return [self._problem] if self._problem else []

    async def start(self) -> None:
        """Call auth.test. If Slack does not answer, keep asking in the background.

        Raises `SettingsError` when the token is wrong.
        """
        try:
            await asyncio.wait_for(self._ask(), _FIRST_ATTEMPT_SECONDS)
        except SettingsError:
            raise
        except Exception as error:  # noqa: BLE001  whatever Slack or the network does, the bot starts
            self._failed(error)
            self._asking = asyncio.create_task(self._keep_asking())

    async def stop(self) -> None:
        """Stop asking."""
        if self._asking:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _keep_asking(self) -> None:
        pause = _PAUSE_SECONDS
        while self._problem:
            await asyncio.sleep(pause)
            pause = min(pause * 2, _PAUSE_MAX_SECONDS)
            try:
                await self._ask()
            except Exception as error:  # noqa: BLE001  the bot is already serving: a wrong token only shows in readyz
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
        self._problem = None

    def _failed(self, error: Exception) -> None:
        if isinstance(error, SettingsError):
            self._problem = str(error)
            logger.warning("auth.test failed, trying again: %s", error)
        else:
            code = code_of(error)
            self._problem = f"auth.test failed: {code}"
            logger.warning("auth.test failed, trying again", extra={"code": code})
