"""`python -m tests.chaos.hurried`: what `registry-bot run` serves, with look-ups that take 6 s instead of ten minutes.

For the short runs: a request that was killed on its way to CodeArts would keep them waiting. An absence still has to hold
for longer than the slowest call of storm.py takes. The progress message comes early, so that it meets kills too. The long
runs start the command itself.
"""

import asyncio

from bot import process
from bot.config import Settings, read
from bot.features.approvals.feature import approvals
from bot.features.create_registry.feature import create_registry
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.observability import logs
from bot.shutdown import heed_signals
from bot.workflow.delivery_policy import DeliveryPolicy

RETRIES = RetryPolicy(absent_at=(1, 2, 4, 6), unproven_at=6, look_again=(1, 2), address_at=(1, 3), recheck_at=(5, 10))
DELIVERY = DeliveryPolicy(progress_after=0.1)


def main() -> None:
    """Serve until killed, or told to leave."""
    settings = read(Settings)
    ending = heed_signals()
    logs.set_up_logging(secrets=settings.secrets)
    features = [create_registry(RETRIES), approvals()]
    asyncio.run(process.run(settings, ending=ending, features=features, delivery_policy=DELIVERY))


if __name__ == "__main__":
    main()
