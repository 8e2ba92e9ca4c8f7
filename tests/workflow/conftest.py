"""Databases for the engine, and the calls that tell people, made to the local Slack."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack.server import LocalSlack
from bot.slack.outbound.poster import Poster
from bot.workflow import engine
from bot.workflow.database import open_database
from bot.workflow.tables import prepare
from tests.support.running import BOT_TOKEN


@pytest.fixture(autouse=True)
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No person waits here for a form to close."""
    monkeypatch.setattr(engine, "SAVE_WITHIN_SECONDS", 30.0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the SQLite database stands."""
    return tmp_path / "bot.sqlite3"


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[sa.Engine]:
    """A PostgreSQL with our tables in it."""
    engine = open_database(postgres_url)
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
async def poster(slack: LocalSlack) -> AsyncIterator[Poster]:
    """Posts to the local Slack, and waits for an answer for a second and a half."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1.5)) as session:
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])
        yield Poster(client=client, session=session)
