"""Corrects rows of the ledger that say "under way" although nothing is working on the request, once at each start.

The engine's records may contain the outcome, or may be lost (another database was put in place, or they were deleted).
"""

import asyncio
from typing import cast

import sqlalchemy as sa
from dbos import DBOS, WorkflowStatus

from bot.domain.outcomes import Result
from bot.ledger import queries, writes
from bot.workflow.queries import UNDER_WAY

_BATCH = 200


async def conclude_abandoned(database: sa.Engine) -> None:
    """A row is stored together with its request, so if the request is not pending, nothing else will conclude the row."""
    open_ids = await asyncio.to_thread(_open, database)
    for start in range(0, len(open_ids), _BATCH):
        ids = open_ids[start : start + _BATCH]
        known = await DBOS.list_workflows_async(workflow_ids=ids, load_input=False)
        status = {each.workflow_id: each for each in known}
        made = [write for each in ids if (write := _write(each, status.get(each)))]
        await asyncio.to_thread(_commit, database, made)


def _write(request_id: str, status: WorkflowStatus | None) -> writes.Write | None:
    if status is not None and status.status in UNDER_WAY:
        return None
    outcome = status.output if status is not None else None
    # DBOS hands out as text what it cannot read.
    if isinstance(getattr(outcome, "kind", None), str):
        return writes.concluded(request_id, cast(Result, outcome))
    return writes.lost(request_id)


def _open(database: sa.Engine) -> list[str]:
    with database.connect() as connection:
        return queries.open_ids(connection)


def _commit(database: sa.Engine, made: list[writes.Write]) -> None:
    with database.begin() as connection:
        for write in made:
            write(connection)
