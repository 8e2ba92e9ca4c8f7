"""What is in the database: everything comes back as it was, an older or newer build can read it, and nothing else fits."""

import json
from dataclasses import MISSING, fields, make_dataclass, replace
from typing import Any

import pytest
from dbos import error as dbos_error
from hypothesis import given
from hypothesis import strategies as st

from bot.codearts.view import View
from bot.domain.approval import Decision, Need
from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.domain.registry import Created
from bot.domain.request import Origin, Request
from bot.errors import StepCrashed
from bot.features.create_registry.look_up import LookedUp, Row
from bot.features.create_registry.models import RegistryRequest, RegistryToApprove
from bot.slack.outbound.results import Posted
from bot.workflow.first_attempt import FirstAttempt
from bot.workflow.progress import Progress
from bot.workflow.serializer import RecordSerializer

ORIGIN = Origin(
    door="command",
    requester="U0",
    requester_name="ana",
    team="T0",
    channel="C0",
    response_url="https://hooks.slack.com/x",
)
REQUEST = Request(
    id="T0-V0",
    reference="R-7K2F9",
    origin=ORIGIN,
    payload=RegistryRequest(name="shop", description="<!channel> \ud83d 团队"),
    accepted_at=1795450400.494099,
)
POSTED = Posted(route="channel", channel="C0", ts="1.0")
NEED = Need(until=1795450400.5, rule="person", reason="we need it")
KNOWN: list[Any] = [
    REQUEST,
    ORIGIN,
    Created(trace_id="t", confirmed_by_lookup=True, trace_of_lookup=True, address="https://a.example"),
    Refused(code="CR.4102", message="no", trace_id="t", status=403),
    NotApplied(code="throttled", message="busy", retry_after=1.5, trace_id="t", status=429),
    InDoubt(code="no_answer", message="m", trace_id="t", status=504),
    POSTED,
    Progress(posted=POSTED, refused="is_archived", doubtful=True),
    FirstAttempt(progress=Progress(posted=POSTED), result=InDoubt(code="no_answer")),
    RegistryRequest(name="shop", description="d", note="by ana", marked=True),
    LookedUp(
        rows=[Row(id="1", name="shop")],
        view=View(proven=True, creator="bot"),
        trace_id="t",
        failed=True,
        code="c",
        message="m",
        status=403,
        refused=True,
    ),
    Row(id="1", name="shop", address="a", description="d", creator="bot", trashed=True),
    View(proven=True, creator="bot"),
    NEED,
    Decision(answer="approved", at=1795450500.5, by="U1", why="because"),
    RegistryToApprove(name="shop", description="d", need=NEED),
]
# The features' own; the others are those of every workflow.
RECORDED = (RegistryRequest, RegistryToApprove, LookedUp, Row, View)


@pytest.fixture(scope="module")
def records() -> RecordSerializer:
    return RecordSerializer(RECORDED)


def named(value: Any) -> str:
    return type(value).__name__


@pytest.mark.parametrize("value", KNOWN, ids=named)
def test_every_known_value_comes_back_as_it_was(records: RecordSerializer, value: Any) -> None:
    for whole in (value, {"by": "e", "result": value}, {"args": [value], "kwargs": {}}):
        assert records.deserialize(records.serialize(whole)) == whole


def test_every_type_that_is_known_is_tried_here(records: RecordSerializer) -> None:
    assert {named(value) for value in KNOWN} == set(records._known)


@pytest.mark.parametrize("value", KNOWN, ids=named)
def test_a_field_of_a_newer_build_is_ignored(records: RecordSerializer, value: Any) -> None:
    written = json.loads(records.serialize(value)) | {"added_later": 1}
    assert records.deserialize(json.dumps(written)) == value


