"""`python -m tests.chaos.hurried`: what `registry-bot run` serves, with look-ups that take 6 s instead of 82 s.

For the short runs: a request that was killed on its way to CodeArts would keep them waiting. The pauses are together
still longer than the slowest call of storm.py. The long runs start the command itself.
"""

import asyncio

from bot.workflow.creation import Patience

from bot import app, observability
from bot.config import Settings, read

PATIENCE = Patience(look_ups=(1, 1, 2, 2))


async def main() -> None:
    """Serve until killed."""
    settings = read(Settings)
    observability.set_up_logging(secrets=settings.secrets)
    async with app.serve(settings, runbook_policy=PATIENCE):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
