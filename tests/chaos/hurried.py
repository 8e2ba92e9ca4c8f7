"""`python -m tests.chaos.hurried`: what `registry-bot run` serves, with look-ups that take 6 s instead of 82 s.

For the short runs: a request that was killed on its way to CodeArts would keep them waiting. The pauses are together
still longer than the slowest call of storm.py. The progress message comes early, so that it meets kills too. The long runs
start the command itself.
"""

import asyncio

from bot import app
from bot.config import Settings, read
from bot.features.create_registry.creation import RetryPolicy
from bot.features.create_registry.feature import create_registry
from bot.observability import logs
from bot.workflow.delivery_policy import DeliveryPolicy

RETRIES = RetryPolicy(look_ups=(1, 1, 2, 2))
DELIVERY = DeliveryPolicy(progress_after=0.1)


async def main() -> None:
    """Serve until killed."""
    settings = read(Settings)
    logs.set_up_logging(secrets=settings.secrets)
    async with app.serve(settings, features=[create_registry(RETRIES)], delivery_policy=DELIVERY):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
