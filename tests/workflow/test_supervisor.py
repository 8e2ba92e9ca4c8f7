"""Every execution of a request: what interrupts it brings it back, what DBOS takes away stays away, the log knows it."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
import structlog
from dbos import DBOS, WorkflowHandleAsync

from bot.domain.outcomes import Refused, Result
from bot.domain.request import Request
from bot.errors import AlreadyUnderWay
from bot.playground.slack import company
from bot.workflow import supervisor
from bot.workflow.durable import Durable, Phase
from tests.support.database import read_only, statuses
from tests.support.running import all_finished
from tests.support.waiting import until
from tests.workflow.sample_workflow import DONE, SAMPLE, asked, running_engine

ASKED = asked("shop")
BENS = asked("shop", request_id="T1-V2", requester=company.BEN)


@pytest.fixture
def resumed_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was interrupted is resumed at once."""
    monkeypatch.setattr(supervisor, "_RESUME_AFTER_SECONDS", (0.01,))


@pytest.mark.usefixtures("resumed_after")
async def test_a_run_that_something_of_ours_interrupts_continues_until_it_has_an_outcome(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    resumed: list[bool] = []

    async def run(_request: Request, durable: Durable) -> Result:
        resumed.append(durable.resumed)
        if len(resumed) < 3:
            raise RuntimeError("nobody foresaw this")
        return DONE

    async with running_engine(url, run) as here:
        await here.accept(SAMPLE, ASKED)
        await until(lambda: len(resumed) == 3)
        await all_finished()
        stored: WorkflowHandleAsync[Result] = await DBOS.retrieve_workflow_async(ASKED.id)
        assert await stored.get_result() == DONE
    assert resumed == [False, True, True]
    interrupted = [line for line in caplog.records if line.getMessage() == "request interrupted, to be resumed"]
    assert [line.exc_info is not None for line in interrupted] == [True, True]


async def test_a_run_that_is_interrupted_again_and_again_is_resumed_more_slowly_each_time(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_RESUME_AFTER_SECONDS", (0.0, 0.0, 3600.0))
    runs: list[int] = []

    async def run(_request: Request, _durable: Durable) -> Result:
        runs.append(1)
        raise RuntimeError("broken for good")

    async with running_engine(sqlite_url, run) as here:
        await here.accept(SAMPLE, ASKED)
        await until(lambda: len(runs) == 3)
        await all_finished()
        with pytest.raises(AlreadyUnderWay):  # it waits for its hour
            await here.accept(SAMPLE, BENS)
    assert len(runs) == 3


@pytest.mark.usefixtures("resumed_after")
async def test_a_request_that_cannot_be_resumed_while_the_database_is_away_is_resumed_when_it_is_back(
    sqlite_url: str, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[int] = []
    go_on = asyncio.Event()

    async def run(_request: Request, _durable: Durable) -> Result:
        runs.append(1)
        await go_on.wait()
        if len(runs) == 1:
            raise RuntimeError("nobody foresaw this")
        return DONE

    async with running_engine(sqlite_url, run) as here:
        await here.accept(SAMPLE, ASKED)
        with read_only(file):
            go_on.set()
            await until(lambda: "request cannot be resumed yet" in caplog.text)
        await until(lambda: len(runs) == 2)
        await all_finished()
    assert statuses(file) == {ASKED.id: "SUCCESS"}


async def test_a_request_that_was_cancelled_stays_cancelled(sqlite_url: str, file: Path) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    runs: list[int] = []

    async def run(request: Request, durable: Durable) -> Result:
        runs.append(1)
        here.undelivered.add(request.id, "token_revoked")
        begun.set()
        await go_on.wait()
        await durable.step("work", asyncio.sleep, 0)
        return DONE

    async with running_engine(sqlite_url, run) as here:
        await here.accept(SAMPLE, ASKED)
        await begun.wait()
        await DBOS.cancel_workflow_async(ASKED.id)
        go_on.set()
        await all_finished()
        # The process that continues says so itself, if it is still not told.
        assert len(here.undelivered) == 0
    assert statuses(file) == {ASKED.id: "CANCELLED"}
    assert len(runs) == 1


async def test_what_could_not_be_told_no_longer_counts_when_the_run_is_over_and_was_never_a_matter_of_readiness(
    sqlite_url: str, file: Path
) -> None:
    async def run(request: Request, durable: Durable) -> Result:
        durable.enter(Phase.TELLING)
        here.undelivered.add(request.id, "token_revoked")
        assert len(here.undelivered) == 1
        assert await here.why_not_ready() == []
        return DONE

    async with running_engine(sqlite_url, run) as here:
        await here.accept(SAMPLE, ASKED)
        await all_finished()
        assert len(here.undelivered) == 0
    assert statuses(file) == {ASKED.id: "SUCCESS"}


async def test_the_end_of_a_request_is_logged_with_what_became_of_it(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def run(_request: Request, _durable: Durable) -> Result:
        return Refused(code="CR.4102", message="no right", trace_id="143-1-82")

    with caplog.at_level(logging.INFO, "bot"):
        async with running_engine(sqlite_url, run) as here:
            await here.accept(SAMPLE, ASKED)
            await all_finished()
    (line,) = [line for line in caplog.records if line.getMessage() == "request ended"]
    assert (line.__dict__["outcome"], line.__dict__["code"], line.__dict__["trace_id"]) == (
        "refused",
        "CR.4102",
        "143-1-82",
    )
    assert line.__dict__["seconds"] >= 0


async def test_whatever_is_logged_in_a_run_knows_the_request_its_reference_and_its_name(sqlite_url: str) -> None:
    seen: list[dict[str, Any]] = []

    def look() -> None:
        seen.append(structlog.contextvars.get_contextvars())

    async def step() -> None:
        look()

    async def run(_request: Request, durable: Durable) -> Result:
        look()
        asyncio.get_running_loop().call_soon(look)
        await durable.step("work", step)
        await durable.pause(0.01)
        look()
        return DONE

    async with running_engine(sqlite_url, run) as here:
        await here.accept(SAMPLE, ASKED)
        await all_finished()
    known = {"request": ASKED.id, "reference": ASKED.reference, "name": "shop"}
    assert [{name: each[name] for name in known} for each in seen] == [known] * 4
    assert [each["step"] for each in seen if "step" in each] == ["work"]
    assert structlog.contextvars.get_contextvars() == {}
