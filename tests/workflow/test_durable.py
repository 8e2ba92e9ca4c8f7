"""What every `Durable` owes to a runbook, without a database: markers, crashes, and steps in this very process."""

from typing import Any

import pytest

from bot.errors import StepCrashed
from bot.workflow.durable import ExecutionMarker, InProcess, guarded


@pytest.mark.parametrize("resumed", [False, True])
def test_before_the_first_record_a_step_may_have_run_where_the_whole_run_is_a_resumed_one(resumed: bool) -> None:
    assert ExecutionMarker(resumed=resumed).may_have_run is resumed


@pytest.mark.parametrize("resumed", [False, True])
def test_after_a_record_of_this_execution_nobody_else_can_have_begun_the_next_step(resumed: bool) -> None:
    marker = ExecutionMarker(resumed=resumed)
    marker.recorded_by = marker.execution
    assert not marker.may_have_run


def test_after_a_record_of_another_execution_that_one_may_have_begun_the_next_step() -> None:
    marker = ExecutionMarker(resumed=True)
    marker.recorded_by = ExecutionMarker(resumed=False).execution
    assert marker.may_have_run


async def give(*values: Any) -> tuple[Any, ...]:
    return values


async def bug(*_values: Any) -> None:
    raise OSError("disk on fire")


async def test_a_guarded_call_gives_what_it_gives() -> None:
    assert await guarded("a step", "R-7K2F9", give(1)) == (1,)


async def test_whatever_a_guarded_call_raises_is_logged_and_becomes_a_crash_with_the_reference(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(StepCrashed) as crash:
        await guarded("a step", "R-7K2F9", bug())
    assert (crash.value.reference, str(crash.value)) == ("R-7K2F9", "R-7K2F9")
    assert isinstance(crash.value.__cause__, OSError)
    (line,) = caplog.records
    assert (line.__dict__["step"], line.__dict__["reference"]) == ("a step", "R-7K2F9")
    assert "disk on fire" in caplog.text


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def in_process(waited: list[float]) -> InProcess:
    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    return InProcess(reference="R-7K2F9", sleep=sleep)


async def test_in_the_process_a_step_is_a_call_that_cannot_have_run_before(in_process: InProcess) -> None:
    assert not in_process.resumed
    assert await in_process.step("a step", give, 1, 2) == (1, 2)
    assert await in_process.step_once("a step", give, 1) == (False, 1)
    assert await in_process.last("a step", give, 1) == (False, 1)


@pytest.mark.parametrize("how", ["step", "step_once", "last"])
async def test_in_the_process_too_a_bug_is_a_crash_with_the_reference(in_process: InProcess, how: str) -> None:
    with pytest.raises(StepCrashed, match="R-7K2F9"):
        await getattr(in_process, how)("a step", bug)


async def test_in_the_process_a_pause_is_a_sleep(in_process: InProcess, waited: list[float]) -> None:
    await in_process.pause(7.5)
    assert waited == [7.5]
