"""What of DBOS does not run beside the bot."""

import threading

from tests.workflow.sample_workflow import running_engine


async def test_its_background_jobs_never_run(sqlite_url: str) -> None:
    async with running_engine(sqlite_url):
        assert not [
            each.name for each in threading.enumerate() if each.name == "dbos-background-jobs" and each.is_alive()
        ]
