"""A Bolt app with the tests' own feature in front of the local Slack: bot/slack without the rest of the bot."""

import contextlib
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.background import Background
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.http import BODY_MAX_BYTES, PATH, events_handler
from bot.slack.inbound.identity import Identity
from bot.slack.inbound.router import build_bolt
from bot.slack.inbound.signatures import RefusedSignatures
from bot.slack.inbound.telling import Teller
from tests.slack.lunch import Lunch
from tests.support.running import BOT_TOKEN, SIGNING_SECRET

SESSION_SECONDS = 1.5


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SESSION_SECONDS)) as session:
        yield session


@pytest.fixture
def web_client(slack: LocalSlack, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client with the bot's token, made as the bot makes it."""
    return AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])


@pytest.fixture
async def background() -> AsyncIterator[Background]:
    background = Background()
    yield background
    await background.drain(5)


@pytest.fixture
def teller(web_client: AsyncWebClient, session: aiohttp.ClientSession, background: Background) -> Teller:
    return Teller(client=web_client, session=session, background=background)


@pytest.fixture
def lunch(web_client: AsyncWebClient, teller: Teller, background: Background) -> Lunch:
    return Lunch(FormOpener(client=web_client, teller=teller, background=background))


@pytest.fixture
def new_bolt(
    slack: LocalSlack, session: aiohttp.ClientSession, web_client: AsyncWebClient, teller: Teller, lunch: Lunch
) -> Callable[[], AsyncApp]:
    def build() -> AsyncApp:
        return build_bolt(
            signing_secret=SIGNING_SECRET,
            client=AsyncWebClient(base_url=slack.api_url, session=session, retry_handlers=[]),
            authorize=Identity(web_client).authorize,
            teller=teller,
            listeners=lunch.listeners,
        )

    return build


@pytest.fixture
def bolt(new_bolt: Callable[[], AsyncApp]) -> AsyncApp:
    return new_bolt()


@pytest.fixture
async def http(bolt: AsyncApp, slack: LocalSlack) -> AsyncIterator[str]:
    """The Bolt app over HTTP, with the local Slack sending to it; its address."""
    async with served(bolt, slack) as address:
        yield address


@contextlib.asynccontextmanager
async def served(bolt: AsyncApp, slack: LocalSlack) -> AsyncIterator[str]:
    application = web.Application(client_max_size=BODY_MAX_BYTES)
    application.router.add_post(PATH, events_handler(bolt, RefusedSignatures(SIGNING_SECRET)))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    slack.request_url = address + PATH
    yield address
    slack.request_url = None
    await runner.cleanup()
