"""What DBOS has stored of requests, as the rest of the engine asks for it."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.workflow import engine, queries
from bot.workflow.durable import Durable
from tests.support.database import store_input
from tests.support.running import all_finished
from tests.workflow.sample_workflow import DONE, SAMPLE, asked, claim, running_engine

FIRST, SECOND = asked("first"), asked("second")


class Held:
    """Runs that do not end until they may."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def run(self, _request: Request, _durable: Durable) -> Result:
        await self.open.wait()
        return DONE


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    monkeypatch.setattr(engine, "_FINISH_WITHIN_SECONDS", 0.05)
    return Held()


async def test_unfinished_requests_are_listed_oldest_first_and_what_is_done_is_not(url: str, held: Held) -> None:
    async with running_engine(url, held.run) as here:
        assert await queries.pending() == []
        for request in (FIRST, SECOND):
            await here.accept(SAMPLE, request)
            await asyncio.sleep(0.002)  # DBOS sorts by the millisecond
        assert await queries.pending() == [(SAMPLE, FIRST), (SAMPLE, SECOND)]
        held.open.set()
        await all_finished()
        assert await queries.pending() == []


async def test_a_request_that_cannot_be_read_is_left_out_and_stops_no_other(
    sqlite_url: str, file: Path, held: Held
) -> None:
    async with running_engine(sqlite_url, held.run) as here:
        await here.accept(SAMPLE, FIRST)
        await here.accept(SAMPLE, SECOND)
        store_input(file, FIRST.id, "of another format")
        assert await queries.pending() == [(SAMPLE, SECOND)]
        again = replace(FIRST, reference="R-AGAIN")
        assert await queries.stored(again) == again
        store_input(file, FIRST.id, '{"args": [], "kwargs": {}}')
        assert await queries.pending() == [(SAMPLE, SECOND)]


async def test_what_an_id_leads_to_is_what_was_stored_first(url: str, held: Held) -> None:
    held.open.set()
    async with running_engine(url, held.run) as here:
        await here.accept(SAMPLE, FIRST)
        await all_finished()
        assert await queries.stored(replace(FIRST, reference="R-AGAIN")) == FIRST
        assert await queries.stored(SECOND) == SECOND


async def test_a_claim_counts_while_its_request_is_in_progress(url: str, held: Held) -> None:
    old = claim(replace(FIRST, accepted_at=FIRST.accepted_at - 3600), "first")
    async with running_engine(url, held.run) as here:
        await here.accept(SAMPLE, FIRST)
        assert await queries.is_under_way(old)
        held.open.set()
        await all_finished()
        assert not await queries.is_under_way(claim(FIRST, "first"))


@pytest.mark.parametrize(
    ("seconds", "counts"),
    [(0, True), (-queries.CLAIM_COUNTS_SECONDS - 1, False), (queries.CLAIM_COUNTS_SECONDS + 60, False)],
    ids=["just now", "long ago", "from a clock that is ahead"],
)
async def test_a_claim_whose_request_is_not_stored_counts_for_a_moment(
    sqlite_url: str, seconds: float, counts: bool
) -> None:
    async with running_engine(sqlite_url):
        made = replace(claim(FIRST, "first"), claimed_at=time.time() + seconds)
        assert await queries.is_under_way(made) is counts
