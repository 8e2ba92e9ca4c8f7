"""A feature of the tests' own, so that bot/slack is tested without the bot's: `/lunch` opens a form that orders lunch."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.blocks import input_block, plain, plain_line
from bot.slack.inbound.answers import Accept, Answer
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.listeners import CommandListener, FormListener, Listener
from bot.slack.inbound.payloads import Command, ViewSubmission

COMMAND, CALLBACK_ID = "/lunch", "lunch_order"
DISH, GUESTS, PLACE = "the_dish", "the_guests", "the_place"

VIEW: dict[str, Any] = {
    "type": "modal",
    "callback_id": CALLBACK_ID,
    "title": plain("Order lunch"),
    "submit": plain("Order"),
    "close": plain("Cancel"),
    "blocks": [
        plain_line("The kitchen closes at two."),
        input_block(DISH, "Dish", {"type": "plain_text_input", "action_id": "dish"}, hint="Anything on the menu."),
        input_block(
            GUESTS, "Guests", {"type": "plain_text_input", "action_id": "guests"}, hint="Their names.", optional=True
        ),
        input_block(
            PLACE,
            "Where",
            {
                "type": "conversations_select",
                "action_id": "place",
                "default_to_current_conversation": True,
                "response_url_enabled": True,
            },
            hint="Who should hear of it.",
        ),
    ],
}


class Lunch:
    """Remembers what its handlers were given. `on_command` and `on_form` are what they do, and may be replaced."""

    def __init__(self, opener: FormOpener) -> None:
        self.commands: list[Command] = []
        self.orders: list[ViewSubmission] = []
        self.on_command: Callable[[Command], Awaitable[Answer]] = self.open_form
        self.on_form: Callable[[ViewSubmission], Awaitable[Answer]] = giving(Accept())
        self._opener = opener

    @property
    def listeners(self) -> list[Listener]:
        """What to register."""
        return [
            CommandListener(command=COMMAND, handle=self._command),
            FormListener(callback_id=CALLBACK_ID, handle=self._form),
        ]

    async def open_form(self, command: Command) -> Answer:
        """Answer the command and open the form in the background."""
        self._opener.open_soon(command, VIEW)
        return Accept()

    async def _command(self, command: Command) -> Answer:
        self.commands.append(command)
        return await self.on_command(command)

    async def _form(self, order: ViewSubmission) -> Answer:
        self.orders.append(order)
        return await self.on_form(order)


def giving(answer: Answer) -> Callable[[Any], Awaitable[Answer]]:
    """A handler that always answers this."""

    async def handle(_payload: Any) -> Answer:
        return answer

    return handle


def raising(error: Exception) -> Callable[[Any], Awaitable[Answer]]:
    """A handler that always fails like this."""

    async def handle(_payload: Any) -> Answer:
        raise error

    return handle


async def open_form(slack: LocalSlack, *, channel: str = company.TEAM_SHOP) -> str:
    """Type the command; the id of the form that opens."""
    before = set(slack.views)
    delivery = await slack.command(command=COMMAND, channel=channel)
    assert delivery.error is None, delivery
    await slack.wait_for(lambda: bool(set(slack.views) - before))
    (view_id,) = set(slack.views) - before
    return view_id


def dish(name: str = "soup") -> dict[str, dict[str, Any]]:
    """What is typed into the form."""
    return {DISH: {"dish": name}}
