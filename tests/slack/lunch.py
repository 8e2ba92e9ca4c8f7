"""A feature of the tests' own, so that bot/slack is tested without the bot's: `/lunch` opens a form that orders lunch."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.slack.blocks import input_block, plain, plain_line
from bot.slack.inbound.answers import Accept, Answer
from bot.slack.inbound.events import AppHomeOpened
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.listeners import (
    ActionListener,
    CommandListener,
    FormListener,
    HomeListener,
    Listener,
    MessageShortcutListener,
    ShortcutListener,
)
from bot.slack.inbound.payloads import Command, ViewSubmission
from bot.slack.inbound.presses import MessageShortcut, Press, Shortcut, ShownView
from bot.slack.inbound.telling import Heard

COMMAND, CALLBACK_ID = "/lunch", "lunch_order"
MORE, SHORTCUT, SHORTCUT_HERE = "more_soup", "lunch_shortcut", "lunch_from_message"
BUTTON = {"type": "button", "action_id": MORE, "text": plain("More"), "value": "soup"}
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
    """Remembers what its handlers were given. `on_…` is what they do, and may be replaced."""

    def __init__(self, opener: FormOpener) -> None:
        self.commands: list[Command] = []
        self.orders: list[ViewSubmission] = []
        self.on_command: Callable[[Command], Awaitable[Answer]] = self.open_form
        self.presses: list[Press] = []
        self.shortcuts: list[Shortcut | MessageShortcut] = []
        self.visits: list[AppHomeOpened] = []
        self.on_form: Callable[[ViewSubmission], Awaitable[Answer]] = giving(Accept())
        self.on_press: Callable[[Press], Awaitable[Answer]] = giving(Accept())
        self.on_shortcut: Callable[[Shortcut | MessageShortcut], Awaitable[Answer]] = giving(Accept())
        self.on_visit: Callable[[AppHomeOpened], Awaitable[Answer]] = giving(Accept())
        self._opener = opener

    @property
    def listeners(self) -> list[Listener]:
        """What to register."""
        return [
            CommandListener(command=COMMAND, handle=self._command),
            FormListener(callback_id=CALLBACK_ID, handle=self._form),
            ActionListener(action_id=MORE, handle=self._press),
            ShortcutListener(callback_id=SHORTCUT, handle=self._shortcut),
            MessageShortcutListener(callback_id=SHORTCUT_HERE, handle=self._shortcut),
            HomeListener(handle=self._visit),
        ]

    async def open_form(self, command: Command) -> Answer:
        """Answer the command and open the form in the background."""
        return await self.open_form_of(command)

    async def open_form_of(self, heard: Heard) -> Answer:
        """The same for whatever has a trigger."""
        self._opener.open_soon(heard, VIEW)
        return Accept()

    def change_form(self, shown: ShownView, view: dict[str, Any]) -> Answer:
        """Change it in the background."""
        self._opener.update_soon(shown, view)
        return Accept()

    async def _command(self, command: Command) -> Answer:
        self.commands.append(command)
        return await self.on_command(command)

    async def _form(self, order: ViewSubmission) -> Answer:
        self.orders.append(order)
        return await self.on_form(order)

    async def _press(self, press: Press) -> Answer:
        self.presses.append(press)
        return await self.on_press(press)

    async def _shortcut(self, shortcut: Shortcut | MessageShortcut) -> Answer:
        self.shortcuts.append(shortcut)
        return await self.on_shortcut(shortcut)

    async def _visit(self, visit: AppHomeOpened) -> Answer:
        self.visits.append(visit)
        return await self.on_visit(visit)


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