@pytest.mark.parametrize("value", KNOWN, ids=named)
def test_a_field_that_an_older_build_did_not_write_has_its_default(records: RecordSerializer, value: Any) -> None:
    optional = {each.name: each.default for each in fields(value) if each.default is not MISSING}
    written = json.loads(records.serialize(value))
    read = records.deserialize(json.dumps({name: each for name, each in written.items() if name not in optional}))
    assert read == replace(value, **optional)


def test_a_record_without_a_field_that_has_no_default_is_not_made_up(records: RecordSerializer) -> None:
    with pytest.raises(TypeError):
        records.deserialize('{"$type": "Refused"}')


@pytest.mark.parametrize("written", ['{"$type": "FromTheFuture", "a": 1}', '{"$type": "RegistryRequest", "a": 1}'])
def test_a_type_that_this_build_does_not_know_is_left_as_plain_values(written: str) -> None:
    assert RecordSerializer().deserialize(written) == json.loads(written)


def test_a_code_is_stored_as_the_plain_text_that_any_build_can_read(records: RecordSerializer) -> None:
    written = records.serialize(InDoubt(code=Reason.PROCESS_ENDED))
    assert '"code":"process_ended"' in written
    assert records.deserialize(written.replace("process_ended", "of_a_newer_build")) == InDoubt(code="of_a_newer_build")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text().filter(lambda key: not key.startswith("$")), inner),
    max_leaves=10,
)


@given(value=PLAIN)
def test_plain_values_come_back_as_they_were(records: RecordSerializer, value: Any) -> None:
    assert records.deserialize(records.serialize(value)) == value


@given(text=st.text(st.characters()))
def test_what_people_type_cannot_become_a_type(records: RecordSerializer, text: str) -> None:
    for typed in (text, '{"$type": "Created", "trace_id": "forged"}', "$crash", "$in_use"):
        request = replace(REQUEST, payload=RegistryRequest(name="shop", description=typed))
        assert records.deserialize(records.serialize(request)) == request


def test_the_failure_of_a_step_is_recorded_by_its_reference(records: RecordSerializer) -> None:
    crash = records.deserialize(records.serialize(StepCrashed("R-7K2F9")))
    assert isinstance(crash, StepCrashed)
    assert crash.reference == "R-7K2F9"


def test_what_dbos_makes_into_text_before_it_raises_it_can_be_made_into_text(records: RecordSerializer) -> None:
    in_use = dbos_error.DBOSWorkflowIDInUseError("T0-V0", "PENDING", "create_registry")
    assert json.loads(records.serialize(in_use)) == {"$in_use": "T0-V0"}


@pytest.mark.parametrize(
    "value",
    [ValueError("x"), OSError("disk full"), KeyboardInterrupt(), object(), {1, 2}, b"bytes", StepCrashed],
    ids=named,
)
def test_nothing_else_is_recorded(records: RecordSerializer, value: Any) -> None:
    with pytest.raises(TypeError, match="is not recorded"):
        records.serialize({"result": value})


def test_a_dataclass_that_no_feature_registered_is_not_recorded() -> None:
    with pytest.raises(TypeError, match="RegistryRequest is not recorded"):
        RecordSerializer().serialize(REQUEST)


def test_a_dataclass_that_only_bears_a_known_name_is_not_recorded(records: RecordSerializer) -> None:
    impostor = make_dataclass("Created", ["trace_id"])
    with pytest.raises(TypeError, match="Created is not recorded"):
        records.serialize(impostor(trace_id="t"))


def test_two_features_cannot_give_their_records_one_name() -> None:
    with pytest.raises(ValueError, match=r"^two recorded dataclasses are called Created$"):
        RecordSerializer((make_dataclass("Created", ["trace_id"]),))


def test_a_dataclass_that_two_features_record_is_registered_once() -> None:
    assert RecordSerializer((RegistryRequest, RegistryRequest)).serialize(RegistryRequest(name="shop"))


def test_the_format_has_a_name_of_its_own(records: RecordSerializer) -> None:
    assert records.name() == "registry_bot_json"
