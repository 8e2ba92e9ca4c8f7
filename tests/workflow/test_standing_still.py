"""Which requests stand still: what no build here can resume, at once; what hangs, after a while; not what waits in a pause."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.ledger.tables import REQUESTS
from bot.workflow import standing_still
from bot.workflow.durable import Durable
from bot.workflow.standing_still import Why
from tests.support.running import kill_tasks, unfinished_tasks
from tests.support.waiting import until
from tests.workflow.sample_workflow import DONE, SAMPLE, asked, running_engine

ID = asked("shop").id
Run = Callable[[Request, Durable], Awaitable[Result]]


async def hangs(_request: Request, durable: Durable) -> Result:
    await durable.step("work", asyncio.sleep, 600)
    return DONE


async def pauses(_request: Request, durable: Durable) -> Result:
    await durable.pause(600)
    return DONE


@pytest.mark.parametrize(("run", "found"), [(hangs, {ID: Why.NO_PROGRESS}), (pauses, {})])
async def test_what_hangs_is_stuck_and_what_pauses_is_not(
    url: str, monkeypatch: pytest.MonkeyPatch, run: Run, found: dict[str, Why]
) -> None:
    async with running_engine(url, run, with_receipt=True) as here:
        await here.accept(SAMPLE, asked("shop"))
        assert await standing_still.ask(here.database) == {}  # not for long yet
        monkeypatch.setattr(standing_still, "STANDS_STILL_SECONDS", 0.0)

        async def as_expected() -> bool:
            return await standing_still.ask(here.database) == found

        await until(as_expected)
        await kill_tasks(unfinished_tasks())


async def test_what_was_approved_a_moment_ago_does_not_stand_still_however_long_it_had_waited(url: str) -> None:
    async with running_engine(url, hangs, with_receipt=True) as here:
        await here.accept(SAMPLE, asked("shop"))
        with here.database.begin() as connection:
            row = sa.update(REQUESTS).where(REQUESTS.c.id == ID)
            connection.execute(row.values(asked_at=time.time() - 86400.0, decided_at=time.time()))
        assert await standing_still.ask(here.database) == {}
        await kill_tasks(unfinished_tasks())


async def test_what_a_build_cannot_resume_is_listed_until_one_can(url: str) -> None:
    async with running_engine(url, pauses, with_receipt=True) as here:
        await here.accept(SAMPLE, asked("shop"))
        here.stuck.add(ID, "a step that it does not know")
        here.stuck.store()
        assert await standing_still.ask(here.database) == {ID: Why.NOT_RESUMABLE}
        here.stuck.keep_to(set())
        here.stuck.store()
        assert await standing_still.ask(here.database) == {}
        here.stuck.add(ID, "a step that it does not know")
        here.stuck.store()
        tasks = unfinished_tasks()
    await kill_tasks(tasks)
    async with running_engine(url, pauses, with_receipt=True) as there:
        await until(lambda: noted(there.database) == 0)
        assert await standing_still.ask(there.database) == {}
        tasks = unfinished_tasks()
    await kill_tasks(tasks)


def noted(database: sa.Engine) -> int:
    with database.connect() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM registry_bot_stuck")).scalar_one())
