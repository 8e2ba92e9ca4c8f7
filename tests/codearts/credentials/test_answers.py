"""The answers of IAM, STS and the metadata service, in each of their spellings."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.codearts.credentials.answers import moment, temporary_key
from bot.codearts.credentials.key import Key

KEY = Key(access_key="AK", secret_key="SK", security_token="T", expires=1578452179.0)
ENDS = "2020-01-08T02:56:19.000000Z"
SPELLED: dict[str, dict[str, Any]] = {
    "the metadata service, and IAM": {
        "credential": {"access": "AK", "secret": "SK", "securitytoken": "T", "expires_at": ENDS}
    },
    "STS": {
        "credentials": {
            "access_key_id": "AK",
            "secret_access_key": "SK",
            "security_token": "T",
            "expiration": "2020-01-08T02:56:19Z",
        }
    },
    "in one word": {"accessKeyId": "AK", "secretAccessKey": "SK", "securityToken": "T", "expiration": ENDS},
}


@pytest.mark.parametrize("how", SPELLED)
def test_each_spelling_is_read(how: str) -> None:
    assert temporary_key(SPELLED[how]) == KEY


@pytest.mark.parametrize("how", SPELLED)
@pytest.mark.parametrize("value", [None, "", 7, [], "a\nb", "ключ", "x" * 20_000])
def test_one_value_that_is_missing_or_no_use_makes_it_no_key(how: str, value: object) -> None:
    wrapper = next((name for name, inner in SPELLED[how].items() if isinstance(inner, dict)), None)
    inner = SPELLED[how][wrapper] if wrapper else SPELLED[how]
    for name in inner:
        changed = {**inner, name: value}
        assert temporary_key({wrapper: changed} if wrapper else changed) is None


def test_what_says_that_it_is_an_error_is_no_key() -> None:
    for error in ({"status": "error"}, {"error_code": "IAM.0011"}, {"error": {"code": 401}}):
        assert temporary_key({**SPELLED["STS"], **error}) is None


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("2020-01-08T02:56:19.500000Z", 1578452179.5),
        ("2020-01-08T02:56:19", 1578452179.0),
        ("2020-01-08T10:56:19+08:00", 1578452179.0),
        ("9999-12-31T23:59:59-12:00", 253402214400.0),  # as late as can be told
        ("soon", None),
        (1578452179, None),
        (None, None),
    ],
)
def test_a_time_is_read_as_it_is_meant(said: object, seconds: float | None) -> None:
    assert moment(said) == seconds


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.none() | st.dictionaries(st.sampled_from(["credential", "credentials", "access", "expires_at"]), json_values))
def test_whatever_comes_nothing_raises(document: Any) -> None:
    temporary_key(document)
