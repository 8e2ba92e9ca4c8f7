"""What nobody could be told yet is counted, and each is logged once."""

import pytest

from bot.workflow.undelivered import Undelivered


def test_what_cannot_be_told_is_counted_and_logged_once_however_often_it_is_tried(
    caplog: pytest.LogCaptureFixture,
) -> None:
    undelivered = Undelivered()
    for request_id, code in [("a", "no_answer"), ("a", "no_answer"), ("a", "is_archived"), ("b", "is_archived")]:
        undelivered.add(request_id, code)
    assert len(undelivered) == 2
    fields = [
        (each.__dict__["request"], each.__dict__["code"], each.__dict__["undelivered"]) for each in caplog.records
    ]
    assert fields == [("a", "no_answer", 1), ("b", "is_archived", 2)]


def test_what_is_told_or_given_up_no_longer_counts() -> None:
    undelivered = Undelivered()
    undelivered.add("a", "no_answer")
    undelivered.discard("a")
    undelivered.discard("never there")
    assert len(undelivered) == 0
