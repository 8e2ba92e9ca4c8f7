"""Retry-After, in seconds or as a date."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.net.retry_after import retry_after

DATE = "Tue, 24 Nov 2026 10:00:00 GMT"
LATER = "Tue, 24 Nov 2026 10:00:07 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "17"}, 17.0),
        ({"retry-AFTER": "17"}, 17.0),
        ({"Retry-After": " 17 "}, 17.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": LATER, "Date": DATE}, 7.0),
        ({"retry-after": LATER, "date": DATE}, 7.0),
        ({"Retry-After": "Tue, 24 Nov 2026 11:00:07 +0100", "Date": DATE}, 7.0),
        ({"Retry-After": DATE, "Date": LATER}, 0.0),
        ({"Retry-After": LATER}, None),
        ({"Retry-After": LATER, "Date": "today"}, None),
        ({"Retry-After": "Tue, 24 Nov 2026 10:00:07 -0000", "Date": DATE}, None),  # without and with a time zone
        *(
            ({"Retry-After": value, "Date": DATE}, None)
            for value in (
                *("", "soon", "-1", "1.5", "inf", "nan", "٣", "1e9", "99999999999", "1, 2"),
                *("Wed, 21 Oct 2026", "Tue, 99 Nov 2026 10:00:00 GMT", "Tue, 24 Nov 99999 10:00:00 GMT"),
            )
        ),
    ],
    ids=repr,
)
def test_retry_after_is_seconds_or_nothing(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


@given(headers=st.dictionaries(st.sampled_from(["Retry-After", "Date", "date"]), st.text(max_size=40)))
def test_no_retry_after_raises_or_is_negative(headers: dict[str, str]) -> None:
    seconds = retry_after(headers)
    assert seconds is None or seconds >= 0
