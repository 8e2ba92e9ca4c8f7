"""Which requests are stuck: at once those that a build cannot resume, and those of which no step has ended for a while.

A request that waits in a pause, or for an approval, is not stuck, however long it takes in total: DBOS stores with a
pause when it ends.
"""

import asyncio
import time
from enum import StrEnum

import sqlalchemy as sa

from bot.errors import LedgerUnavailable
from bot.ledger.models import OPEN, STANDS_STILL_SECONDS, State
from bot.ledger.tables import REQUESTS
from bot.workflow.tables import STUCK

_ANSWER_SECONDS = 2.0


class Why(StrEnum):
    """Why nothing moves, as far as anybody knows."""

    NOT_RESUMABLE = "not_resumable"  # by the build that runs
    NO_PROGRESS = "no_progress"


async def ask(database: sa.Engine) -> dict[str, Why]:
    """The ids of all of them. Raises `LedgerUnavailable` while the database does not answer."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await asyncio.to_thread(find, database)
    except (sa.exc.SQLAlchemyError, TimeoutError) as error:
        raise LedgerUnavailable(type(error).__name__) from error


def find(database: sa.Engine) -> dict[str, Why]:
    """The same. Blocks; raises what SQLAlchemy raises."""
    before = time.time() - STANDS_STILL_SECONDS
    under_way = REQUESTS.c.state == State.UNDER_WAY.value
    since = sa.func.coalesce(REQUESTS.c.decided_at, REQUESTS.c.asked_at)
    slow = sa.select(REQUESTS.c.id).where(under_way, since < before)
    left = sa.select(REQUESTS.c.id).where(REQUESTS.c.state.in_(sorted(OPEN)), REQUESTS.c.id == STUCK.c.request_id)
    with database.connect() as connection:
        tables = sa.inspect(connection)
        steps = _steps(database)
        if tables.has_table(steps.name, schema=steps.schema):
            ended = (steps.c.workflow_uuid == REQUESTS.c.id) & (steps.c.completed_at_epoch_ms > before * 1000)
            slow = slow.where(~sa.exists().where(ended))
        found = dict.fromkeys(connection.execute(slow).scalars(), Why.NO_PROGRESS)
        if tables.has_table(STUCK.name):  # not where the bot has not been started since it is known
            found |= dict.fromkeys(connection.execute(left).scalars(), Why.NOT_RESUMABLE)
    return found


def _steps(database: sa.Engine) -> sa.TableClause:
    # DBOS 3.4.0, its file _schemas/system_database.py.
    schema = None if database.dialect.name == "sqlite" else "dbos"
    return sa.table("operation_outputs", sa.column("workflow_uuid"), sa.column("completed_at_epoch_ms"), schema=schema)
