"""Who the bot is in this workspace: found out with auth.test at the start, never while a request waits for its answer."""

import asyncio
import logging
import re

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsError
from bot.slack.codes import TOKEN_WRONG, WORKSPACE_CLOSED, as_id, code_of

_FIRST_ATTEMPT_SECONDS = 5.0
_PAUSE_SECONDS = 1.0
_PAUSE_MAX_SECONDS = 60.0
_COPY_AGAIN = "Copy it again from “OAuth & Permissions”."
_MOVING = "The workspace is moving into an organization: it is asked again until that is done."
_ADMINISTRATOR = "An administrator of the organization has to let the app into this workspace."
_FIXES = {
    "team_access_not_granted": _ADMINISTRATOR,
    "enterprise_is_restricted": _ADMINISTRATOR,
    "accesslimited": "It takes no calls from this network: an administrator has to allow its addresses.",
    "org_login_required": _MOVING,
    "team_added_to_org": _MOVING,
    "account_inactive": "The app was removed or deactivated: install it again and copy the token from “OAuth & Permissions”.",
}

# Links are only built on an address of Slack (docs/facts/slack.md section 4).
_WORKSPACE_URL = re.compile(r"https://[a-z0-9.-]+/?")

logger = logging.getLogger(__name__)


class Identity:
    """The result of auth.test. While Slack cannot be reached, the bot works without it and keeps trying.

    It is also told when Slack stops accepting the token (`slack/web_client.py`): from then on the bot is not ready, and
    tries again from time to time until Slack accepts it. `app_id` is our app's id, if the app-level token contains it.
    """

    def __init__(self, client: AsyncWebClient, *, app_id: str | None = None) -> None:
        self._client = client
        self._asking: asyncio.Task[None] | None = None
        self._known = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=client.token)
        self._problem: str | None = "auth.test has not been called yet"
        self._app_id = app_id
        self._workspace: str | None = None
        self._stopped = False

    @property
    def mention(self) -> str:
        """How to mention the bot in a message, in mrkdwn."""
        user = as_id(self._known.bot_user_id)
        return f"<@{user}>" if user else "@registry-bot"

    @property
    def bot_user(self) -> str | None:
        """The bot's own user id; None until it is known."""
        return as_id(self._known.bot_user_id)

    def permalink(self, channel: str, ts: str) -> str | None:
        """The link to a message; None while the workspace's address is unknown.

        As https://docs.slack.dev/reference/methods/chat.getPermalink gives it: the message's id without its dot.
        """
        return f"{self._workspace}/archives/{channel}/p{ts.replace('.', '')}" if self._workspace else None

    @property
    def app_id(self) -> str | None:
        """The id of our Slack app, or None while it is unknown."""
        return self._app_id

    @property
    def team_id(self) -> str | None:
        """The workspace; None until it is known."""
        return self._known.team_id

    @property
    def enterprise_id(self) -> str | None:
        """The organisation that the workspace belongs to; None if it is unknown or there is none."""
        return self._known.enterprise_id

    @property
    def installation(self) -> str | None:
        """Workspace and bot user, as `T…/U…`, which stay the same when tokens change. None until they are known."""
        known = self._known
        return f"{known.team_id}/{known.bot_user_id}" if known.team_id and known.bot_user_id else None

    async def authorize(self) -> AuthorizeResult:
        """Bolt's authorization of each request, answered from memory."""
        return self._known

    async def why_not_ready(self) -> list[str]:
        """Why the bot's identity is unknown, or why its token is rejected; empty if there is no problem."""
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
        self._stopped = True
        if self._asking:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    def token_refused(self, code: str) -> None:
        """A call was refused because of the token: log it once, and try until the token is accepted again."""
        if self._problem is not None or self._stopped:  # auth.test is being asked already, or never again
            return
        self._failed(_not_accepted(code))
        self._asking = asyncio.create_task(self._keep_asking(at_once=True))

    def app_named(self, app_id: str) -> None:
        """An answer to one of our own calls names our app."""
        self._app_id = app_id

    async def _keep_asking(self, *, at_once: bool = False) -> None:
        wait, pause = (0.0 if at_once else _PAUSE_SECONDS), _PAUSE_SECONDS
        while self._problem:
            await asyncio.sleep(wait)
            wait, pause = pause, min(pause * 2, _PAUSE_MAX_SECONDS)
            try:
                await self._ask()
            except Exception as error:  # noqa: BLE001  the bot is already serving: a wrong token only shows in readyz
                self._failed(error)
        logger.info("Slack says who the bot is, and accepts its token")

    async def _ask(self) -> None:
        try:
            answer = await self._client.auth_test()
        except SlackApiError as error:
            code = code_of(error)
            if code in TOKEN_WRONG:
                raise _not_accepted(code) from None
            raise
        self._known = AuthorizeResult.from_auth_test_response(
            bot_token=self._client.token, auth_test_response=answer, bot_scopes=[]
        )
        url = answer.get("url")
        self._workspace = url.rstrip("/") if isinstance(url, str) and _WORKSPACE_URL.fullmatch(url) else None
        self._problem = None

    def _failed(self, error: Exception) -> None:
        if isinstance(error, SettingsError):
            self._say(str(error), level=logging.ERROR)
        else:
            code = code_of(error)
            closed = code in WORKSPACE_CLOSED
            problem = str(_not_accepted(code)) if closed else f"auth.test failed: {code}"
            self._say(problem, level=logging.ERROR if closed else logging.WARNING, code=code)

    def _say(self, problem: str, *, level: int, **fields: str) -> None:
        """Log a problem once, however often it recurs."""
        if problem != self._problem:
            self._problem = problem
            logger.log(level, "not ready, asking Slack again: %s", problem, extra=fields)


def how_to_fix(code: str) -> str:
    """What an operator has to do when Slack rejects the bot token, or the app in the workspace, with this code."""
    return _FIXES.get(code, _COPY_AGAIN)


def _not_accepted(code: str) -> SettingsError:
    return SettingsError(f"SLACK_BOT_TOKEN: Slack says {code}. {how_to_fix(code)}")
