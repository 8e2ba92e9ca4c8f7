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
from bot.features.approvals.feature import approvals
from bot.features.create_registry.feature import create_registry
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.features.receipts.feature import receipts
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from bot.workflow.delivery_policy import DeliveryPolicy
from tests.support.waiting import until

SIGNING_SECRET, BOT_TOKEN = "51e7ed51e7ed51e7ed51e7ed51e7ed51", "xoxb-the-bot-token"

# As many attempts as matter, in milliseconds instead of minutes.
HURRY = RetryPolicy(
    looks_before=(0.01,),
    repeats=(0.01, 0.01),
    key_repeats=(0.01, 0.01),
    absent_at=(0.01, 0.02),
    unproven_at=0.01,
    look_again=(0.01, 0.02),
    look_up_for=0.03,
    retry_after_max=0.02,
    address_at=(0.05, 0.1),
    recheck_at=(0.1, 0.2),
)

# Retry-After is obeyed, so "the rate allows it again in a second" still costs a second.
QUICK = DeliveryPolicy(progress_after=0.3, pauses=(0.02, 0.05), give_up_after=60)


def connected_to(slack: LocalSlack, cloud: LocalCodeArts) -> dict[str, str]:
    """The variables for working with the two servers, from this host."""
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.api_url,
        "HUAWEICLOUD_SDK_AK": cloud.keys.access_key,
        "HUAWEICLOUD_SDK_SK": cloud.keys.secret_key,
        "HUAWEICLOUD_SDK_DOMAIN_ID": cloud.tenant_id,
        "CODEARTS_PROJECT_ID": cloud.project_id,
        "CODEARTS_ENDPOINT": cloud.base_url,
        "HOST": "127.0.0.1",
    }


def environment_for(slack: LocalSlack, cloud: LocalCodeArts, database: Path) -> dict[str, str]:
    """Every variable that the bot needs, with any free ports."""
    return {
        **connected_to(slack, cloud),
        "CODEARTS_READ_TIMEOUT": "2",
        "DATABASE_URL": f"sqlite:///{database}",
        "PORT": "0",
        "MANAGEMENT_PORT": "0",
    }


def settings_for(slack: LocalSlack, cloud: LocalCodeArts, database: Path, **changes: object) -> Settings:
    """Settings made of these values alone."""
    values: dict[str, Any] = {**environment_for(slack, cloud, database), **changes}
    return Settings(_env_file=None, **values)


@contextlib.asynccontextmanager
async def running_bot(
    settings: Settings,
    slack: LocalSlack,
    *,
    policy: RetryPolicy = HURRY,
    delivery: DeliveryPolicy = QUICK,
    finished_within: float | None = 20.0,
) -> AsyncIterator[Service]:
    """The whole bot; commands and forms of `slack` go to it.

    Ends when every request is finished. With `finished_within=None` it ends like a process that gets SIGTERM, whatever
    is unfinished.
    """
    async with contextlib.AsyncExitStack() as stack:
        unfinished: set[asyncio.Task[Any]] = set()
        stack.push_async_callback(kill_tasks, unfinished)
        features = [create_registry(policy), approvals(), receipts()]
        serving = app.serve(settings, features=features, delivery_policy=delivery)
        service = await stack.enter_async_context(serving)
        slack.request_url = f"{service.address}/slack/events"
        yield service
        if finished_within is None:
            unfinished |= unfinished_tasks()
        else:
            await all_finished(finished_within)
        slack.request_url = None


async def all_finished(seconds: float = 20.0) -> None:
    """Wait until the engine works on nothing. Raises TimeoutError when a request does not end."""
    await until(lambda: not _get_dbos_instance()._active_workflows_set.activeList(), seconds=seconds)


def unfinished_tasks() -> set[asyncio.Task[Any]]:
    """The tasks of the requests that the engine works on."""
    return set(_get_dbos_instance()._workflow_tasks)


async def kill_tasks(tasks: set[asyncio.Task[Any]]) -> None:
    """End tasks, as the end of a process does: in the process of a test they would continue without an engine."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
