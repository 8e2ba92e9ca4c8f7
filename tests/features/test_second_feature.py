"""A second feature beside the bot's own, given to the platform from outside: nothing of the platform knows it."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.app import Service
from bot.config import Settings
from bot.domain.registry import Created
from bot.domain.request import Origin, Request
from bot.features.catalogue import FEATURES
from bot.features.contract import Feature, Parts, Platform
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack import company
from bot.playground.slack.records import Message
from bot.playground.slack.server import LocalSlack
from bot.references import new_reference
from bot.slack import blocks
from bot.slack.inbound.answers import Accept, Answer, ShowErrors, Tell
from bot.slack.inbound.listeners import CommandListener, FormListener
from bot.slack.inbound.payloads import Command, ViewSubmission
from bot.slack.needs import ManifestNeeds, SlashCommand
from bot.slack.news import News
from bot.workflow.definition import Workflow
from bot.workflow.durable import Durable, Phase
from tests.support.database import rows
from tests.support.people import ask_for, outcome_of, words
from tests.support.running import QUICK, all_finished

COMMAND, CALLBACK_ID, WORKFLOW = "/toy", "toy_wish", "grant_wish"
WISH, PLACE = "the_wish", "the_place"

VIEW: dict[str, Any] = {
    "type": "modal",
    "callback_id": CALLBACK_ID,
    "title": blocks.plain("Make a wish"),
    "submit": blocks.plain("Wish"),
    "blocks": [
        blocks.plain_line("One toy for each wish."),
        blocks.input_block(WISH, "Wish", {"type": "plain_text_input", "action_id": "wish"}, hint="Any toy."),
        blocks.input_block(
            PLACE,
            "Where",
            {"type": "conversations_select", "action_id": "place", "default_to_current_conversation": True},
            hint="Who may hear of it.",
        ),
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for."""

    toy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What the workflow's step returns."""

    toy: str
    number: int


@dataclass(slots=True, kw_only=True)
class Toys:
    """The feature, and what it did. While `closed`, a wish is granted but rests before it is told."""

    granted: list[str] = field(default_factory=list)
    read_back: list[object] = field(default_factory=list)
    closed: bool = False

    @property
    def feature(self) -> Feature:
        needs = ManifestNeeds(
            slash_commands=frozenset({SlashCommand(command=COMMAND, description="A toy")}),
            scopes=frozenset({"commands"}),
        )
        return Feature(name="toys", needs=needs, build=self._build)

    def _build(self, platform: Platform) -> Parts:
        async def open_form(command: Command) -> Answer:
            if command.text == "help":
                return Tell(text="Toys, for whoever asks.")
            platform.forms.open_soon(command, VIEW)
            return Accept()

        async def accept_form(sent: ViewSubmission) -> Answer:
            toy = sent.view.state.element(WISH, "wish").value or ""
            if toy == "trouble":
                raise RuntimeError("nobody foresaw this")
            if toy == "bomb":
                return ShowErrors(errors={WISH: "No bombs."})
            await platform.accept(WORKFLOW, _request(sent, toy))
            return Accept()

        async def run(request: Request, durable: Durable) -> Created:
            return await self._run(platform, request, durable)

        workflow = Workflow(
            name=WORKFLOW, run=run, recorded=(Wish, Granted), held_name=lambda request: f"toy {request.payload.toy}"
        )
        listeners = (
            CommandListener(command=COMMAND, handle=open_form),
            FormListener(callback_id=CALLBACK_ID, handle=accept_form),
        )
        return Parts(listeners=listeners, workflows=(workflow,))

    async def _run(self, platform: Platform, request: Request, durable: Durable) -> Created:
        delivery = platform.deliveries.of(request, durable)
        durable.enter(Phase.WORKING)
        looking = partial(_says, f"Looking for {request.payload.toy}")
        async with delivery.in_progress(looking, for_requester=looking):
            granted = await durable.step("grant", self._grant, request.payload)
            if self.closed:
                await durable.pause(2)
        self.read_back.append(granted)
        durable.enter(Phase.TELLING)
        told = f"Toy {granted.toy}: granted as number {granted.number}, {request.reference}"
        await delivery.tell(_says(told), News(notice=_says(told)))
        return Created(trace_id=None)

    async def _grant(self, wish: Wish) -> Granted:
        self.granted.append(wish.toy)
        return Granted(toy=wish.toy, number=len(self.granted))


def _request(sent: ViewSubmission, toy: str) -> Request:
    return Request(
        id=f"{sent.team_id}-{sent.view.id}",
        reference=new_reference(),
        origin=Origin(
            door="command",
            requester=sent.user.id,
            team=sent.team_id,
            channel=sent.view.state.element(PLACE, "place").selected_conversation or "",
        ),
        payload=Wish(toy=toy),
        accepted_at=time.time(),
    )


def _says(sentence: str) -> blocks.Message:
    return {"text": sentence, "blocks": [blocks.rich_text([blocks.text(sentence)])]}


@pytest.fixture
def toys() -> Toys:
    return Toys()


@pytest.fixture
async def bot(settings: Callable[..., Settings], slack: LocalSlack, toys: Toys) -> AsyncIterator[Service]:
    async with serving(settings(), slack, toys) as service:
        yield service


