"""The bot as a process: it serves until it gets SIGTERM or SIGINT, and ends in order."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from bot.app import serve
from bot.config import Settings
from bot.errors import CannotStart
from bot.features.catalogue import FEATURES
from bot.features.contract import Feature
from bot.observability.start import log_start
from bot.operators import tell_of_failed_start
from bot.self_check import log_findings
from bot.shutdown import END_WITHIN_SECONDS, Ending
from bot.workflow.delivery_policy import DeliveryPolicy

logger = logging.getLogger(__name__)


async def run(
    settings: Settings,
    *,
    ending: Ending,
    features: Sequence[Feature] = FEATURES,
    delivery_policy: DeliveryPolicy | None = None,
) -> None:
    """Serve until a signal comes to `ending`. Raises `CannotStart` before anything listens."""
    told, loop, this = asyncio.Event(), asyncio.get_running_loop(), asyncio.current_task()

    def break_off() -> None:
        told.set()
        if this is not None:
            this.cancel()

    def launching() -> None:
        ending.in_order(partial(loop.call_soon_threadsafe, break_off))

    serving = serve(settings, features=features, delivery_policy=delivery_policy, launching=launching)
    try:
        async with serving as service:
            seconds = settings.drain_seconds + END_WITHIN_SECONDS
            ending.in_order(partial(loop.call_soon_threadsafe, told.set), seconds=seconds)
            log_start(settings, executor_id=service.engine.executor_id)
            logger.info("listening on %s", service.address)
            if service.management:
                logger.info("management on %s", service.management)
            service.background.run(log_findings(settings, acceptance=service.acceptance))
            await told.wait()
            service.health.stopping = True
            logger.info("stopping")
            # A load balancer sees that it is not ready, and stops sending requests.
            await asyncio.sleep(settings.drain_seconds)
    except CannotStart as error:
        await tell_of_failed_start(settings, error)
        raise
    except asyncio.CancelledError:
        if not told.is_set():
            raise
        logger.info("asked to stop while starting")
