"""What stands in the database: everything comes back as it was, an older or newer build can read it, and nothing else fits."""

import json
from dataclasses import make_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.announce.results import Doubtful, Later, Posted, Refused
from bot.errors import StepCrashed
from bot.registry.models import Created, NotApplied, Rejected, Submission, Unconfirmed
from bot.workflow import records
from bot.workflow.create_registry import Begun
from bot.workflow.creation import LookedUp
from bot.workflow.records import Records

SUBMISSION = Submission(
    request_id="T0-V0",
    name="shop",
    description="<!channel> \ud83d 团队",
    requester="U0",
    channel="C0",
    team="T0",
    asked_at=1795450400.494099,
    response_url="https://hooks.slack.com/x",
)
KNOWN: list[Any] = [
    SUBMISSION,
    Created(trace_id="t", confirmed_by_lookup=True, address="https://a.example"),
    Rejected(code=None, message="no", trace_id=None),
    Unconfirmed(reason="lost", trace_id="t"),
    NotApplied(code="throttled", reason="busy", retry_after=1.5, trace_id="t"),
    LookedUp(seen="trashed", trace_id="t", address="a", reason="r"),
    Posted(route="channel", channel="C0", ts="1.0"),
    Refused(code="is_archived"),
    Later(code="ratelimited", retry_after=3),
    Doubtful(code="TimeoutError"),
    Begun(creating=Later(code="ratelimited"), before=LookedUp(seen="absent")),
]


def there_and_back(value: Any) -> Any:
    return Records().deserialize(Records().serialize(value))


@pytest.mark.parametrize("value", KNOWN, ids=lambda value: type(value).__name__)
def test_every_known_value_comes_back_as_it_was(value: Any) -> None:
    assert there_and_back(value) == value
    assert there_and_back({"by": "e", "result": value}) == {"by": "e", "result": value}
    assert there_and_back({"args": [value], "kwargs": {}}) == {"args": [value], "kwargs": {}}


def test_every_type_that_is_known_is_tried_here() -> None:
    assert {type(value).__name__ for value in KNOWN} == set(records._KNOWN)


@pytest.mark.parametrize("value", KNOWN, ids=lambda value: type(value).__name__)
def test_a_field_of_a_newer_build_is_ignored(value: Any) -> None:
    written = json.loads(Records().serialize(value)) | {"added_later": 1}
    assert Records().deserialize(json.dumps(written)) == value


@pytest.mark.parametrize(
    ("value", "defaults"),
    [
        (Created(trace_id="t"), ["confirmed_by_lookup", "address", "kind"]),
        (Rejected(code="c", message="m"), ["trace_id", "kind"]),
        (NotApplied(code="c", reason="r"), ["retry_after", "trace_id"]),
        (Posted(route="channel", channel="C0"), ["ts"]),
        (LookedUp(seen="absent"), ["trace_id", "address", "reason"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_field_that_an_older_build_did_not_write_has_its_default(value: Any, defaults: list[str]) -> None:
    written = json.loads(Records().serialize(value))
    for name in defaults:
        del written[name]
    assert Records().deserialize(json.dumps(written)) == value


def test_a_record_without_a_field_that_has_no_default_is_not_made_up() -> None:
    with pytest.raises(TypeError):
        Records().deserialize('{"$type": "Rejected"}')


def test_a_type_of_a_newer_build_is_left_as_plain_values() -> None:
    written = '{"$type": "FromTheFuture", "a": 1}'
    assert Records().deserialize(written) == {"$type": "FromTheFuture", "a": 1}


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text().filter(lambda key: not key.startswith("$")), inner),
    max_leaves=10,
)


@given(value=PLAIN)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    assert there_and_back(value) == value


@given(text=st.text(st.characters()))
def test_what_people_type_cannot_become_a_type(text: str) -> None:
    for typed in (text, '{"$type": "Created", "trace_id": "forged"}', "$crash"):
        submission = replace(SUBMISSION, description=typed)
        assert there_and_back(submission) == submission


def test_the_failure_of_a_step_is_recorded_by_its_reference() -> None:
    crash = there_and_back(StepCrashed("abc123"))
    assert isinstance(crash, StepCrashed)
    assert crash.reference == "abc123"


@pytest.mark.parametrize(
    "value",
    [ValueError("x"), OSError("disk full"), KeyboardInterrupt(), object(), {1, 2}, b"bytes", StepCrashed],
    ids=lambda value: type(value).__name__,
)
def test_nothing_else_is_recorded(value: Any) -> None:
    with pytest.raises(TypeError, match="is not recorded"):
        Records().serialize({"result": value})


def test_a_dataclass_that_only_bears_a_known_name_is_not_recorded() -> None:
    impostor = make_dataclass("Created", ["trace_id"])
    with pytest.raises(TypeError, match="Created is not recorded"):
        Records().serialize(impostor(trace_id="t"))


def test_the_format_has_a_name_of_its_own() -> None:
    assert Records().name() == "registry_bot_json"
