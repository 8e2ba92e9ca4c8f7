"""The client against local servers: what it sends, and what it makes of each answer and each failed call."""

import asyncio
import gzip
import json
import logging
import socket
from typing import Any

import pytest

from bot.codearts.client import MAX_PAGES, PAGE_SIZE, CodeArts
from bot.domain.outcomes import InDoubt, NotApplied, Reason, Refused
from bot.domain.registry import Created
from bot.errors import LookupFailed, SettingsError
from bot.net.bodies import LARGEST_ANSWER
from bot.net.network import Network
from bot.net.proxies import Proxies
from bot.playground.codearts.server import ACCESS_KEY, PROJECT_ID, SECRET_KEY, TENANT_ID, LocalCodeArts
from bot.playground.faults import Fault
from tests.net.misbehaving_server import MisbehavingServer, answer, drip, http_answer, reset

from .conftest import ClientOf
from .test_listing import listed

TOKEN = "TOKENexample/abc+def=="
IMPATIENT = 0.3  # seconds, where no answer comes on purpose


# ---- create: what goes out ----


async def test_the_body_is_the_vendors_example_byte_for_byte(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    await codearts.create_registry(name="team-a_img.1", description="团队镜像仓库")
    assert cloud.calls[0].body == (
        b'{"format": "docker", "display_name": "team-a_img.1", '
        b'"description": "\\u56e2\\u961f\\u955c\\u50cf\\u4ed3\\u5e93", "type": "Hosted"}'
    )


async def test_no_description_is_left_out_of_the_body(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    await codearts.create_registry(name="demo", description=None)
    assert cloud.calls[0].body == b'{"format": "docker", "display_name": "demo", "type": "Hosted"}'


async def test_the_request_line_and_the_headers_are_plain(client_of: ClientOf) -> None:
    async with MisbehavingServer(answer(http_answer())) as server, client_of(server.url + "/") as client:
        await client.create_registry(name="demo", description=None)
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        request_line, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        assert request_line == "POST /cloudartifact/v5/repositories HTTP/1.1"
        assert len(headers) == len(lines)
        assert "SignedHeaders=content-type;host;x-sdk-date," in headers.pop("authorization")
        assert headers.pop("x-sdk-date").endswith("Z")
        assert headers == {
            "host": f"127.0.0.1:{server.port}",
            "content-type": "application/json",
            "content-length": str(len(body)),
            "user-agent": "registry-bot",
            "accept": "application/json",
            "accept-encoding": "identity",
        }


async def test_temporary_credentials_and_the_iam_project_are_sent_and_signed(client_of: ClientOf) -> None:
    async with (
        LocalCodeArts(security_token=TOKEN) as cloud,
        client_of(cloud.base_url, security_token=TOKEN, project_id="iam-project") as client,
    ):
        assert isinstance(await client.create_registry(name="demo", description=None), Created)
        headers = cloud.calls[0].headers
        assert headers["X-Security-Token"] == TOKEN
        assert headers["X-Project-Id"] == "iam-project"
        assert "host;x-project-id;x-sdk-date;x-security-token" in headers["Authorization"]


async def test_the_clock_that_was_given_dates_the_signature(client_of: ClientOf) -> None:
    now = [1762248615.0]
    async with (
        LocalCodeArts(clock=lambda: now[0]) as cloud,
        client_of(cloud.base_url, clock=lambda: now[0]) as client,
    ):
        assert isinstance(await client.create_registry(name="one", description=None), Created)
        now[0] += 3600
        assert isinstance(await client.create_registry(name="two", description=None), Created)
        assert [call.headers["X-Sdk-Date"] for call in cloud.calls] == ["20251104T093015Z", "20251104T103015Z"]


# ---- create: what comes back ----


async def test_a_creation_has_the_trace_id_that_the_api_sent(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    attempt = await codearts.create_registry(name="demo", description="for us")
    assert attempt == Created(trace_id=cloud.calls[0].trace_id)
    assert [(each.display_name, each.description) for each in cloud.registries] == [("demo", "for us")]


async def test_an_answer_that_somebody_compressed_on_the_way_is_read(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    body = gzip.compress(b'{"status": "success", "trace_id": "t-1"}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    cloud.faults.add("create", Fault.answer(200, body, headers))
    assert await codearts.create_registry(name="demo", description=None) == Created(trace_id="t-1")


async def test_an_answer_that_unpacks_to_too_much_is_in_doubt(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    bomb = gzip.compress(b" " * (LARGEST_ANSWER + 1))
    assert len(bomb) < 10_000
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    cloud.faults.add("create", Fault.answer(200, bomb, headers))
    attempt = await codearts.create_registry(name="demo", description=None)
    assert attempt == InDoubt(code=Reason.ANSWER_TOO_LARGE)


async def test_a_refusal_is_passed_on_verbatim(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.add_registry("demo")
    attempt = await codearts.create_registry(name="demo", description=None)
    assert attempt == Refused(
        code="CR.4009",
        message="The repository name demo already exists",
        trace_id=cloud.calls[0].trace_id,
        status=200,
    )


async def test_a_wrong_secret_key_is_refused_by_the_gateway(client_of: ClientOf, cloud: LocalCodeArts) -> None:
    async with client_of(cloud.base_url, secret_key="wrong") as client:
        attempt = await client.create_registry(name="demo", description=None)
    assert isinstance(attempt, NotApplied)
    assert (attempt.code, attempt.status) == ("APIGW.0301", 401)
    assert client.acceptance.refused


async def test_throttling_was_not_applied_and_says_how_long_to_wait(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    body = {"error_code": "APIGW.0308", "error_msg": "over ratelimit", "request_id": "r-1"}
    cloud.faults.add("create", Fault.answer(429, body, {"Retry-After": "3", "Content-Type": "application/json"}))
    attempt = await codearts.create_registry(name="demo", description=None)
    assert attempt == NotApplied(
        code="APIGW.0308", message="over ratelimit", retry_after=3.0, trace_id="r-1", status=429
    )


@pytest.mark.parametrize("apply", [False, True], ids=["before the effect", "after the effect"])
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.drop, Reason.CONNECTION_BROKE),
        (Fault.hang, Reason.NO_ANSWER),
        (Fault.garbage, Reason.ANSWER_NOT_HTTP),
        (Fault.truncate, Reason.ANSWER_CUT_OFF),
    ],
)
async def test_a_lost_answer_is_in_doubt_and_the_call_is_not_repeated(
    cloud: LocalCodeArts, client_of: ClientOf, fault: Any, code: Reason, *, apply: bool
) -> None:
    cloud.faults.add("create", fault(apply=apply))
    async with client_of(cloud.base_url, read_timeout=IMPATIENT if fault == Fault.hang else 10.0) as client:
        attempt = await client.create_registry(name="demo", description=None)
    assert attempt == InDoubt(code=code)
    assert len(cloud.calls) == 1
    assert len(cloud.registries) == int(apply)


async def test_a_gateway_timeout_is_in_doubt(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    body = {"error_code": "APIGW.0201", "error_msg": "Backend timeout", "request_id": "r-2"}
    cloud.faults.add("create", Fault.answer(504, body, apply=True))
    attempt = await codearts.create_registry(name="demo", description=None)
    assert attempt == InDoubt(
        code=Reason.ANSWER_UNCLEAR, message="APIGW.0201: Backend timeout", trace_id="r-2", status=504
    )


async def test_an_answer_that_never_ends_is_in_doubt(client_of: ClientOf) -> None:
    async with (
        MisbehavingServer(drip) as server,
        client_of(server.url, connect_timeout=0.1, read_timeout=0.2) as client,
    ):
        attempt = await client.create_registry(name="demo", description=None)
    assert attempt == InDoubt(code=Reason.NO_ANSWER)


async def test_an_answer_is_read_up_to_a_limit_only(client_of: ClientOf) -> None:
    huge = b'{"status":"success","trace_id":"1"}' + b" " * (2 * LARGEST_ANSWER)
    async with MisbehavingServer(answer(http_answer(huge))) as server, client_of(server.url) as client:
        attempt = await client.create_registry(name="demo", description=None)
    assert attempt == InDoubt(code=Reason.ANSWER_TOO_LARGE)


async def test_an_answer_that_cannot_be_decompressed_is_in_doubt(client_of: ClientOf) -> None:
    raw = http_answer(b"not gzip", headers={"Content-Encoding": "gzip"})
    async with MisbehavingServer(answer(raw)) as server, client_of(server.url) as client:
        attempt = await client.create_registry(name="demo", description=None)
    assert attempt == InDoubt(code=Reason.ANSWER_NOT_DECODED)


async def test_a_refused_connection_was_not_applied(client_of: ClientOf) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with client_of(f"http://127.0.0.1:{unused.getsockname()[1]}") as client:
            attempt = await client.create_registry(name="demo", description=None)
    assert attempt == NotApplied(code=Reason.CONNECTION_REFUSED)


async def test_a_proxy_carries_the_call(client_of: ClientOf) -> None:
    success = answer(http_answer(b'{"status": "success", "trace_id": "via-proxy"}'))
    async with (
        MisbehavingServer(success) as proxy,
        client_of("http://artifact.example.com", network=Network(proxies=Proxies(http=proxy.url))) as client,
    ):
        assert await client.create_registry(name="demo", description=None) == Created(trace_id="via-proxy")
        assert proxy.requests[0].startswith(b"POST http://artifact.example.com/cloudartifact/v5/repositories HTTP/1.1")


@pytest.mark.parametrize(
    ("says", "code"),
    [
        (b"<html>no HTTP at all</html>\r\n\r\n", Reason.PROXY_FORBIDS),
        (http_answer(b"<html>log in here</html>", status=407), Reason.PROXY_REFUSED),
    ],
)
async def test_what_a_proxy_answers_instead_of_opening_a_tunnel_comes_before_anything_is_sent(
    client_of: ClientOf, says: bytes, code: Reason
) -> None:
    async with (
        MisbehavingServer(answer(says)) as proxy,
        client_of("https://artifact.example.com", network=Network(proxies=Proxies(https=proxy.url))) as client,
    ):
        assert await client.create_registry(name="demo", description=None) == NotApplied(code=code)


async def test_a_closed_client_applies_nothing(client_of: ClientOf, cloud: LocalCodeArts) -> None:
    client = client_of(cloud.base_url)
    await client.aclose()
    attempt = await client.create_registry(name="demo", description=None)
    assert attempt == NotApplied(code=Reason.SHUTTING_DOWN)
    with pytest.raises(LookupFailed):
        await client.find_all("demo")
    assert cloud.calls == []


async def test_many_calls_at_once_are_kept_apart(client_of: ClientOf, cloud: LocalCodeArts) -> None:
    names = [f"demo-{number}" for number in range(150)]
    async with client_of(cloud.base_url) as client:
        attempts = await asyncio.gather(*(client.create_registry(name=name, description=None) for name in names))
    assert {each.trace_id for each in attempts} == {call.trace_id for call in cloud.calls}
    assert sorted(each.display_name for each in cloud.registries) == sorted(names)


async def test_a_cancelled_call_ends_as_cancelled(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.faults.add("create", Fault.hang())
    task = asyncio.create_task(codearts.create_registry(name="demo", description=None))
    await cloud.wait_for(lambda: len(cloud.calls) == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert isinstance(await codearts.create_registry(name="demo", description=None), Created)


# ---- look-ups ----


async def test_a_registry_is_found_with_its_address_and_the_trace_id_of_the_look_up(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    made = cloud.add_registry("demo", description="for us")
    (found,) = await codearts.find_all("demo")
    assert found.trace_id == cloud.calls[0].trace_id
    registry = found.registry
    assert (registry.id, registry.name, registry.status) == (made.id, "demo", "active")
    assert (registry.format, registry.address, registry.description) == ("docker2", made.url, "for us")
    assert registry.creator == "console"
    assert registry.created_at
    assert [call.query["is_recycle_bin"] for call in cloud.calls] == ["false"]


async def test_only_the_same_name_matches_in_upper_or_lower_case(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    for near in ("demo-2", "Demo", "my-demo"):
        cloud.add_registry(near)
    assert [each.registry.name for each in await codearts.find_all("demo")] == ["Demo"]
    assert len(await codearts.list_registries(qname="demo")) == 3


async def test_a_registry_of_another_format_does_not_match(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.add_registry("demo", format="generic")
    assert await codearts.find_all("demo") == []
    wanted = cloud.add_registry("demo", format="docker")
    assert [each.registry.id for each in await codearts.find_all("demo")] == [wanted.id]


async def test_the_recycle_bin_is_searched_where_it_is_asked_for(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.add_registry("demo", status="trash")
    assert await codearts.find_all("demo") == []
    (found,) = await codearts.find_all("demo", in_recycle_bin=True)
    assert found.registry.status == "trash"
    assert found.trace_id == cloud.calls[1].trace_id
    assert [call.query["is_recycle_bin"] for call in cloud.calls] == ["false", "true"]
    assert [each.name for each in await codearts.list_registries(qname="demo", in_recycle_bin=True)] == ["demo"]


async def test_all_of_the_name_are_found_the_active_ones_first(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    disabled = cloud.add_registry("demo", status="disabled")
    active = cloud.add_registry("demo")
    assert [each.registry.id for each in await codearts.find_all("demo")] == [active.id, disabled.id]


async def test_the_names_of_all_docker_registries_in_use_are_read_page_by_page(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    for number in range(101):
        cloud.add_registry(f"r{number}")
    cloud.add_registry("a-jar", format="maven2")
    cloud.add_registry("gone", status="trash")
    assert await codearts.docker_names() == [f"r{number}" for number in range(101)]
    assert ["qname" in call.query for call in cloud.calls] == [False, False]


async def test_more_registries_than_are_ever_found_for_one_name_have_their_names_read(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    names = [f"r{number}" for number in range(MAX_PAGES * PAGE_SIZE + 1)]
    for name in names:
        cloud.add_registry(name)
    assert await codearts.docker_names() == names


def test_what_the_list_shows_depends_on_endpoint_account_and_project_and_who_calls_on_the_access_key(
    client_of: ClientOf,
) -> None:
    usual = client_of("https://a.example")
    others = [
        client_of("https://b.example"),
        client_of("https://a.example", domain_id="other"),
        client_of("https://a.example", codearts_project_id="other"),
    ]
    assert len({usual.view_id, *(each.view_id for each in others)}) == 4
    again, another = client_of("https://a.example/"), client_of("https://a.example", access_key="other")
    assert (again.view_id, again.caller) == (usual.view_id, usual.caller)
    assert (another.view_id, another.caller != usual.caller) == (usual.view_id, True)
    assert ACCESS_KEY not in usual.caller


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


@pytest.mark.parametrize("qname", ["a b/c+d~é=&%中", "team shop", "a,b"])
async def test_any_search_text_arrives_unchanged_and_correctly_signed(
    cloud: LocalCodeArts, codearts: CodeArts, qname: str
) -> None:
    assert await codearts.list_registries(qname=qname) == []
    assert cloud.calls[0].query["qname"] == qname
    assert cloud.calls[0].status == 200


async def test_the_look_up_names_account_and_project_in_a_path_without_trailing_slash(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    await codearts.find_all("demo")
    assert cloud.calls[0].path == f"/cloudartifact/v5/{TENANT_ID}/{PROJECT_ID}/repositories"
    assert cloud.calls[0].body == b""


@pytest.mark.parametrize("missing", ["domain_id", "codearts_project_id"])
async def test_without_both_ids_there_is_no_look_up(client_of: ClientOf, cloud: LocalCodeArts, missing: str) -> None:
    async with client_of(cloud.base_url, **{missing: None}) as client:
        assert not client.can_look_up
        with pytest.raises(LookupFailed, match=Reason.LIST_IDS_MISSING):
            await client.find_all("demo")
    assert cloud.calls == []


def test_with_both_ids_look_ups_are_possible(client_of: ClientOf) -> None:
    assert client_of("http://127.0.0.1:1").can_look_up


FAILED_LOOK_UPS: dict[str, tuple[Fault, LookupFailed]] = {
    "403": (
        Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "t-1"}),
        LookupFailed("CR.4102", message="no right", status=403, trace_id="t-1", refused=True),
    ),
    "500": (Fault.answer(500, b"oops"), LookupFailed(Reason.ANSWER_UNCLEAR, status=500)),
    "HTML": (
        Fault.answer(200, b"<html>", {"X-Request-Id": "gw-1"}),
        LookupFailed(Reason.ANSWER_UNREADABLE, status=200, trace_id="gw-1"),
    ),
    "a row without its format": (
        Fault.answer(200, listed("demo", format=None)),
        LookupFailed(Reason.LIST_UNREADABLE, trace_id="list-1"),
    ),
    "rows promised, none shown": (
        Fault.answer(200, {"status": "success", "trace_id": "t-7", "result": {"total": 3, "repositories": []}}),
        LookupFailed(Reason.LIST_INCOMPLETE, trace_id="t-7"),
    ),
    "garbage": (Fault.garbage(), LookupFailed(Reason.ANSWER_NOT_HTTP)),
    "truncated": (Fault.truncate(apply=True), LookupFailed(Reason.ANSWER_CUT_OFF)),
    "too large": (Fault.answer(200, b" " * (LARGEST_ANSWER + 1)), LookupFailed(Reason.ANSWER_TOO_LARGE)),
}


@pytest.mark.parametrize(("fault", "expected"), FAILED_LOOK_UPS.values(), ids=FAILED_LOOK_UPS.keys())
async def test_a_failed_look_up_is_not_taken_for_absence(
    cloud: LocalCodeArts, codearts: CodeArts, fault: Fault, expected: LookupFailed
) -> None:
    cloud.faults.add("list", fault, times=None)
    with pytest.raises(LookupFailed) as caught:
        await codearts.find_all("demo")
    assert vars(caught.value) == vars(expected)


async def test_no_answer_in_time_is_not_taken_for_absence(cloud: LocalCodeArts, client_of: ClientOf) -> None:
    cloud.faults.add("list", Fault.hang(), times=None)
    async with client_of(cloud.base_url, read_timeout=0.3) as client:
        with pytest.raises(LookupFailed, match=Reason.NO_ANSWER):
            await client.find_all("demo")


async def test_an_unusable_answer_of_the_recycle_bin_is_not_taken_for_absence(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    cloud.faults.add("list", Fault.answer(500, b""))
    with pytest.raises(LookupFailed):
        await codearts.find_all("demo", in_recycle_bin=True)


async def test_the_error_of_a_look_up_quotes_the_api(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.faults.add("list", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))
    with pytest.raises(LookupFailed, match=r"^CR\.4102: no right$"):
        await codearts.find_all("demo")


async def test_a_list_that_keeps_repeating_its_first_page_is_not_believed(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    cloud.faults.add("list", Fault.answer(200, listed("a", "b", total=1000)), times=None)
    with pytest.raises(LookupFailed, match=Reason.LIST_INCOMPLETE):
        await codearts.find_all("demo")
    assert len(cloud.calls) == 2


MANY = [f"n-{number}" for number in range(PAGE_SIZE)]


@pytest.mark.parametrize(
    "pages",
    [
        [listed(*MANY, total=150), listed(*MANY, total=150)],
        [listed(*MANY, total=150), listed(*MANY[50:], "new", total=150), listed(total=150)],
        [listed(*MANY, total=101), listed(total=100)],
        [listed("a", total=5), listed(total=0)],
    ],
    ids=["the same page twice", "pages that overlap", "one moved over", "a total that vanishes"],
)
async def test_from_pages_that_may_have_left_one_out_no_absence_is_concluded(
    cloud: LocalCodeArts, codearts: CodeArts, pages: list[dict[str, Any]]
) -> None:
    for page in pages:
        cloud.faults.add("list", Fault.answer(200, page))
    with pytest.raises(LookupFailed, match=Reason.LIST_INCOMPLETE):
        await codearts.find_all("demo")


async def test_after_a_full_page_that_exceeds_its_total_the_next_one_is_read(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    cloud.faults.add("list", Fault.answer(200, listed(*MANY, total=3)))
    cloud.faults.add("list", Fault.answer(200, listed("demo", total=3)))
    assert len(await codearts.find_all("demo")) == 1


async def test_a_row_that_is_on_two_pages_is_one_registry(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.faults.add("list", Fault.answer(200, listed(*MANY, total=102)))
    cloud.faults.add("list", Fault.answer(200, listed(MANY[-1], "a", "b", total=102)))
    found = await codearts.list_registries(qname="n")
    assert [each.name for each in found] == [*MANY, "a", "b"]


@pytest.mark.parametrize("status", [201, 203, 206])
async def test_a_list_under_another_2xx_is_not_believed(cloud: LocalCodeArts, codearts: CodeArts, status: int) -> None:
    cloud.faults.add("list", Fault.answer(status, listed(total=0)))
    with pytest.raises(LookupFailed, match=Reason.ANSWER_UNCLEAR):
        await codearts.find_all("demo")


async def test_a_list_that_never_ends_is_abandoned(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    for number in range(MAX_PAGES + 1):
        cloud.faults.add("list", Fault.answer(200, listed(f"n-{number}", total=10**6)))
    with pytest.raises(LookupFailed, match=Reason.LIST_TOO_LONG):
        await codearts.list_registries(qname="n")
    assert len(cloud.calls) == MAX_PAGES


async def test_a_list_whose_pages_come_slowly_and_never_end_is_abandoned_as_a_single_answer_would_be(
    cloud: LocalCodeArts, client_of: ClientOf
) -> None:
    cloud.latency = IMPATIENT / 3
    for number in range(MAX_PAGES + 1):
        cloud.faults.add("list", Fault.answer(200, listed(f"n-{number}", total=10**6)))
    async with client_of(cloud.base_url, connect_timeout=IMPATIENT, read_timeout=IMPATIENT) as client:
        with pytest.raises(LookupFailed, match=Reason.NO_ANSWER):
            await client.list_registries(qname="n")
    assert 1 < len(cloud.calls) < MAX_PAGES


async def test_aiohttp_repeats_a_look_up_whose_connection_was_reset(client_of: ClientOf) -> None:
    """Reads are safe to repeat. That aiohttp repeats GET but not POST is why a create call is sent only once."""
    page = answer(http_answer(json.dumps(listed("demo")).encode()))
    async with MisbehavingServer(reset, page) as server, client_of(server.url) as client:
        assert await client.find_all("demo") is not None
        assert len(server.requests) == 2


# ---- settings and secrets ----


@pytest.mark.parametrize(
    "endpoint",
    ["", "artifact.example.com", "ftp://artifact.example.com", "https://", "https://h/?a=b", "https://h:port", "/x"],
)
def test_an_endpoint_that_is_not_a_url_is_a_wrong_setting(client_of: ClientOf, endpoint: str) -> None:
    with pytest.raises(SettingsError, match="CODEARTS_ENDPOINT is not a plain URL; write one such as https://"):
        client_of(endpoint)


def test_a_password_in_the_endpoint_is_refused_and_not_shown(client_of: ClientOf) -> None:
    with pytest.raises(SettingsError) as caught:
        client_of("https://user:hunter2@artifact.example.com")
    assert "hunter2" not in str(caught.value)


async def test_no_repr_error_or_log_line_contains_a_secret(
    client_of: ClientOf, cloud: LocalCodeArts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    async with client_of(cloud.base_url, security_token=TOKEN, read_timeout=IMPATIENT) as client:
        shown.append(repr(client))
        for fault in (Fault.garbage(), Fault.drop(), Fault.truncate(), Fault.hang(), Fault.answer(401, b"no")):
            cloud.faults.add("create", fault)
            shown.append(repr(await client.create_registry(name="demo", description="words of a person")))
            cloud.faults.add("list", fault, times=None)
            with pytest.raises(LookupFailed) as caught:
                await client.find_all("demo")
            cloud.faults.clear()
            shown += [repr(each) for each in chain(caught.value)]
    signatures = [str(call.headers["Authorization"]).rpartition("=")[2] for call in cloud.calls]
    everything = "\n".join([*shown, caplog.text])
    for secret in (ACCESS_KEY, SECRET_KEY, TOKEN, "words of a person", *signatures):
        assert secret not in everything


def chain(error: BaseException | None) -> list[BaseException]:
    """The error and every error that it was raised from or during."""
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


async def test_the_client_keeps_working_after_every_kind_of_failure(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    for fault in (Fault.drop(), Fault.garbage(), Fault.truncate(), Fault.answer(302, b"")):
        cloud.faults.add("create", fault)
        assert isinstance(await codearts.create_registry(name="demo", description=None), InDoubt)
    assert isinstance(await codearts.create_registry(name="demo", description=None), Created)


# ---- what fails before a byte leaves ----

UNSENDABLE: dict[str, dict[str, Any]] = {
    "a key with a newline": {"access_key": ACCESS_KEY + "\n"},
    "a key with a carriage return inside": {"access_key": "AK\rX-Header: 1"},
    "a key with a blank beyond ASCII": {"access_key": ACCESS_KEY + "\u00a0"},
    "a secret key that is no text": {"secret_key": None},
    "a secret key that cannot be encoded": {"secret_key": "\ud800"},
    "a token with a NUL": {"security_token": "abc\0"},
    "a token with a newline": {"security_token": "abc\n"},
    "a token beyond ASCII": {"security_token": "тайна"},
    "a project with a newline": {"project_id": "0123\r\n"},
    "a clock before all time": {"clock": lambda: float("-inf")},
    "a clock that is none": {"clock": lambda: "now"},
}


@pytest.mark.parametrize("what", UNSENDABLE)
async def test_whatever_fails_before_the_request_is_handed_over_was_not_applied(
    client_of: ClientOf, cloud: LocalCodeArts, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    async with client_of(cloud.base_url, **UNSENDABLE[what]) as client:
        attempt = await client.create_registry(name="demo", description=None)
        with pytest.raises(LookupFailed):
            await client.find_all("demo")
    assert attempt == NotApplied(code=Reason.NOT_SENT)
    assert cloud.calls == []
    (record,) = [record for record in caplog.records if record.name.startswith("bot.")]
    assert record.message == "a call could not be sent"
    assert ACCESS_KEY not in repr(record.__dict__)


async def test_a_name_that_cannot_be_sent_was_not_applied(codearts: CodeArts, cloud: LocalCodeArts) -> None:
    assert await codearts.create_registry(name=b"demo", description=None) == NotApplied(  # type: ignore[arg-type]
        code=Reason.NOT_SENT
    )
    assert cloud.calls == []


async def test_no_call_that_fails_after_another_was_handed_over_is_taken_for_unsent(
    client_of: ClientOf, cloud: LocalCodeArts
) -> None:
    """On a connection that is kept alive too: each call is watched for itself."""
    async with client_of(cloud.base_url) as client:
        assert isinstance(await client.create_registry(name="one", description=None), Created)
        cloud.faults.add("create", Fault.drop(apply=True))
        lost, unsent = await asyncio.gather(
            client.create_registry(name="two", description=None),
            client.create_registry(name=b"three", description=None),  # type: ignore[arg-type]
        )
    assert (lost, unsent) == (InDoubt(code=Reason.CONNECTION_BROKE), NotApplied(code=Reason.NOT_SENT))
