"""The vendor's codes are recognised by their end, whatever the prefix."""

import pytest

from bot.domain.outcomes import Reason
from bot.domain.vendor_codes import KEY_REFUSED, RIGHTS_MISSING, ends_with, key_refused


@pytest.mark.parametrize("code", ["CR.4102", "DEV.CR.4102", "APIGW.0302", "APIG.0306", "0302"])
def test_any_prefix_will_do(code: str) -> None:
    assert ends_with(code, RIGHTS_MISSING)
    assert not ends_with(code, [KEY_REFUSED])


@pytest.mark.parametrize("code", ["", "CR.40301", "DEV.CR.10301", "xCR.4102", Reason.ANSWER_NOT_JSON])
def test_a_longer_number_or_word_is_another_code(code: str) -> None:
    assert not ends_with(code, [KEY_REFUSED, *RIGHTS_MISSING, "not_json"])


@pytest.mark.parametrize(
    ("code", "status", "refused"),
    [
        ("APIGW.0301", 401, True),
        ("APIGW.0307", 403, True),
        ("http_401", 401, True),
        (Reason.NO_KEY, None, True),
        ("APIGW.0302", 401, False),
        ("APIGW.0308", 401, False),
        (Reason.THROTTLED, 429, False),
        ("http_403", 403, False),
    ],
)
def test_only_a_refusal_of_the_key_itself_is_waited_for(code: str, status: int | None, refused: bool) -> None:
    assert key_refused(code, status) is refused