@contextlib.asynccontextmanager
async def serving(settings: Settings, slack: LocalSlack, toys: Toys) -> AsyncIterator[Service]:
    features = [*FEATURES, toys.feature]
    async with app.serve(settings, features=features, delivery_policy=QUICK) as service:
        slack.request_url = f"{service.address}/slack/events"
        yield service
        slack.request_url = None


async def open_form(slack: LocalSlack) -> str:
    before = set(slack.views)
    delivery = await slack.command(command=COMMAND)
    assert (delivery.status, delivery.body) == (200, "")
    await slack.wait_for(lambda: bool(set(slack.views) - before))
    (view_id,) = set(slack.views) - before
    return view_id


async def told_of(slack: LocalSlack, toy: str) -> Message:
    """Wait for the outcome; there may be only one."""

    def told() -> list[Message]:
        return [each for each in slack.messages(company.TEAM_SHOP) if each.text.startswith(f"Toy {toy}: ")]

    await slack.wait_for(lambda: bool(told()))
    (message,) = told()
    return message


def stored(database: Path) -> list[tuple[str, str]]:
    """(workflow's name, state) of every request on disk."""
    return sorted(rows(database, "SELECT name, status FROM workflow_status"))


async def test_its_command_opens_its_form(bot: Service, slack: LocalSlack) -> None:
    view_id = await open_form(slack)
    assert slack.views[view_id].view["callback_id"] == CALLBACK_ID
    assert slack.views[view_id].user == company.ANA


async def test_its_command_is_answered_in_its_words(bot: Service, slack: LocalSlack) -> None:
    delivery = await slack.command("help", command=COMMAND)
    assert delivery.json == {"text": "Toys, for whoever asks.", "response_type": "ephemeral"}


async def test_its_request_is_stored_run_once_and_its_outcome_told_in_the_channel(
    bot: Service, slack: LocalSlack, toys: Toys, tmp_path: Path
) -> None:
    view_id = await open_form(slack)
    await slack.submit(view_id, {WISH: {"wish": "kite"}}, times=2)
    message = await told_of(slack, "kite")
    await all_finished()

    assert [delivery.body for delivery in slack.deliveries[-2:]] == ["", ""]
    assert not slack.views[view_id].open
    assert toys.granted == ["kite"]
    assert toys.read_back == [Granted(toy="kite", number=1)]
    assert "granted as number 1, R-" in words(message)
    assert stored(tmp_path / "bot.sqlite3") == [(WORKFLOW, "SUCCESS")]


async def test_its_request_is_finished_by_the_next_process_from_what_was_recorded(
    settings: Callable[..., Settings], slack: LocalSlack, toys: Toys, tmp_path: Path
) -> None:
    toys.closed = True
    async with serving(settings(), slack, toys):
        view_id = await open_form(slack)
        await slack.submit(view_id, {WISH: {"wish": "kite"}})
        async with asyncio.timeout(5):
            while not toys.granted:  # noqa: ASYNC110  the feature sets no event
                await asyncio.sleep(0.005)
    assert stored(tmp_path / "bot.sqlite3") == [(WORKFLOW, "PENDING")]
    async with serving(settings(), slack, toys):
        message = await told_of(slack, "kite")
        await all_finished()
    assert "granted as number 1, R-" in words(message)
    assert toys.granted == ["kite"]
    assert toys.read_back == [Granted(toy="kite", number=1)]
    assert stored(tmp_path / "bot.sqlite3") == [(WORKFLOW, "SUCCESS")]


async def test_what_it_refuses_is_told_at_its_block(bot: Service, slack: LocalSlack, toys: Toys) -> None:
    view_id = await open_form(slack)
    await slack.submit(view_id, {WISH: {"wish": "bomb"}})
    assert slack.views[view_id].errors == {WISH: "No bombs."}
    assert toys.granted == []


async def test_when_its_handler_fails_the_apology_is_shown_at_its_own_block(
    bot: Service, slack: LocalSlack, toys: Toys
) -> None:
    view_id = await open_form(slack)
    await slack.submit(view_id, {WISH: {"wish": "trouble"}})
    opened = slack.views[view_id]
    assert list(opened.errors) == [WISH]
    assert "something went wrong on our side. Nothing was created." in opened.errors[WISH]
    assert "quote R-" in opened.errors[WISH]
    assert opened.trouble is None
    assert toys.granted == []


async def test_registries_are_created_beside_it(
    bot: Service, slack: LocalSlack, cloud: LocalCodeArts, toys: Toys, tmp_path: Path
) -> None:
    view_id = await open_form(slack)
    await slack.submit(view_id, {WISH: {"wish": "shop"}})
    await ask_for(slack, "shop")  # the same word, asked of both
    registry, toy = await outcome_of(slack, "shop"), await told_of(slack, "shop")
    await all_finished()
    assert "Status: success" in words(registry)
    assert "granted as number 1" in words(toy)
    assert [each.display_name for each in cloud.registries] == ["shop"]
    assert stored(tmp_path / "bot.sqlite3") == [("create_registry", "SUCCESS"), (WORKFLOW, "SUCCESS")]
