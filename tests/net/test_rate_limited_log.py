"""Log lines that anybody can cause."""

import logging

import pytest

from bot.net.rate_limited_log import RateLimitedLog


def test_a_minute_has_so_many_lines_and_the_next_one_says_how_many_were_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = 0.0
    lines = RateLimitedLog(logging.getLogger("limited"), per_minute=2, clock=lambda: now)
    for number in range(5):
        lines.warning("line %s", number)
    now = 60.0
    lines.warning("line %s", 5)
    lines.warning("line %s", 6)
    assert [record.message for record in caplog.records] == ["line 0", "line 1", "line 5", "line 6"]
    assert [getattr(record, "left_out", None) for record in caplog.records] == [None, None, 3, None]
