"""Look-ups through the client's front door: what is found, what is surely absent, and what is neither."""

import json
from typing import Any

import pytest

from bot.codearts.client import MAX_PAGES, CodeArts, Found
from bot.errors import LookupFailed
from bot.playground.codearts.server import PROJECT_ID, TENANT_ID, LocalCodeArts
from bot.playground.faults import Fault

from .conftest import ClientOf
from .misbehaving_server import MisbehavingServer, answer, http_answer, reset


def listed(*names: str, total: int | None = None, **fields: Any) -> dict[str, Any]:
    rows = [
        {"id": f"id-{name}", "displayName": name, "format": "docker2", "status": "active", **fields} for name in names
    ]
    result = {"total": len(names) if total is None else total, "repositories": rows}
    return {"status": "success", "trace_id": "list-1", "result": result}


async def test_a_registry_is_found_with_its_address_and_the_trace_id_of_the_look_up(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    made = cloud.add_registry("demo", description="for us")
    found = await codearts.find("demo")
    assert found is not None
    assert found.trace_id == cloud.calls[0].trace_id
    registry = found.registry
    assert (registry.id, registry.name, registry.status) == (made.id, "demo", "active")
    assert (registry.format, registry.address, registry.description) == ("docker2", made.url, "for us")
    assert registry.created_by == "console"
    assert registry.created_at
    assert [call.query["is_recycle_bin"] for call in cloud.calls] == ["false"]


async def test_the_name_must_be_the_same_to_the_letter(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    for near in ("demo-2", "Demo", "my-demo"):
        cloud.add_registry(near)
    assert await codearts.find("demo") is None
    assert len(await codearts.list_registries(qname="demo")) == 3


async def test_a_registry_of_another_format_is_not_it(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.add_registry("demo", format="generic")
    assert await codearts.find("demo") is None
    wanted = cloud.add_registry("demo", format="docker")
    found = await codearts.find("demo")
    assert found is not None
    assert found.registry.id == wanted.id


async def test_the_recycle_bin_is_asked_when_the_live_list_has_none(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.add_registry("demo", status="trash")
    found = await codearts.find("demo")
    assert found is not None
    assert found.registry.status == "trash"
    assert found.trace_id == cloud.calls[1].trace_id
    assert [call.query["is_recycle_bin"] for call in cloud.calls] == ["false", "true"]
    assert [each.name for each in await codearts.list_registries(qname="demo", in_recycle_bin=True)] == ["demo"]


async def test_an_active_registry_comes_before_one_in_another_state(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.add_registry("demo", status="disabled")
    active = cloud.add_registry("demo")
    found = await codearts.find("demo")
    assert found is not None
    assert found.registry.id == active.id


async def test_every_page_is_read(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    for number in range(250):
        cloud.add_registry(f"demo-{number}")
    names = [each.name for each in await codearts.list_registries(qname="demo")]
    assert names == [f"demo-{number}" for number in range(250)]
    assert [(call.query["page_no"], call.query["page_size"]) for call in cloud.calls] == [
        ("1", "100"),
        ("2", "100"),
        ("3", "100"),
    ]


async def test_pages_without_a_total_end_at_the_first_short_one(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    for names in ([f"demo-{number}" for number in range(100)], ["demo"]):
        page = listed(*names)
        del page["result"]["total"]
        cloud.faults.add("list", Fault.answer(200, page))
    assert len(await codearts.list_registries(qname="demo")) == 101


@pytest.mark.parametrize("total", [1, "1"])
async def test_a_count_may_come_as_text(cloud: LocalCodeArts, codearts: CodeArts, total: object) -> None:
    page = listed("demo")
    page["result"]["total"] = total
    cloud.faults.add("list", Fault.answer(200, page))
    assert [each.name for each in await codearts.list_registries(qname="demo")] == ["demo"]


async def test_nothing_may_be_left_out_where_there_is_nothing(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    for rows in ({"repositories": None}, {}):
        page = {"status": "success", "trace_id": "t", "result": {"total": 0, **rows}}
        cloud.faults.add("list", Fault.answer(200, page))
        assert await codearts.list_registries(qname="demo") == []


@pytest.mark.parametrize("qname", ["a b/c+d~é=&%中", "team shop", "a,b"])
async def test_any_search_text_arrives_as_it_is_and_rightly_signed(
    cloud: LocalCodeArts, codearts: CodeArts, qname: str
) -> None:
    assert await codearts.list_registries(qname=qname) == []
    assert cloud.calls[0].query["qname"] == qname
    assert cloud.calls[0].status == 200


async def test_the_look_up_names_account_and_project_in_a_path_without_final_slash(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    await codearts.find("demo")
    assert cloud.calls[0].path == f"/cloudartifact/v5/{TENANT_ID}/{PROJECT_ID}/repositories"
    assert cloud.calls[0].body == b""


@pytest.mark.parametrize("missing", ["domain_id", "codearts_project_id"])
async def test_without_both_ids_there_is_no_look_up(client_of: ClientOf, cloud: LocalCodeArts, missing: str) -> None:
    async with client_of(cloud.base_url, **{missing: None}) as client:
        assert not client.can_look_up
        with pytest.raises(LookupFailed, match="CODEARTS_PROJECT_ID"):
            await client.find("demo")
    assert cloud.calls == []


def test_with_both_ids_look_ups_are_possible(client_of: ClientOf) -> None:
    assert client_of("http://127.0.0.1:1").can_look_up


ODD_ROWS = {
    "numeric id and no colours": {"id": 7, "status": "active", "format": None, "packageType": "docker2", "new": {}},
    "everything else missing": {"format": "docker"},
    "everything else of a wrong type": {"format": "Docker2", "url": 5, "description": [], "createdUserName": {}},
}


@pytest.mark.parametrize("row", ODD_ROWS.values(), ids=ODD_ROWS.keys())
async def test_an_odd_row_is_read_as_far_as_it_goes(
    cloud: LocalCodeArts, codearts: CodeArts, row: dict[str, Any]
) -> None:
    page = {"status": "success", "trace_id": "t", "result": {"repositories": [{"displayName": "demo", **row}]}}
    cloud.faults.add("list", Fault.answer(200, page))
    found = await codearts.find("demo")
    assert isinstance(found, Found)
    assert found.registry.address is None


UNUSABLE: dict[str, tuple[Fault, str | None]] = {
    "403": (
        Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "t-1"}),
        "t-1",
    ),
    "error under 200": (
        Fault.answer(200, {"status": "error", "error": {"code": "X.1", "reason": "no"}, "trace_id": "t-2"}),
        "t-2",
    ),
    "another status word": (Fault.answer(200, {"status": "pending", "trace_id": "t-3", "result": {"total": 0}}), "t-3"),
    "result is null": (Fault.answer(200, {"status": "success", "trace_id": "t-4", "result": None}), "t-4"),
    "result is a list": (Fault.answer(200, {"status": "success", "trace_id": "t-5", "result": []}), "t-5"),
    "result is empty": (Fault.answer(200, {"status": "success", "trace_id": "t-6", "result": {}}), "t-6"),
    "rows promised, none shown": (
        Fault.answer(200, {"status": "success", "trace_id": "t-7", "result": {"total": 3, "repositories": []}}),
        "t-7",
    ),
    "rows promised, no list": (
        Fault.answer(200, {"status": "success", "trace_id": "t-8", "result": {"total": 3}}),
        "t-8",
    ),
    "a row is no object": (
        Fault.answer(200, {"status": "success", "trace_id": "t-9", "result": {"total": 1, "repositories": ["demo"]}}),
        "t-9",
    ),
    "a name is no text": (Fault.answer(200, listed("demo", displayName={"zh": "demo"})), "list-1"),
    "a name is a number": (Fault.answer(200, listed("demo", displayName=7)), "list-1"),
    "a count that is true": (Fault.answer(200, listed("demo", total=True)), "list-1"),
    "a count below nothing": (Fault.answer(200, listed("demo", total=-1)), "list-1"),
    "the name without its format": (Fault.answer(200, listed("demo", format=None)), "list-1"),
    "HTML": (Fault.answer(200, b"<html>", {"X-Request-Id": "gw-1"}), "gw-1"),
    "empty": (Fault.answer(200, b""), None),
    "302": (Fault.answer(302, b"", {"Location": "/elsewhere"}), None),
    "500": (Fault.answer(500, b"oops"), None),
    "429": (Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "slow down", "request_id": "r"}), "r"),
    "garbage": (Fault.garbage(), None),
    "truncated": (Fault.truncate(apply=True), None),
}


@pytest.mark.parametrize(("fault", "trace_id"), UNUSABLE.values(), ids=UNUSABLE.keys())
async def test_an_unusable_answer_is_not_taken_for_absence(
    cloud: LocalCodeArts, codearts: CodeArts, fault: Fault, trace_id: str | None
) -> None:
    cloud.faults.add("list", fault, times=None)
    with pytest.raises(LookupFailed) as caught:
        await codearts.find("demo")
    assert caught.value.trace_id == trace_id


async def test_no_answer_in_time_is_not_taken_for_absence(cloud: LocalCodeArts, client_of: ClientOf) -> None:
    cloud.faults.add("list", Fault.hang(), times=None)
    async with client_of(cloud.base_url, read_timeout=0.3) as client:
        with pytest.raises(LookupFailed, match="did not answer in time"):
            await client.find("demo")


async def test_an_unusable_answer_of_the_recycle_bin_is_not_taken_for_absence(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    cloud.faults.add("list", Fault.answer(200, listed()))
    cloud.faults.add("list", Fault.answer(500, b""))
    with pytest.raises(LookupFailed):
        await codearts.find("demo")


async def test_the_error_of_a_look_up_quotes_the_api(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.faults.add("list", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))
    with pytest.raises(LookupFailed, match=r"HTTP 403 \(CR\.4102: no right\)"):
        await codearts.find("demo")


async def test_a_list_that_repeats_its_first_page_for_ever_is_not_believed(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    cloud.faults.add("list", Fault.answer(200, listed("a", "b", total=1000)), times=None)
    with pytest.raises(LookupFailed, match="more registries than it shows"):
        await codearts.find("demo")
    assert len(cloud.calls) == 2


async def test_a_list_without_end_is_given_up(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    for number in range(MAX_PAGES + 1):
        cloud.faults.add("list", Fault.answer(200, listed(f"n-{number}", total=10**6)))
    with pytest.raises(LookupFailed, match=f"more than {MAX_PAGES} pages"):
        await codearts.list_registries(qname="n")
    assert len(cloud.calls) == MAX_PAGES


async def test_a_reset_connection_of_the_look_up_is_tried_once_more_by_the_engine(client_of: ClientOf) -> None:
    """Reading is harmless to repeat; that aiohttp does so for GET, and only for GET, is what keeps POST single."""
    page = answer(http_answer(json.dumps(listed("demo")).encode()))
    async with MisbehavingServer(reset, page) as server, client_of(server.url) as client:
        assert await client.find("demo") is not None
        assert len(server.requests) == 2
