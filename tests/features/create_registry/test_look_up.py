"""What the list call says about a name, as a value that a step can record."""

import pytest

from bot.clients import build_codearts
from bot.codearts.client import CodeArts
from bot.config import Settings
from bot.domain.outcomes import Reason
from bot.features.create_registry.look_up import LookedUp, first_look, look_up
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.workflow.durable import InProcess


@pytest.fixture
def durable() -> InProcess:
    return InProcess(reference="R-22222")


def calls(cloud: LocalCodeArts) -> list[bool]:
    """For each list call, whether it asked for the recycle bin."""
    return [call.query["is_recycle_bin"] == "true" for call in cloud.calls]


@pytest.mark.parametrize("status", ["active", "disabled", "view"])
async def test_a_registry_in_the_list_is_present_with_its_address_and_the_trace_id_of_the_look(
    cloud: LocalCodeArts, codearts: CodeArts, status: str
) -> None:
    registry = cloud.add_registry("shop", status=status)
    seen = await look_up(codearts, "shop")
    assert seen == LookedUp(seen="present", trace_id=cloud.calls[0].trace_id, address=registry.url)


@pytest.mark.parametrize("status", ["trash", "delete"])
async def test_a_registry_in_the_recycle_bin_is_trashed(cloud: LocalCodeArts, codearts: CodeArts, status: str) -> None:
    registry = cloud.add_registry("shop", status=status)
    seen = await look_up(codearts, "shop")
    assert seen == LookedUp(seen="trashed", trace_id=cloud.calls[-1].trace_id, address=registry.url)


@pytest.mark.parametrize(("name", "kind"), [("Shop", "docker2"), ("shop2", "docker2"), ("shop", "maven2")])
async def test_whatever_is_not_exactly_this_docker_registry_is_absent(
    cloud: LocalCodeArts, codearts: CodeArts, name: str, kind: str
) -> None:
    cloud.add_registry(name, format=kind)
    assert await look_up(codearts, "shop") == LookedUp(seen="absent")
    assert calls(cloud) == [False, True]


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        (
            Fault.answer(503, {"error_msg": "busy", "error_code": "APIGW.0613", "request_id": "list-8"}),
            {"code": "APIGW.0613", "message": "busy", "status": 503, "trace_id": "list-8"},
        ),
        (
            Fault.answer(403, {"error_msg": "no right", "error_code": "CR.4102", "trace_id": "list-7"}),
            {"code": "CR.4102", "message": "no right", "status": 403, "trace_id": "list-7", "refused": True},
        ),
        (Fault.answer(200, "<html>"), {"code": Reason.ANSWER_UNREADABLE, "status": 200}),
        (Fault.answer(502, "<html>"), {"code": Reason.ANSWER_UNCLEAR, "status": 502}),
        (Fault.drop(), {"code": Reason.CONNECTION_BROKE}),
        (Fault.hang(), {"code": Reason.NO_ANSWER}),
    ],
    ids=["busy", "refused", "not JSON", "a proxy's", "lost", "silence"],
)
async def test_a_look_that_fails_says_why(
    cloud: LocalCodeArts, codearts: CodeArts, fault: Fault, failed: dict[str, object]
) -> None:
    cloud.faults.add("list", fault, times=None)  # a GET may be repeated by the client
    assert await look_up(codearts, "shop") == LookedUp(seen="failed", **failed)  # type: ignore[arg-type]


async def test_the_first_look_does_not_ask_for_the_recycle_bin(
    cloud: LocalCodeArts, codearts: CodeArts, durable: InProcess
) -> None:
    cloud.add_registry("shop", status="trash")
    assert await first_look(durable, codearts, "shop") == LookedUp(seen="absent")
    assert calls(cloud) == [False]


async def test_without_the_ids_the_first_look_fails_without_a_call(
    cloud: LocalCodeArts, quick_settings: Settings, durable: InProcess
) -> None:
    async with build_codearts(quick_settings.model_copy(update={"codearts_project_id": None})) as codearts:
        seen = await first_look(durable, codearts, "shop")
    assert seen == LookedUp(seen="failed", code=Reason.LIST_IDS_MISSING)
    assert cloud.calls == []
