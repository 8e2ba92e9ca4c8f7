"""Socket Mode clients of the Bolt app, in a hurry, and a local Slack that has Socket Mode switched on."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.socket_mode.client import SocketModeClient
from bot.slack.inbound.socket_mode.timing import Timing
from tests.support.running import BOT_TOKEN, SIGNING_SECRET
from tests.support.waiting import until

APP_TOKEN = "xapp-1-the-app-token"
OPENED = "apps.connections.open"

NewClient = Callable[..., SocketModeClient]
Connect = Callable[..., Awaitable[SocketModeClient]]


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN) as server:
        yield server


@pytest.fixture
async def new_client(bolt: AsyncApp, slack: LocalSlack, session: aiohttp.ClientSession) -> AsyncIterator[NewClient]:
    """Makes clients that are not connected yet; all are closed in the end."""
    clients: list[SocketModeClient] = []

    def make(*, token: str = APP_TOKEN, jitter: Callable[[], float] = lambda: 0.0, **timing: float) -> SocketModeClient:
        web_client = AsyncWebClient(base_url=slack.api_url, session=session, retry_handlers=[])
        client = SocketModeClient(
            bolt=bolt,
            app_token=token,
            client=web_client,
            session=session,
            timing=in_a_hurry(**timing),
            jitter=jitter,
        )
        clients.append(client)
        return client

    yield make
    slack.faults.clear()
    for client in clients:
        await client.close(1)
    await slack.wait_for(lambda: slack.sockets.count == 0)


@pytest.fixture
def connect(new_client: NewClient) -> Connect:
    async def connected(**timing: float) -> SocketModeClient:
        client = new_client(**timing)
        await client.connect()
        assert await client.why_not_ready() == []
        return client

    return connected


def in_a_hurry(**changes: float) -> Timing:
    """Pauses of milliseconds, and no limit that a slow machine could reach."""
    quick = {"first_attempt": 5.0, "hello": 5.0, "silence": 60.0, "retry": 0.01, "retry_max": 0.04, "linger": 0.3}
    return Timing(**{**quick, **changes})


def attempts(slack: LocalSlack) -> int:
    """How often a connection was asked for."""
    return sum(call.method == OPENED for call in slack.calls)


async def until_up(client: SocketModeClient) -> None:
    """Wait until the client is connected."""
    await until(lambda: is_up(client))


async def until_down(client: SocketModeClient, because: str = "") -> None:
    """Wait until the client says that it is not connected, for this reason."""
    await until(lambda: is_down(client, because))


async def is_up(client: SocketModeClient) -> bool:
    return await client.why_not_ready() == []


async def is_down(client: SocketModeClient, because: str = "") -> bool:
    reasons = await client.why_not_ready()
    return bool(reasons) and reasons[0].startswith("the Socket Mode connection is down: ") and because in reasons[0]
