"""The Bolt app: passes each payload to the handler that a feature registered, and the answer back to Slack."""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import wording
from bot.slack.inbound.answers import Accept, Answer, ShowErrors, ShowView, Tell
from bot.slack.inbound.command_words import by_command
from bot.slack.inbound.events import APP_HOME_OPENED
from bot.slack.inbound.failures import error_handler
from bot.slack.inbound.heard import log_answer
from bot.slack.inbound.listeners import (
    ActionListener,
    CommandListener,
    FormListener,
    HomeListener,
    Listener,
    MessageShortcutListener,
    ShortcutListener,
)
from bot.slack.inbound.middleware import HANDLER, PAYLOAD, ReadPayload
from bot.slack.inbound.payloads import Command, Payload
from bot.slack.inbound.presses import MessageShortcut, Press, Shortcut
from bot.slack.inbound.telling import Teller
from bot.slack.inbound.verification import VerifyThen

Handler = Callable[[Any], Awaitable[Answer]]


def build_bolt(
    *,
    signing_secret: str,
    previous_secret: str | None = None,
    client: AsyncWebClient,
    authorize: Callable[[], Awaitable[AuthorizeResult]],
    app_id: Callable[[], str | None] = lambda: None,
    teller: Teller,
    listeners: Iterable[Listener],
    contact: str | None = None,
) -> AsyncApp:
    """A Bolt app that answers in the time its handlers take (docs/design.md).

    `client` has no token: `authorize` supplies it with each request, from the result of auth.test at the start. If the
    client had a token, Bolt would call auth.test during the first request, within its 3 seconds. `app_id` returns our app's
    id, or None while it is unknown; payloads for another app are refused. `contact` is named in the help of commands.
    `previous_secret` is accepted in addition to `signing_secret`.
    """

    # A plain function: Bolt passes arguments by their names, and would pass `self` of a method too.
    async def known() -> AuthorizeResult:
        return await authorize()

    read = ReadPayload(app_id)
    secrets = [signing_secret, previous_secret] if signing_secret and previous_secret else []
    bolt = AsyncApp(
        signing_secret=signing_secret,
        client=client,
        authorize=known,
        before_authorize=VerifyThen(secrets, read) if secrets else read,
        request_verification_enabled=not secrets,
        # The default mode polls every 10 ms and loses an ack that is followed by an exception (docs/facts/slack.md
        # section 11). Its price is that nothing may raise after ack(): handlers return their answer instead.
        process_before_response=True,
    )
    for listener in by_command(listeners, contact=contact):
        _register(bolt, listener, _handler(listener.handle, teller, name=listener.name))
    # Last, because the first that fits is taken: messages keep their buttons for years.
    bolt.action(re.compile(".*"))(_handler(_unknown_button, teller, name="unknown_button"))
    bolt.error(error_handler(teller))
    return bolt


def _register(bolt: AsyncApp, listener: Listener, handle: Callable[..., Awaitable[None]]) -> None:
    match listener:
        case CommandListener():
            bolt.command(listener.command)(handle)
        case FormListener():
            bolt.view(listener.callback_id)(handle)
        case ActionListener():
            known_by = {"action_id": listener.action_id, "block_id": listener.block_id}
            bolt.block_action({key: known for key, known in known_by.items() if known})(handle)
        case ShortcutListener():
            bolt.global_shortcut(listener.callback_id)(handle)
        case MessageShortcutListener():
            bolt.message_shortcut(listener.callback_id)(handle)
        case HomeListener():
            bolt.event(APP_HOME_OPENED)(handle)


def _handler(answer_to: Handler, teller: Teller, *, name: str) -> Callable[..., Awaitable[None]]:
    async def handle(ack: AsyncAck, context: AsyncBoltContext) -> None:
        context[HANDLER] = name
        payload: Payload = cast(Any, context[PAYLOAD])
        answer = await answer_to(payload)
        log_answer(name, payload, answer)
        await _acknowledge(ack, answer, payload, teller)

    return handle


async def _unknown_button(_press: Press) -> Answer:
    return Tell(text=wording.BUTTON_UNKNOWN)


async def _acknowledge(ack: AsyncAck, answer: Answer, payload: Payload, teller: Teller) -> None:
    match answer:
        case Accept():
            await ack()
        case Tell() if isinstance(payload, Command):
            await ack(text=answer.text, blocks=answer.blocks or None, response_type="ephemeral")
        case Tell():
            if isinstance(payload, Press | Shortcut | MessageShortcut):
                teller.answer_soon(payload, answer)
            await ack()
        case ShowErrors(errors=errors):
            await ack(response_action="errors", errors=dict(errors))
        case ShowView(view=view):
            await ack(response_action="update", view=dict(view))
