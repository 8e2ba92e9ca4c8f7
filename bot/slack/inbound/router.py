"""The Bolt app: brings each payload to the handler that a feature registered for it, and its answer back to Slack."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.inbound.answers import Accept, Answer, ShowErrors, Tell
from bot.slack.inbound.failures import answer_failure
from bot.slack.inbound.listeners import CommandListener, FormListener, Listener
from bot.slack.inbound.middleware import PAYLOAD, ReadPayload


def build_bolt(
    *,
    signing_secret: str,
    client: AsyncWebClient,
    authorize: Callable[[], Awaitable[AuthorizeResult]],
    app_id: Callable[[], str | None] = lambda: None,
    listeners: Iterable[Listener],
) -> AsyncApp:
    """A Bolt app that answers in the time its handlers take (docs/design.md).

    `client` has no token: it comes with each request from `authorize`, which knows the result of the one auth.test at
    the start. With a token of its own Bolt would ask auth.test on the first request, out of that request's 3 seconds.
    `app_id` knows our app's id, or does not yet: what names another app is refused.
    """

    # A plain function: Bolt passes arguments by their names, and would pass `self` of a method too.
    async def known() -> AuthorizeResult:
        return await authorize()

    bolt = AsyncApp(
        signing_secret=signing_secret,
        client=client,
        authorize=known,
        before_authorize=ReadPayload(app_id),
        # The default mode polls every 10 ms and loses an ack that is followed by an exception (docs/facts/slack.md
        # section 11). Its price is that nothing may raise after ack(): handlers return their answer instead.
        process_before_response=True,
    )
    for listener in listeners:
        match listener:
            case CommandListener():
                bolt.command(listener.command)(_handler(listener))
            case FormListener():
                bolt.view(listener.callback_id)(_handler(listener))
    bolt.error(answer_failure)
    return bolt


def _handler(listener: Listener) -> Callable[..., Awaitable[None]]:
    async def handle(ack: AsyncAck, context: AsyncBoltContext) -> None:
        answer = await listener.handle(cast(Any, context[PAYLOAD]))
        await _acknowledge(ack, answer)

    return handle


async def _acknowledge(ack: AsyncAck, answer: Answer) -> None:
    match answer:
        case Accept():
            await ack()
        case Tell(text=text):
            await ack(text=text, response_type="ephemeral")
        case ShowErrors(errors=errors):
            await ack(response_action="errors", errors=dict(errors))
