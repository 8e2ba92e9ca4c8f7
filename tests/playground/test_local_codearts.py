"""The local CodeArts over real sockets, asked with the vendor's own signatures."""

import json
from typing import Any, Literal

import aiohttp
import pytest
from yarl import URL

from bot.playground.codearts.server import ACCESS_KEY, CREATE_PATH, SECRET_KEY, LocalCodeArts

from .hand_clock import HandClock
from .vendor_signed import vendor_signed

WANTED = {"format": "docker", "display_name": "team-shop", "description": "Shop images", "type": "Hosted"}


class Asker:
    """Asks one local CodeArts, signed by the vendor's SDK."""

    def __init__(self, cloud: LocalCodeArts, session: aiohttp.ClientSession) -> None:
        self.cloud, self.session = cloud, session

    async def ask(
        self, path: str, *, query: list[tuple[str, Any]] | None = None, wanted: object = None, **bent: str
    ) -> tuple[int, Any]:
        """Status and parsed body."""
        body = b"" if wanted is None else json.dumps(wanted).encode()
        method = "GET" if wanted is None else "POST"
        target, headers = vendor_signed(
            url=self.cloud.base_url + path,
            now=self.cloud.clock(),
            access_key=bent.get("access_key", ACCESS_KEY),
            secret_key=bent.get("secret_key", SECRET_KEY),
            method=method,
            query=query,
            headers={"Content-Type": "application/json"},
            body=body,
        )
        url = URL(self.cloud.base_url + target, encoded=True)
        async with self.session.request(method, url, data=body, headers=headers) as response:
            return response.status, await response.json()

    async def create(self, **changes: object) -> tuple[int, Any]:
        """Create a registry like `WANTED`; a change to None leaves the field out."""
        wanted = {key: value for key, value in {**WANTED, **changes}.items() if value is not None}
        return await self.ask(CREATE_PATH, wanted=wanted)

    async def listed(self, **query: object) -> tuple[int, list[str], int]:
        """Exit status, names on the page, total."""
        status, answer = await self.ask(self.cloud.list_path, query=list(query.items()))
        assert status == 200, answer
        result = answer["result"]
        return status, [shown["displayName"] for shown in result["repositories"]], result["total"]


@pytest.fixture
def asker(cloud: LocalCodeArts, session: aiohttp.ClientSession) -> Asker:
    return Asker(cloud, session)


async def test_a_created_registry_is_answered_like_the_vendors_example_and_remembered(
    asker: Asker, cloud: LocalCodeArts
) -> None:
    status, answer = await asker.create()
    registry, call = cloud.registries[0], cloud.calls[0]
    assert (status, answer) == (200, {"status": "success", "trace_id": registry.trace_id, "result": None})
    assert registry.trace_id == call.trace_id
    assert registry.trace_id.replace("-", "").isdigit()
    assert (registry.display_name, registry.description) == ("team-shop", "Shop images")
    assert (registry.format, registry.status) == ("docker2", "active")
    assert (call.operation, call.method, call.status, call.applied) == ("create", "POST", 200, True)
    assert json.loads(call.body) == WANTED
    assert call.headers["content-type"] == "application/json"


async def test_every_trace_id_is_given_once(asker: Asker, cloud: LocalCodeArts) -> None:
    for number in range(120):
        await asker.create(display_name=f"r{number}")
    assert len({call.trace_id for call in cloud.calls}) == 120


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "Docker"},
        {"format": None},
        {"type": "virtual"},
        {"type": None},
        {"display_name": None},
        {"display_name": ""},
        {"display_name": "a" * 21},
        {"display_name": "team shop"},
        {"display_name": "镜像"},
        {"display_name": "line\n"},
        {"display_name": 7},
        {"description": "d" * 201},
        {"description": 7},
    ],
)
async def test_a_body_outside_the_documented_limits_is_refused(
    asker: Asker, cloud: LocalCodeArts, changes: dict[str, object]
) -> None:
    status, answer = await asker.create(**changes)
    assert (status, answer["status"], answer["error_code"]) == (400, "error", "CR.4000")
    assert answer["error_msg"]
    assert (cloud.registries, cloud.calls[0].applied) == ([], False)


@pytest.mark.parametrize("changes", [{"display_name": "a" * 20, "description": "d" * 200}, {"type": "hosted"}])
async def test_the_documented_limits_themselves_are_fine(asker: Asker, changes: dict[str, object]) -> None:
    status, answer = await asker.create(**changes)
    assert (status, answer["status"]) == (200, "success")


@pytest.mark.parametrize("wanted", [[], "text", 7, ["docker"]])
async def test_a_body_that_is_no_object_is_refused(asker: Asker, wanted: object) -> None:
    status, answer = await asker.ask(CREATE_PATH, wanted=wanted)
    assert (status, answer["error_code"]) == (400, "CR.4000")


@pytest.mark.parametrize(
    ("duplicate", "status", "word", "count"),
    [("error200", 200, "error", 1), ("conflict409", 409, "error", 1), ("accepted", 200, "success", 2)],
)
async def test_a_taken_name_ends_as_the_parameter_says(
    session: aiohttp.ClientSession,
    duplicate: Literal["error200", "conflict409", "accepted"],
    status: int,
    word: str,
    count: int,
) -> None:
    async with LocalCodeArts(duplicate=duplicate) as cloud:
        asker = Asker(cloud, session)
        await asker.create()
        got, answer = await asker.create()
        assert (got, answer["status"], len(cloud.registries)) == (status, word, count)


