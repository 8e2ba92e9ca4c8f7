"""The bot's surroundings: a local Slack, a local CodeArts, settings that know of nothing else, and the bot itself."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from bot.app import Service
from bot.config import Settings, describe
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from tests.support.postgres import scratch_database
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, environment_for, running_bot, settings_for

# No test asserts how long something takes, properties included: CI's machine may be busy.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

_OURS = ("SLACK_", "HUAWEICLOUD_", "CLOUD_SDK_", "CODEARTS_", "NAME_PATTERN", "SUPPORT_", "ACCESS_")
_ALSO_OURS = frozenset(name for name, _, _ in describe(Settings))
_WAYS_OUT = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE")


@pytest.fixture(autouse=True, scope="session")
def no_settings_from_outside(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the developer's shell or .env says, no test is affected by it (nor may one write beside the sources)."""
    for name in list(os.environ):
        if name.startswith(_OURS) or name in _ALSO_OURS or name.upper() in _WAYS_OUT:
            del os.environ[name]
    os.chdir(tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN) as server:
        yield server


@pytest.fixture
async def cloud() -> AsyncIterator[LocalCodeArts]:
    async with LocalCodeArts() as server:
        yield server


@pytest.fixture
def settings(slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> Callable[..., Settings]:
    """Builds settings for the two servers; `changes` are variables by name."""

    def build(**changes: object) -> Settings:
        return settings_for(slack, cloud, tmp_path / "bot.sqlite3", **changes)

    return build


@pytest.fixture
def environment(slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path) -> dict[str, str]:
    """The variables of a bot in a process of its own."""
    return environment_for(slack, cloud, tmp_path / "bot.sqlite3")


@pytest.fixture
async def bot(settings: Callable[..., Settings], slack: LocalSlack) -> AsyncIterator[Service]:
    """The whole bot, reachable for the local Slack. One at a time: DBOS is one per process."""
    async with running_bot(settings(), slack) as service:
        yield service


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.sqlite3'}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    with scratch_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Of either database."""
    found: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return found
