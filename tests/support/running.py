"""The bot in the test's own process, in a hurry, against the playground's servers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from dbos._dbos import _get_dbos_instance

from bot import app
from bot.app import Service
from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from bot.workflow.creation import Patience

SIGNING_SECRET, BOT_TOKEN = "the-signing-secret", "xoxb-the-bot-token"

# As many attempts as matter, in milliseconds instead of minutes.
HURRY = Patience(
    looks_before=(0.01,), repeats=(0.01, 0.01), look_ups=(0.01, 0.01), look_up_for=0.03, retry_after_max=0.02
)


def environment_for(slack: LocalSlack, cloud: LocalCodeArts, database: Path) -> dict[str, str]:
    """Every variable that the bot needs to work with the two servers."""
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.api_url,
        "HUAWEICLOUD_SDK_AK": cloud.keys.access_key,
        "HUAWEICLOUD_SDK_SK": cloud.keys.secret_key,
        "HUAWEICLOUD_SDK_DOMAIN_ID": cloud.tenant_id,
        "CODEARTS_PROJECT_ID": cloud.project_id,
        "CODEARTS_ENDPOINT": cloud.base_url,
        "CODEARTS_READ_TIMEOUT": "0.5",
        "DATABASE_URL": f"sqlite:///{database}",
        "HOST": "127.0.0.1",
        "PORT": "0",
    }


def settings_for(slack: LocalSlack, cloud: LocalCodeArts, database: Path, **changes: object) -> Settings:
    """Settings made of these values alone."""
    values: dict[str, Any] = {**environment_for(slack, cloud, database), **changes}
    return Settings(_env_file=None, **values)


@contextlib.asynccontextmanager
async def running_bot(settings: Settings, slack: LocalSlack, *, patience: Patience = HURRY) -> AsyncIterator[Service]:
    """The whole bot; commands and forms of `slack` go to it. Ends when no request is under way any more."""
    async with app.serve(settings, runbook_patience=patience) as service:
        slack.request_url = f"{service.address}/slack/events"
        yield service
        await all_finished()
        slack.request_url = None


async def all_finished(seconds: float = 5.0) -> None:
    """Wait until the engine works on nothing. Raises TimeoutError when a request does not come to an end."""
    async with asyncio.timeout(seconds):
        while _get_dbos_instance()._active_workflows_set.activeList():  # noqa: ASYNC110  DBOS sets no event
            await asyncio.sleep(0.005)
