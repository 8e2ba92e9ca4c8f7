"""What this process knows of its requests: which are its own, how far each is, and whether anything would be interrupted."""

import asyncio

import pytest

from bot.workflow.durable import Phase
from bot.workflow.executions import Executions


@pytest.fixture
def executions() -> Executions:
    return Executions()


async def run_of(executions: Executions, request_id: str) -> bool:
    """Whether a run counts as resumed."""
    with executions.run(request_id) as execution:
        return execution.resumed


async def test_the_run_that_is_started_with_a_request_is_the_first_of_all(executions: Executions) -> None:
    with executions.first_run("a"):
        started = asyncio.create_task(run_of(executions, "a"))
        another = asyncio.create_task(run_of(executions, "b"))
    recovered = asyncio.create_task(run_of(executions, "a"))
    assert [await each for each in (started, another, recovered)] == [False, True, True]


async def test_a_run_that_begins_elsewhere_while_a_request_is_stored_again_may_be_a_resumed_one(
    executions: Executions,
) -> None:
    begin = asyncio.Event()

    async def recover() -> bool:
        await begin.wait()
        return await run_of(executions, "a")

    recovering = asyncio.create_task(recover())
    with executions.first_run("a"):
        begin.set()
        assert await recovering


def test_the_phase_is_known_while_it_runs_here(executions: Executions) -> None:
    assert executions.phase_of("a") is None
    with executions.run("a") as execution:
        assert executions.phase_of("a") is Phase.ACCEPTED
        execution.phase = Phase.TELLING
        assert executions.phase_of("a") is Phase.TELLING
        executions.ended(execution)
        assert executions.phase_of("a") is Phase.ENDED
    assert executions.phase_of("a") is None


@pytest.mark.parametrize(
    ("phases", "decided"),
    [
        ((Phase.WORKING,), False),
        ((Phase.WORKING, Phase.TELLING), True),
        ((Phase.WORKING, Phase.TELLING, Phase.TOLD), True),
        ((Phase.WORKING, Phase.TOLD), False),  # told as unconfirmed
        ((Phase.WORKING, Phase.TOLD, Phase.ENDED), True),
    ],
)
def test_whether_its_outcome_is_known(executions: Executions, phases: tuple[Phase, ...], decided: bool) -> None:
    assert executions.decided("a") is None
    with executions.run("a") as execution:
        for phase in phases:
            execution.enter(phase)
        assert executions.decided("a") is decided
    assert executions.decided("a") is None


def test_what_runs_and_what_is_to_be_resumed_is_ours(executions: Executions) -> None:
    with executions.run("a"):
        assert executions.ours == {"a"}
        executions.interrupted("b")
        assert executions.ours == {"a", "b"}
    assert executions.ours == {"b"}
    executions.resuming("b")
    assert executions.ours == set()


def test_a_run_that_raises_is_over_like_any_other(executions: Executions) -> None:
    with pytest.raises(RuntimeError), executions.run("a"):
        raise RuntimeError
    assert executions.ours == set()


def test_the_interruptions_of_a_request_are_counted_until_it_ends(executions: Executions) -> None:
    assert [executions.interrupted("a") for _ in range(3)] == [0, 1, 2]
    assert executions.interrupted("b") == 0
    with executions.run("a") as execution:
        executions.ended(execution)
    assert executions.interrupted("a") == 0


def test_of_two_runs_of_a_request_the_end_of_the_older_one_leaves_the_younger_alone(executions: Executions) -> None:
    older, younger = executions.run("a"), executions.run("a")
    older.__enter__()
    execution = younger.__enter__()
    execution.phase = Phase.WORKING
    older.__exit__(None, None, None)
    assert executions.phase_of("a") is Phase.WORKING
    younger.__exit__(None, None, None)
    assert executions.phase_of("a") is None


def test_nothing_is_interrupted_when_every_request_is_in_a_pause(executions: Executions) -> None:
    assert executions.at_rest
    with executions.run("a") as first, executions.run("b") as second:
        assert not executions.at_rest
        first.pausing = True
        assert not executions.at_rest
        second.pausing = True
        assert executions.at_rest
