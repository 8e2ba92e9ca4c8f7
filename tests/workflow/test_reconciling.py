"""The ledger and the engine's records after one of them was lost: no request without a receipt, and no receipt that lies."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.outcomes import Result
from bot.domain.request import Request
from bot.ledger.models import EventCode, State
from bot.ledger.notes import Concluded
from bot.workflow import engine, reconciling
from bot.workflow.durable import Durable, Phase
from tests.support.database import rows, statuses
from tests.support.running import all_finished
from tests.support.waiting import until
from tests.workflow.sample_workflow import DONE, SAMPLE, asked, running_engine

ID = "T1-shop"


@pytest.fixture(autouse=True)
def nobody_waits_for_what_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_FINISH_WITHIN_SECONDS", 0.05)


async def hang(_request: Request, durable: Durable) -> Result:
    durable.enter(Phase.WORKING)
    await asyncio.Event().wait()
    return DONE


async def finish(_request: Request, durable: Durable) -> Result:
    durable.note(Concluded(result=DONE))
    return DONE


async def sleep(_request: Request, durable: Durable) -> Result:
    await durable.pause(3600)
    return DONE


async def left_under_way(url: str, *, with_receipt: bool) -> None:
    async with running_engine(url, hang, with_receipt=with_receipt) as here:
        await here.accept(SAMPLE, asked())


async def test_what_a_build_without_a_ledger_left_unfinished_is_entered_and_concluded(
    sqlite_url: str, file: Path
) -> None:
    await left_under_way(sqlite_url, with_receipt=False)
    async with running_engine(sqlite_url, finish, with_receipt=True) as here:
        await until(lambda: set(statuses(file).values()) == {"SUCCESS"})
        receipt = await here.ledger.get(ID)
        codes = [each.code for each in await here.ledger.events(ID)]
    assert receipt is not None
    assert (receipt.state, receipt.trace_id, receipt.requester_name) == ("done", DONE.trace_id, "ana")
    assert codes == [EventCode.ASKED, EventCode.CONCLUDED]


async def test_it_is_entered_before_it_continues_to_wait(sqlite_url: str) -> None:
    async with running_engine(sqlite_url, sleep) as here:
        await here.accept(SAMPLE, asked())
        await until(lambda: here.executions.at_rest)
    async with running_engine(sqlite_url, sleep, with_receipt=True) as here:
        await until(lambda: bool(rows(Path(str(here.database.url.database)), "SELECT 1 FROM registry_bot_requests")))
        receipt = await here.ledger.get(ID)
    assert receipt is not None
    assert receipt.state == State.UNDER_WAY


async def test_where_the_records_of_the_engine_are_gone_the_receipt_says_that_nobody_knows(
    sqlite_url: str, file: Path
) -> None:
    await left_under_way(sqlite_url, with_receipt=True)
    rows(file, "DELETE FROM workflow_status")
    async with running_engine(sqlite_url, hang, with_receipt=True) as here:
        receipt, events = await here.ledger.get(ID), await here.ledger.events(ID)
    assert receipt is not None
    assert receipt.state == State.UNKNOWN
    assert [each.code for each in events] == [EventCode.ASKED, EventCode.LOST]


async def test_a_receipt_of_a_request_that_has_ended_meanwhile_says_how(sqlite_url: str, file: Path) -> None:
    """As when the ledger is older than the engine's records."""
    async with running_engine(sqlite_url, with_receipt=True) as here:
        await here.accept(SAMPLE, asked())
        await all_finished()
    assert rows(file, "SELECT state FROM registry_bot_requests") == [("under_way",)]
    async with running_engine(sqlite_url, with_receipt=True) as here:
        receipt = await here.ledger.get(ID)
    assert receipt is not None
    assert (receipt.state, receipt.trace_id) == ("done", DONE.trace_id)


async def test_an_unfinished_request_stays_unfinished(url: str) -> None:
    async with running_engine(url, hang, with_receipt=True) as here:
        await here.accept(SAMPLE, asked())
        await reconciling.conclude_abandoned(here.database)
        receipt = await here.ledger.get(ID)
    assert receipt is not None
    assert receipt.state == State.UNDER_WAY


async def test_many_at_once_are_looked_at_in_parts(
    sqlite_url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "_BATCH", 2)
    async with running_engine(sqlite_url, hang, with_receipt=True) as here:
        for number in range(5):
            await here.accept(SAMPLE, asked(f"n{number}"))
    rows(file, "DELETE FROM workflow_status WHERE workflow_uuid != 'T1-n1'")
    async with running_engine(sqlite_url, hang, with_receipt=True):
        pass
    unknown = rows(file, "SELECT name FROM registry_bot_requests WHERE state = 'unknown' ORDER BY name")
    assert unknown == [("n0",), ("n2",), ("n3",), ("n4",)]


async def test_another_workflow_concludes_an_earlier_request_in_its_own_step(sqlite_url: str) -> None:
    """As a check does that somebody asked for."""

    async def check(request: Request, durable: Durable) -> Result:
        async def look() -> None:
            durable.note(Concluded(result=DONE, who="U2", request_id=ID))

        if request.id != ID:
            await durable.step("look", look)
        return DONE

    async with running_engine(sqlite_url, check, with_receipt=True) as here:
        await here.accept(SAMPLE, asked())
        await here.accept(SAMPLE, asked("check"))
        await all_finished()
        receipt, events = await here.ledger.get(ID), await here.ledger.events(ID)
    assert receipt is not None
    assert receipt.state == "done"
    assert [(each.code, each.who) for each in events][1:] == [(EventCode.CONCLUDED, "U2")]
