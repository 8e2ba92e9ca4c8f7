"""A local Slack with the real client of slack_sdk, and a local CodeArts asked with the vendor's own signatures."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack

from .hand_clock import HandClock

BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-local", "xapp-local", "local-signing-secret"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly, whatever proxy the machine has set: slack_sdk would send even this through it."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clock() -> HandClock:
    """A clock that stops until a test moves it."""
    return HandClock()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """One client session."""
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def slack(clock: HandClock) -> AsyncIterator[LocalSlack]:
    """A local Slack on the hand clock."""
    server = LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN, clock=clock)
    async with server:
        yield server


@pytest.fixture
def web(slack: LocalSlack, session: aiohttp.ClientSession) -> AsyncWebClient:
    """The real Web API client, pointed at the local Slack; it never calls twice by itself."""
    return AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])


@pytest.fixture
async def cloud(clock: HandClock) -> AsyncIterator[LocalCodeArts]:
    """A local CodeArts on the hand clock."""
    async with LocalCodeArts(clock=clock) as server:
        yield server
