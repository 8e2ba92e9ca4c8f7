"""What people quote on the phone: short, unmistakable, and never twice the same within reason."""

import re

from bot.references import new_reference


def test_a_reference_is_five_signs_that_cannot_be_mistaken_for_one_another() -> None:
    for reference in (new_reference() for _ in range(1000)):
        assert re.fullmatch(r"R-[0-9A-Z]{5}", reference)
        assert not set("01AEIOUYSL") & set(reference[2:])


def test_a_thousand_references_are_as_good_as_all_different() -> None:
    # One pair alike happens in one run of twenty-four; four pairs in one of eight million.
    assert len({new_reference() for _ in range(1000)}) >= 997
