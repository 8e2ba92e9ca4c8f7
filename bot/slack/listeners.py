"""The Bolt app and all that it listens to: this list is the list of what the bot does in Slack."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import command
from bot.slack.command import OpenForm
from bot.slack.failures import answer_failure
from bot.slack.requests import CheckShape
from bot.slack.submission import AcceptForm
from bot.views import form


def build_bolt(
    *,
    signing_secret: str,
    client: AsyncWebClient,
    authorize: Callable[[], Awaitable[AuthorizeResult]],
    open_form: OpenForm,
    accept_form: AcceptForm,
) -> AsyncApp:
    """A Bolt app that answers in the time its listeners take (design 6).

    `client` bears no token: it comes with each request from `authorize`, which knows the result of the one auth.test at
    the start. With a token of its own Bolt would ask auth.test on the first request, out of that request's 3 seconds.
    """

    # Plain functions: Bolt passes arguments by their names, and would pass `self` of a method too.
    async def known() -> AuthorizeResult:
        return await authorize()

    async def on_command(ack: AsyncAck, body: dict[str, Any]) -> None:
        await open_form(ack, body)

    async def on_submission(ack: AsyncAck, body: dict[str, Any]) -> None:
        await accept_form(ack, body)

    bolt = AsyncApp(
        signing_secret=signing_secret,
        client=client,
        authorize=known,
        before_authorize=CheckShape(),
        # The default mode polls every 10 ms and loses an ack that is followed by an exception (docs/facts/slack.md 11).
        # Its price: nothing may raise after ack(), so the listeners end with it.
        process_before_response=True,
    )
    bolt.command(command.NAME)(on_command)
    bolt.view(form.CALLBACK_ID)(on_submission)
    bolt.error(answer_failure)
    return bolt
