"""Steps on the real databases: recorded once, told when they may have run before, and none of them lost in a pause."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.outcomes import Reason, Refused, Result
from bot.domain.request import Request
from bot.errors import StepCrashed
from bot.workflow import engine, supervisor
from bot.workflow.dbos_steps import DbosSteps
from bot.workflow.durable import Durable, Phase
from bot.workflow.executions import Execution, Executions
from bot.workflow.piggyback import PiggybackedWrites
from tests.support import database
from tests.support.running import all_finished
from tests.support.waiting import until
from tests.workflow.sample_workflow import DONE, SAMPLE, Run, asked, running_engine


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was interrupted is resumed at once, and nobody waits for what hangs when the engine closes."""
    monkeypatch.setattr(supervisor, "_RESUME_AFTER_SECONDS", (0.01,))
    monkeypatch.setattr(engine, "_FINISH_WITHIN_SECONDS", 0.05)


class Calls:
    """What the steps did, in the order in which it happened. `of(name)` is the call of a step that must not be repeated."""

    def __init__(self) -> None:
        self.made: list[Any] = []

    async def note(self, what: str) -> str:
        self.made.append(what)
        return what

    async def once(self, may_have_run: bool, what: str) -> str:
        self.made.append((what, may_have_run))
        return what


@pytest.fixture
def calls() -> Calls:
    return Calls()


def interrupted_once(run: Run) -> tuple[Run, list[bool]]:
    """A run that something of ours interrupts at its first end, and whether each execution counted as resumed."""
    resumed: list[bool] = []

    async def wrapped(request: Request, durable: Durable) -> Result:
        resumed.append(durable.resumed)
        outcome = await run(request, durable)
        if len(resumed) == 1:
            raise RuntimeError("nobody foresaw this")
        return outcome

    return wrapped, resumed


async def test_a_recorded_step_is_not_run_again_and_gives_what_it_gave(url: str, calls: Calls) -> None:
    given: list[str] = []

    async def run(_request: Request, durable: Durable) -> Result:
        given.append(await durable.step("one", calls.note, "one"))
        given.append(await durable.step_once("two", calls.once, "two"))
        return DONE

    interrupted, resumed = interrupted_once(run)
    async with running_engine(url, interrupted) as here:
        await here.accept(SAMPLE, asked())
        await all_finished()
        await until(lambda: len(resumed) == 2)
        await all_finished()
    assert resumed == [False, True]
    assert calls.made == ["one", ("two", False)]
    assert given == ["one", "two"] * 2


async def test_an_interrupted_step_is_told_that_it_may_have_run(url: str, calls: Calls) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def hang(may_have_run: bool) -> None:
        calls.made.append(("hang", may_have_run))
        begun.set()
        await never.wait()

    async def run(_request: Request, durable: Durable) -> Result:
        await durable.step("first", calls.note, "first")
        await durable.step_once("cut off", hang)
        await durable.step_once("after", calls.once, "after")
        return DONE

    async with running_engine(url, run, executor_id="here") as first:
        await first.accept(SAMPLE, asked())
        await begun.wait()
    never.set()
    async with running_engine(url, run, executor_id="here"):
        await until(lambda: len(calls.made) == 4)
        await all_finished()
    assert calls.made == ["first", ("hang", False), ("hang", True), ("after", False)]


async def test_the_first_step_of_a_resumed_run_may_have_run(sqlite_url: str, calls: Calls) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def hang(may_have_run: bool) -> None:
        calls.made.append(may_have_run)
        begun.set()
        await never.wait()

    async def run(_request: Request, durable: Durable) -> Result:
        await durable.step_once("only", hang)
        return DONE

    async with running_engine(sqlite_url, run) as first:
        await first.accept(SAMPLE, asked())
        await begun.wait()
    never.set()
    async with running_engine(sqlite_url, run):
        await until(lambda: len(calls.made) == 2)
        await all_finished()
    assert calls.made == [False, True]


async def test_what_is_done_last_has_no_record_and_is_done_again_with_a_warning(
    sqlite_url: str, calls: Calls, file: Path
) -> None:
    async def run(_request: Request, durable: Durable) -> Result:
        await durable.step("first", calls.note, "first")
        await durable.last("last", calls.once, "last")
        return DONE

    interrupted, resumed = interrupted_once(run)
    async with running_engine(sqlite_url, interrupted) as here:
        await here.accept(SAMPLE, asked())
        await until(lambda: len(resumed) == 2)
        await all_finished()
    assert calls.made == ["first", ("last", False), ("last", True)]
    assert database.steps(file, "T1-shop") == ["first"]


