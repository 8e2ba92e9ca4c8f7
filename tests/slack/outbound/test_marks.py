"""The mark by which a message is found again."""

from typing import Any

import pytest

from bot.slack.outbound.marks import Mark

MARK = Mark(request_id="T0-V0", role="request", since=1.0)
EVENT_TYPE = MARK.metadata()["event_type"]


def message(**metadata: Any) -> dict[str, Any]:
    return {"type": "message", "text": "hello", "metadata": metadata}


def test_a_mark_is_on_the_message_that_was_posted_with_it() -> None:
    assert MARK.is_on(message(**MARK.metadata()))


def test_the_time_of_the_request_is_no_part_of_the_mark() -> None:
    assert Mark(request_id="T0-V0", role="request", since=99.0).is_on(message(**MARK.metadata()))


@pytest.mark.parametrize(
    "other",
    [Mark(request_id="T0-V1", role="request", since=1.0), Mark(request_id="T0-V0", role="notice", since=1.0)],
    ids=["another request", "another role"],
)
def test_a_mark_is_not_on_the_message_of_another(other: Mark) -> None:
    assert not MARK.is_on(message(**other.metadata()))


@pytest.mark.parametrize(
    "found",
    [
        {"type": "message", "text": "hello"},
        {"type": "message", "metadata": None},
        message(),
        message(event_type=EVENT_TYPE),
        message(event_type=EVENT_TYPE, event_payload=None),
        message(event_type=EVENT_TYPE, event_payload={}),
        message(event_type="of_another_app", event_payload=MARK.metadata()["event_payload"]),
    ],
    ids=[
        "no metadata",
        "null",
        "empty",
        "event_type only, as without include_all_metadata",
        "null payload",
        "empty payload",
        "another app's",
    ],
)
def test_a_mark_is_not_on_a_message_without_it(found: dict[str, Any]) -> None:
    assert not MARK.is_on(found)
