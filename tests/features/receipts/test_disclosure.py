"""Who may see which receipt, each pair of a person and a request."""

from dataclasses import replace

import pytest

from bot.features.receipts.disclosure import may_see
from bot.playground.slack import company
from tests.features.receipts.samples import CREATED

PUBLIC = CREATED
PRIVATE = replace(CREATED, public=False, channel=company.SECRET_PROJECT)
REQUESTER, OPERATOR, ANYBODY = company.ANA, company.CHIARA, company.BEN


@pytest.mark.parametrize(
    ("person", "public", "private"),
    [(REQUESTER, True, True), (OPERATOR, True, True), (ANYBODY, True, False), ("", True, False)],
)
def test_a_private_request_is_its_requesters_and_the_operators(person: str, public: bool, private: bool) -> None:
    assert may_see(person, PUBLIC, operators=[OPERATOR]) is public
    assert may_see(person, PRIVATE, operators=[OPERATOR]) is private


def test_without_operators_it_is_the_requesters_alone() -> None:
    assert [may_see(each, PRIVATE, operators=[]) for each in (REQUESTER, OPERATOR, ANYBODY)] == [True, False, False]