@pytest.mark.parametrize("how", ["step", "step_once", "last"])
async def test_a_step_that_raises_is_a_crash_with_the_reference_of_the_request(
    sqlite_url: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def bug(*_arguments: Any) -> None:
        raise RuntimeError("nobody foresaw this")

    crashes: list[StepCrashed] = []

    async def run(_request: Request, durable: Durable) -> Result:
        with pytest.raises(StepCrashed) as crash:
            await getattr(durable, how)("buggy", bug)
        crashes.append(crash.value)
        return Refused(code=Reason.STEP_CRASHED)

    async with running_engine(sqlite_url, run) as here:
        await here.accept(SAMPLE, asked())
        await all_finished()
    assert [crash.reference for crash in crashes] == [asked().reference]
    assert "nobody foresaw this" in caplog.text


async def test_a_recorded_crash_is_the_same_crash_for_a_later_run(sqlite_url: str, calls: Calls) -> None:
    references: list[str] = []

    async def bug() -> None:
        calls.made.append("bug")
        raise RuntimeError("nobody foresaw this")

    async def run(_request: Request, durable: Durable) -> Result:
        with pytest.raises(StepCrashed) as crash:
            await durable.step("buggy", bug)
        references.append(crash.value.reference)
        return DONE

    interrupted, resumed = interrupted_once(run)
    async with running_engine(sqlite_url, interrupted) as here:
        await here.accept(SAMPLE, asked())
        await until(lambda: len(resumed) == 2)
        await all_finished()
    assert calls.made == ["bug"]
    assert references == ["R-7K2F9"] * 2


async def test_a_crash_during_a_pause_throws_no_doubt_on_the_step_after_it(
    sqlite_url: str, calls: Calls, file: Path
) -> None:
    async def run(_request: Request, durable: Durable) -> Result:
        await durable.step("first", calls.note, "first")
        await durable.pause(0.5)
        await durable.step_once("after", calls.once, "after")
        return DONE

    async with running_engine(sqlite_url, run) as first:
        await first.accept(SAMPLE, asked())
        await until(lambda: database.steps(file, "T1-shop") == ["first", "DBOS.sleep"])
    async with running_engine(sqlite_url, run):
        await until(lambda: len(calls.made) == 2)
        await all_finished()
    assert calls.made == ["first", ("after", False)]


async def test_the_only_process_looks_for_no_record_before_a_step_that_nobody_can_have_begun(sqlite_url: str) -> None:
    statements: list[str] = []
    before_the_call: list[int] = []

    async def call() -> None:
        before_the_call.append(sum("operation_outputs" in each for each in statements))

    async def run(_request: Request, durable: Durable) -> Result:
        await durable.step("first", call)
        return DONE

    async with running_engine(sqlite_url, run) as here:
        sa.event.listen(here.database, "before_cursor_execute", lambda *sent: statements.append(sent[2]))
        await here.accept(SAMPLE, asked())
        await all_finished()
        recorded = [each for each in statements if "INSERT" in each and "operation_outputs" in each]
    assert (before_the_call, len(recorded)) == ([0], 1)


async def test_each_phase_is_told_and_the_execution_knows_it(sqlite_url: str) -> None:
    execution = Execution(request_id="T1-shop", resumed=False)
    told: list[Phase] = []

    async def run(_request: Request, _durable: Durable) -> Result:
        steps = steps_of(execution, on_phase=told.append)
        for phase in (Phase.WORKING, Phase.TELLING):
            steps.enter(phase)
            assert execution.phase is phase
        return DONE

    async with running_engine(sqlite_url, run) as here:
        await here.accept(SAMPLE, asked())
        await all_finished()
    assert told == [Phase.WORKING, Phase.TELLING]


async def test_a_pause_says_so_before_it_begins_and_holds_up_nobody_while_it_lasts(sqlite_url: str) -> None:
    execution = Execution(request_id="T1-shop", resumed=False)
    pausing: list[tuple[str, bool]] = []

    async def before_pause() -> None:
        pausing.append(("before", execution.pausing))

    async def run(_request: Request, _durable: Durable) -> Result:
        pause = asyncio.create_task(steps_of(execution, before_pause=before_pause).pause(0.1))
        await until(lambda: execution.pausing)
        pausing.append(("meanwhile", execution.pausing))
        await pause
        pausing.append(("after", execution.pausing))
        return DONE

    async with running_engine(sqlite_url, run) as here:
        await here.accept(SAMPLE, asked())
        await all_finished()
    assert pausing == [("before", False), ("meanwhile", True), ("after", False)]


async def _nothing() -> None:
    return None


def steps_of(
    execution: Execution,
    *,
    on_phase: Callable[[Phase], None] = lambda _phase: None,
    before_pause: Callable[[], Awaitable[None]] = _nothing,
) -> DbosSteps:
    return DbosSteps(
        execution=execution,
        executions=Executions(),
        reference="R-7K2F9",
        alone=True,
        piggyback=PiggybackedWrites(),
        own=None,
        on_phase=on_phase,
        before_pause=before_pause,
    )


async def test_a_call_of_a_step_keeps_no_other_request_from_its_record(sqlite_url: str) -> None:
    """More requests wait for an answer at once than may read or write their record at once."""
    arrived, go_on = [], asyncio.Event()

    async def wait() -> None:
        arrived.append(1)
        await go_on.wait()

    async def run(_request: Request, durable: Durable) -> Result:
        await durable.step("wait", wait)
        return DONE

    async with running_engine(sqlite_url, run) as here:
        for number in range(6):
            await here.accept(SAMPLE, asked(f"shop-{number}"))
        await until(lambda: len(arrived) == 6)
        go_on.set()
        await all_finished()
