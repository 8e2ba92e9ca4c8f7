"""The whole bot in the test's own process, with pauses of milliseconds in everything that it repeats."""

import contextlib
from collections.abc import AsyncIterator

from bot import app
from bot.app import Service
from bot.config import Settings
from bot.playground.slack.server import LocalSlack
from bot.workflow.creation import Patience
from bot.workflow.delivery import Persistence
from tests.support.running import HURRY, all_finished

# Retry-After is obeyed, so "the rate allows it again in a second" still costs a second.
PERSISTENT = Persistence(pauses=(0.02, 0.05), give_up_after=60, courtesy=0.5)


@contextlib.asynccontextmanager
async def hurried_bot(
    settings: Settings, slack: LocalSlack, *, patience: Patience = HURRY, persistence: Persistence = PERSISTENT
) -> AsyncIterator[Service]:
    """As `running_bot`, but the announcements are in a hurry too."""
    async with app.serve(settings, runbook_patience=patience, persistence=persistence) as service:
        slack.request_url = f"{service.address}/slack/events"
        yield service
        await all_finished(10)
        slack.request_url = None
