"""The pauses between connections."""

import pytest

from bot.slack.inbound.socket_mode.timing import Backoff, Timing

TIMING = Timing(retry=0.5, retry_max=30.0, stable=60.0)


def backoff(*, failures: int = 0, jitter: float = 1.0) -> Backoff:
    made = Backoff(TIMING, jitter=lambda: jitter)
    for _ in range(failures):
        made.attempt_failed()
    return made


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (1, 0.5), (2, 1), (3, 2), (6, 16), (7, 30), (8, 30), (10_000, 30)]
)
def test_pauses_double_up_to_a_limit(failures: int, seconds: float) -> None:
    assert backoff(failures=failures).pause() == seconds


@pytest.mark.parametrize(("jitter", "share"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_jitter_takes_up_to_half_of_a_pause(jitter: float, share: float) -> None:
    assert backoff(failures=3, jitter=jitter).pause() == 2 * share


def test_a_wait_that_slack_asks_for_is_kept_once() -> None:
    waiting = backoff()
    waiting.attempt_failed(retry_after=45)
    assert waiting.pause() == 45
    waiting.attempt_failed()
    assert waiting.pause() == 1


def test_a_wait_that_slack_asks_for_does_not_shorten_a_longer_pause() -> None:
    waiting = backoff(failures=6)
    waiting.attempt_failed(retry_after=1)
    assert waiting.pause() == 30


def test_no_pause_follows_an_announced_end_of_a_stable_connection() -> None:
    waiting = backoff(failures=6)
    waiting.connection_ended(lasted=60, announced=True)
    assert waiting.pause() == 0


def test_a_short_pause_follows_an_unannounced_end_of_a_stable_connection() -> None:
    waiting = backoff(failures=6)
    waiting.connection_ended(lasted=60, announced=False)
    assert waiting.pause() == 0.5


def test_a_connection_that_ended_soon_without_notice_is_one_more_failure() -> None:
    waiting = backoff(failures=2)
    waiting.connection_ended(lasted=59, announced=False)
    assert waiting.pause() == 2


@pytest.mark.parametrize("lasted", [0.0, 1.0, 29.0, 59.0])
@pytest.mark.parametrize("times", [1, 5, 20])
def test_no_pause_follows_an_announced_end_however_young_the_connection(lasted: float, times: int) -> None:
    waiting = backoff(failures=6)
    for _ in range(times):
        waiting.connection_ended(lasted=lasted, announced=True)
        assert waiting.pause() == 0


def test_a_slack_that_lets_no_connection_live_is_asked_more_slowly_until_one_does() -> None:
    waiting = backoff()
    for _ in range(22):
        waiting.connection_ended(lasted=0.0, announced=True)
    assert waiting.pause() == 1
    waiting.connection_ended(lasted=60, announced=True)
    assert waiting.pause() == 0


def test_a_wait_that_slack_asked_for_before_a_connection_is_over_after_it() -> None:
    waiting = backoff()
    waiting.attempt_failed(retry_after=45)
    waiting.connection_ended(lasted=60, announced=True)
    assert waiting.pause() == 0
