"""What this feature hands over to the platform, and by which names requests and forms of an older build are known."""

import pytest

from bot.codearts.view import View
from bot.domain.outcomes import Reason
from bot.features.contract import Parts, Platform
from bot.features.create_registry.feature import create_registry
from bot.features.create_registry.look_up import LookedUp, Row
from bot.slack.inbound.listeners import ActionListener, CommandListener, FormListener
from bot.workflow.serializer import RecordSerializer
from tests.features.create_registry.samples import request_of


@pytest.fixture
def parts(platform: Platform) -> Parts:
    return create_registry().build(platform)


def test_it_needs_its_command_and_shortcuts_and_what_tells_who_a_person_is() -> None:
    needs = create_registry().needs
    assert needs.commands == {"/create-registry"}
    assert {each.callback_id: each.kind for each in needs.shortcuts} == {
        "create_registry_anywhere": "global",
        "create_registry_on_message": "message",
    }
    assert needs.scopes == {"commands"}
    assert needs.optional_scopes == {"users:read", "usergroups:read"}


def test_the_names_are_those_that_open_forms_and_stored_requests_bear(parts: Parts) -> None:
    assert [listener.command for listener in parts.listeners if isinstance(listener, CommandListener)] == [
        "/create-registry"
    ]
    assert [listener.callback_id for listener in parts.listeners if isinstance(listener, FormListener)] == [
        "create_registry"
    ]
    assert {(each.action_id, each.block_id) for each in parts.listeners if isinstance(each, ActionListener)} == {
        ("registry_create", None),
        ("name", "registry_name"),
        ("registry_how_to_push", None),
        ("registry_another_name", None),
        ("registry_try_again", None),
        ("registry_check_now", None),
    }
    assert {each.name: [kind.__name__ for kind in each.recorded] for each in parts.workflows} == {
        "create_registry": ["RegistryRequest", "RegistryToApprove", "LookedUp", "Row", "View"],
        "check_registry": ["Check", "LookedUp", "Row", "View"],
    }


def test_a_request_holds_the_name_of_its_registry(parts: Parts) -> None:
    workflow, _ = parts.workflows
    assert workflow.held_name(request_of(name="shop")) == "shop"


@pytest.mark.parametrize(
    "value",
    [
        request_of(response_url="https://hooks.slack.com/x"),
        request_of(description=None),
        LookedUp(
            rows=[Row(id="1", name="shop", address="https://a.example/r/", creator="bot"), Row(id="2", name="Shop")],
            view=View(proven=True, creator="bot"),
            trace_id="143-1",
        ),
        LookedUp(failed=True, code=Reason.LIST_INCOMPLETE, message="busy", status=503, refused=True),
    ],
    ids=["a request", "without a description", "a look", "a look that failed"],
)
def test_what_is_recorded_comes_back_as_it_was(parts: Parts, value: object) -> None:
    workflow, _ = parts.workflows
    serializer = RecordSerializer(workflow.recorded)
    assert serializer.deserialize(serializer.serialize(value)) == value


def test_a_record_of_a_build_that_knew_more_and_less_is_read(parts: Parts) -> None:
    workflow, _ = parts.workflows
    read = RecordSerializer(workflow.recorded).deserialize('{"$type":"LookedUp","trace_id":"143-1","of_tomorrow":7}')
    assert read == LookedUp(trace_id="143-1")
