"""The people of a run: each wants one registry, and does what a person does when Slack says that it did not work."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from itertools import islice

from bot.playground.slack import company
from bot.playground.slack.records import Channel, Delivery, OpenView
from bot.playground.slack.server import LocalSlack
from tests.chaos.plan import Asked
from tests.chaos.timeline import Timeline
from tests.support.people import filled_in

PEOPLE = (company.ANA, company.BEN, company.CHIARA)
CHANNELS = tuple(f"C0CHAOS{number:04d}" for number in range(12))
_FORM_WITHIN = 1.5
_GIVES_UP_AFTER = 120.0
_TAKEN = "already exists"  # somebody else has it: the person gives the name up
_PRESSES_TWICE, _WALKS_AWAY = 0.08, 0.03


def open_channels(slack: LocalSlack) -> None:
    """Make the channels of the run, with everybody in them."""
    for channel in CHANNELS:
        slack.channels[channel] = Channel(id=channel, name=channel.lower(), members={*PEOPLE, company.BOT_USER})


class Crowd:
    """Everybody who came, in `asked`. `addresses` are where the bot listens now; each delivery takes one at random."""

    def __init__(
        self, slack: LocalSlack, timeline: Timeline, choice: random.Random, addresses: Callable[[], Sequence[str]]
    ) -> None:
        self.asked: list[Asked] = []
        self._slack, self._timeline, self._choice, self._addresses = slack, timeline, choice, addresses
        self._forms: dict[str, str] = {}
        self._seen = 0
        self._busy: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many are still at their form."""
        return len(self._busy)

    def arrive(self, count: int, *, within: float) -> None:
        """Let so many more people come during the next seconds."""
        for _ in range(count):
            asked = Asked(
                name=f"r{len(self.asked):05d}", user=self._choice.choice(PEOPLE), channel=self._choice.choice(CHANNELS)
            )
            self.asked.append(asked)
            task = asyncio.create_task(self._ask(asked, self._choice.uniform(0, within)))
            self._busy.add(task)
            task.add_done_callback(self._left)

    def reach(self, address: str) -> None:
        """From now on every delivery goes to one address, whichever process is behind it."""
        self._addresses = lambda: [address]

    async def leave(self) -> None:
        """Send everybody home."""
        for task in tuple(self._busy):
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    def _left(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error

    async def _ask(self, asked: Asked, delay: float) -> None:
        await asyncio.sleep(delay)
        deadline = time.monotonic() + _GIVES_UP_AFTER
        while asked.view_id is None and time.monotonic() < deadline:
            await self._type_command(asked)
        while asked.view_id and not asked.walked_away and time.monotonic() < deadline:
            await self._press(asked, self._slack.views[asked.view_id])
            if asked.accepted:
                return
            # A person that walks away may have been stored all the same: then it is finished like any other.
            asked.walked_away = self._choice.random() < _WALKS_AWAY or _TAKEN in asked.last_answer
            await self._hesitate()

    async def _type_command(self, asked: Asked) -> None:
        self.balance()
        delivery = await self._slack.command(asked.name, user=asked.user, channel=asked.channel)
        asked.last_answer = _said(delivery)
        if delivery.error is None:
            try:
                await self._timeline.until(lambda: self._form_of(asked.name) is not None, seconds=_FORM_WITHIN)
            except TimeoutError:
                return
            asked.view_id = self._form_of(asked.name)
        else:
            await self._hesitate()

    async def _press(self, asked: Asked, form: OpenView) -> None:
        self.balance()
        asked.presses += 1
        times = 2 if self._choice.random() < _PRESSES_TWICE else 1
        delivery = await self._slack.submit(
            form.id, filled_in(name=asked.name, description=_described(asked)), times=times
        )
        asked.last_answer = f"{_said(delivery)} {form.errors or ''}"
        if not form.open:
            asked.accepted_at = time.monotonic()

    async def _hesitate(self) -> None:
        await asyncio.sleep(self._choice.uniform(0.05, 0.25))

    def balance(self) -> None:
        """Let the next delivery go to whichever lives."""
        addresses = self._addresses()
        self._slack.request_url = f"{self._choice.choice(addresses)}/slack/events" if addresses else None

    def _form_of(self, name: str) -> str | None:
        """The first form that was opened with this name filled in."""
        views = self._slack.views
        if len(views) > self._seen:
            for opened in islice(views.values(), self._seen, None):
                self._forms.setdefault(_typed(opened), opened.id)
            self._seen = len(views)
        return self._forms.get(name)


def _described(asked: Asked) -> str | None:
    """Every other person says what it is for, the same at each press."""
    return f"for {asked.user}" if int(asked.name[1:]) % 2 else None


def _typed(opened: OpenView) -> str:
    inputs = (block for block in opened.view["blocks"] if block.get("block_id") == "registry_name")
    return next((str(block["element"].get("initial_value", "")) for block in inputs), "")


def _said(delivery: Delivery) -> str:
    return f"{delivery.kind}: {delivery.status} {delivery.error or ''} {delivery.body[:200]}".strip()
