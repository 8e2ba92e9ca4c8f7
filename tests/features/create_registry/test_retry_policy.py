"""How long calls to CodeArts are repeated: the moments, and the pauses between them."""

import pytest

from bot.features.create_registry.retry_policy import RetryPolicy, pauses

POLICY = RetryPolicy()


def test_an_absence_is_held_for_ten_minutes_before_a_call_is_repeated() -> None:
    assert POLICY.absent_at == (2, 5, 15, 60, 180, 600)
    assert pauses(POLICY.absent_at) == [2, 3, 10, 45, 120, 420]


def test_an_unconfirmed_outcome_is_looked_up_again_after_an_hour_and_after_six() -> None:
    assert pauses(POLICY.recheck_at) == [3600, 5 * 3600]


@pytest.mark.parametrize(("waited", "pause"), [(0, 2), (2, 3), (22, 38), (60, 120), (599, 1), (600, 2), (900, 2)])
def test_the_next_look_is_at_the_next_moment_whatever_was_waited(waited: float, pause: float) -> None:
    assert POLICY.next_look(waited) == pause


@pytest.mark.parametrize(("failures", "pause"), [(1, 5), (2, 15), (3, 60), (4, 60), (99, 60)])
def test_a_look_up_that_fails_is_made_again_slower_each_time(failures: int, pause: float) -> None:
    assert POLICY.after_failure(failures) == pause


@pytest.mark.parametrize(
    ("proven", "failing", "seconds"), [(True, False, 600), (False, False, 60), (True, True, 900), (False, True, 900)]
)
def test_how_long_it_is_looked_up_depends_on_what_is_known(proven: bool, failing: bool, seconds: float) -> None:
    assert POLICY.looked_up_for(proven=proven, failing=failing) == seconds


def test_no_moments_are_no_pauses() -> None:
    assert pauses(()) == []
