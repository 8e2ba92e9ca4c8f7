"""The client of Slack's Web API. It passes on what the answers say about the bot's token and app."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.codes import TOKEN_WRONG, WORKSPACE_CLOSED, classify, code_of

# Called with the app-level token, so a refusal says nothing about the bot token.
_APP_LEVEL = "apps.connections.open"
_APP_ID = re.compile(r"A[A-Z0-9]{2,}")
# xapp-1-A0123ABCD-1234-…: Slack writes the app's id into the app-level token (UNVERIFIED that it always does).
_IN_APP_TOKEN = re.compile(r"xapp-[0-9]+-(A[A-Z0-9]{2,})-")


class Watcher(Protocol):
    """Receives what the answers say about the bot."""

    def token_refused(self, code: str) -> None:
        """Slack rejects the bot token, or rejects it in this workspace; `code` is Slack's reason."""
        ...

    def app_named(self, app_id: str) -> None:
        """An answer to a call with our token names our app."""
        ...


class WatchedWebClient(AsyncWebClient):
    """The SDK's client. `watcher` and `observe`, which is called with each call and its result, may be set later."""

    watcher: Watcher | None = None
    observe: Callable[[str, str], None] | None = None

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Every method of the SDK ends here."""
        try:
            answer = await super().api_call(api_method, **arguments)
            if not isinstance(answer.data, dict):  # the SDK takes any bytes of the type application/gzip for a success
                raise SlackApiError("the answer is not a JSON object", answer)  # type: ignore[no-untyped-call]
        except Exception as error:
            self._count(api_method, classify(error).kind)
            code = code_of(error) if isinstance(error, SlackApiError) else None
            if self.watcher and api_method != _APP_LEVEL and code in TOKEN_WRONG | WORKSPACE_CLOSED:
                self.watcher.token_refused(code)
            raise
        self._count(api_method, "ok")
        if self.watcher and (app_id := app_id_in(answer.data)):
            self.watcher.app_named(app_id)
        return answer

    def _count(self, api_method: str, result: str) -> None:
        if self.observe is not None:
            self.observe(api_method, result)


def app_id_in(answer: object) -> str | None:
    """Our app's id, if the answer of auth.test, views.open or chat.postMessage contains it."""
    if not isinstance(answer, Mapping):
        return None
    places = (answer, answer.get("view"), answer.get("message"))
    told = (place.get("app_id") for place in places if isinstance(place, Mapping))
    return next((app_id for app_id in told if isinstance(app_id, str) and _APP_ID.fullmatch(app_id)), None)


def app_id_of(app_token: str | None) -> str | None:
    """Our app's id from the app-level token; None if the token does not contain it."""
    found = _IN_APP_TOKEN.match(app_token or "")
    return found[1] if found else None
