"""What became of a call: plain values, told apart by their kind, that nobody changes afterwards."""

import dataclasses
import re

import pytest

from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.domain.registry import Created

Value = Refused | NotApplied | InDoubt | Created

VALUES: list[Value] = [Refused(code="X.1"), NotApplied(code="X.1"), InDoubt(code="X.1"), Created(trace_id="t")]


def test_each_kind_has_a_name_of_its_own() -> None:
    assert [value.kind for value in VALUES] == ["refused", "not_applied", "in_doubt", "created"]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.kind)
def test_an_outcome_is_not_changed_after_it_was_made(value: Value) -> None:
    for each in dataclasses.fields(value):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, each.name, None)


@pytest.mark.parametrize("kind", [Refused, NotApplied, InDoubt])
def test_of_a_failure_only_the_code_must_be_known(kind: type[Refused | NotApplied | InDoubt]) -> None:
    failure = kind(code="X.1")
    assert (failure.message, failure.trace_id, failure.status) == (None, None, None)


def test_no_code_of_ours_has_two_names_or_could_be_taken_for_the_vendors() -> None:
    assert len(Reason.__members__) == len(set(Reason))
    # The vendor's have a dot, digits or capitals: `CR.4102`, `APIGW.0308`, `401`.
    assert [code for code in Reason if not re.fullmatch(r"[a-z]+(_[a-z]+)*", code)] == []


def test_a_code_of_ours_is_the_same_as_the_text_that_is_read_back_from_the_database() -> None:
    assert InDoubt(code="no_answer") == InDoubt(code=Reason.NO_ANSWER)
    by_code: dict[str, str] = {Reason.NO_ANSWER: "known"}
    assert by_code["no_answer"] == "known"
