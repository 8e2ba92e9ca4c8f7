"""Who may answer: every combination, against what is expected."""

from itertools import product

import pytest

from bot.domain.approval import Decision
from bot.features.approvals.rules import Refusal, counts, why_not_answer, why_not_withdraw

ANA, BEN = "U1", "U2"


@pytest.mark.parametrize(("own", "ours", "approver"), list(product([True, False], [True, False], [True, False, None])))
def test_only_another_person_who_is_an_approver_for_certain_may_answer(
    own: bool, ours: bool, approver: bool | None
) -> None:
    found = why_not_answer(ANA if own else BEN, requester=ANA, ours=ours, approver=approver)
    assert (found is None) == (ours and not own and approver is True)
    if not ours:
        assert found is Refusal.WORKSPACE
    elif own:
        assert found is Refusal.OWN


@pytest.mark.parametrize(("person", "ours"), list(product([ANA, BEN], [True, False])))
def test_only_the_requester_may_withdraw(person: str, ours: bool) -> None:
    assert (why_not_withdraw(person, requester=ANA, ours=ours) is None) == (ours and person == ANA)


def test_an_answer_counts_where_it_is_the_one_that_holds() -> None:
    given = Decision(answer="approved", at=1.0, by=BEN)
    assert counts(given, Decision(answer="approved", at=1.0, by=BEN, why="because"))
    assert not counts(given, Decision(answer="approved", at=0.5, by=BEN))  # of an earlier press
    assert not counts(given, Decision(answer="declined", at=1.0, by=BEN))
