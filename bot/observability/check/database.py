"""The database: everything that the start requires of it, and to which installation it belongs."""

import asyncio
from collections.abc import AsyncIterator

from bot.domain.findings import Finding, fix, ok, wait
from bot.errors import CannotStart, TemporaryFailure
from bot.observability.check.codearts import endpoint_of
from bot.observability.check.context import CheckContext
from bot.observability.check.port import runs_here
from bot.workflow.installation import Installation
from bot.workflow.trial import try_out


async def database(context: CheckContext) -> AsyncIterator[Finding]:
    """Run it after the check of Slack, which tells to which installation the database has to belong."""
    settings = context.settings
    ours = Installation(slack=context.installation, cloud=endpoint_of(settings).lower(), account=settings.domain_id)
    try:
        trial = await asyncio.to_thread(try_out, settings.database_url, ours=ours, executor_id=settings.executor_id)
    except CannotStart as error:
        yield (wait if isinstance(error, TemporaryFailure) else fix)("database", line=error, reason=error.reason)
        return
    yield ok("database_usable", where=trial.where)
    if trial.held and not await runs_here(settings.host, settings.port):
        yield wait("executor_id_held", executor_id=settings.executor_id)