async def test_a_name_in_the_recycle_bin_is_free_again(asker: Asker, cloud: LocalCodeArts) -> None:
    cloud.add_registry("team-shop", status="trash")
    _, answer = await asker.create()
    assert answer["status"] == "success"
    cloud.registries[1].status = "trash"
    _, answer = await asker.create()
    assert answer["status"] == "success"
    cloud.add_registry("team-shop", status="trash")
    _, answer = await asker.create()
    assert answer["status"] == "error"


async def test_a_registry_deleted_in_the_console_is_in_the_bin_and_its_name_free(
    asker: Asker, cloud: LocalCodeArts
) -> None:
    made = cloud.add_registry("team-shop", created_by="chiara")
    assert (await asker.listed(qname="team-shop"))[2] == 1
    cloud.delete_registry(made.id)
    assert (await asker.listed(qname="team-shop"))[2] == 0
    assert (await asker.listed(qname="team-shop", is_recycle_bin=True))[2] == 1
    _, answer = await asker.create()
    assert answer["status"] == "success"
    for gone in (made.id, "nothing"):
        with pytest.raises(LookupError):
            cloud.delete_registry(gone)


async def test_the_list_searches_pages_and_keeps_the_recycle_bin_apart(asker: Asker, cloud: LocalCodeArts) -> None:
    for number in range(12):
        cloud.add_registry(f"Shop-{number:02d}")
    cloud.add_registry("other")
    cloud.add_registry("shop-old", status="trash")
    cloud.add_registry("shop-jars", format="maven2")
    assert await asker.listed(qname="shop", page_size=5, page_no=3) == (200, ["Shop-10", "Shop-11", "shop-jars"], 13)
    assert (await asker.listed())[1:] == ([f"Shop-{number:02d}" for number in range(10)], 14)
    assert (await asker.listed(qname="shop", is_recycle_bin=True))[1:] == (["shop-old"], 1)
    assert (await asker.listed(qname="jars", format="docker"))[1:] == ([], 0)
    assert (await asker.listed(qname="other", format_list="docker,docker2"))[1:] == (["other"], 1)
    assert (await asker.listed(page_no=99))[1:] == ([], 14)


async def test_a_listed_registry_has_the_vendors_fields(asker: Asker, cloud: LocalCodeArts) -> None:
    await asker.create()
    _, answer = await asker.ask(cloud.list_path)
    shown = answer["result"]["repositories"][0]
    assert (answer["status"], answer["trace_id"]) == ("success", cloud.calls[1].trace_id)
    assert shown["format"] == shown["packageType"] == "docker2"
    assert shown["url"].rstrip("/").rsplit("/", 1)[-1] == shown["id"] == shown["name"]
    assert (shown["status"], shown["domainId"], shown["createdTime"]) == (
        "active",
        cloud.tenant_id,
        "2025-11-04 09:30:15",
    )


@pytest.mark.parametrize(
    "query",
    [{"page_no": 0}, {"page_size": 0}, {"page_size": 101}, {"page_no": "x"}, {"page_no": "٣"}, {"qname": "q" * 51}],
)
async def test_a_list_outside_its_limits_is_refused(
    asker: Asker, cloud: LocalCodeArts, query: dict[str, object]
) -> None:
    status, answer = await asker.ask(cloud.list_path, query=list(query.items()))
    assert (status, answer["error_code"]) == (400, "CR.4000")


async def test_a_new_registry_shows_up_after_the_delay(session: aiohttp.ClientSession, clock: HandClock) -> None:
    async with LocalCodeArts(clock=clock, list_delay=5.0) as cloud:
        asker = Asker(cloud, session)
        await asker.create()
        assert (await asker.listed(qname="team-shop"))[1] == []
        clock.move(5.0)
        assert (await asker.listed(qname="team-shop"))[1] == ["team-shop"]


async def test_the_gateway_refuses_wrong_keys_with_its_own_shape(asker: Asker, cloud: LocalCodeArts) -> None:
    status, answer = await asker.ask(CREATE_PATH, wanted=WANTED, secret_key="another")
    assert status == 401
    assert answer == {
        "error_msg": "Incorrect IAM authentication information: verify aksk signature fail",
        "error_code": "APIGW.0301",
        "request_id": cloud.calls[0].trace_id,
    }
    async with asker.session.post(cloud.base_url + CREATE_PATH, data=b"{}") as response:
        assert (response.status, response.headers["X-Request-Id"]) == (401, cloud.calls[1].trace_id)
    assert cloud.registries == []


async def test_another_tenant_or_project_is_not_permitted(asker: Asker, cloud: LocalCodeArts) -> None:
    for path in (
        f"/cloudartifact/v5/other/{cloud.project_id}/repositories",
        f"/cloudartifact/v5/{cloud.tenant_id}/other/repositories",
    ):
        status, answer = await asker.ask(path)
        assert (status, answer["error_code"]) == (403, "CR.4102")


async def test_an_unknown_path_or_method_is_not_published(asker: Asker, cloud: LocalCodeArts) -> None:
    for path, wanted in ((CREATE_PATH, None), (CREATE_PATH + "/", WANTED), ("/", None), (cloud.list_path, WANTED)):
        status, answer = await asker.ask(path, wanted=wanted)
        assert (status, answer["error_code"]) == (404, "APIGW.0101")
    assert {call.operation for call in cloud.calls} == {"unknown"}


async def test_subscribers_hear_of_every_change_until_they_leave(asker: Asker, cloud: LocalCodeArts) -> None:
    heard: list[int] = []
    leave = cloud.subscribe(lambda: heard.append(len(cloud.registries)))
    await asker.create()
    assert 1 in heard
    leave()
    leave()
    before = len(heard)
    cloud.add_registry("another")
    assert len(heard) == before
