"""Faults as a caller meets them on the wire: read from raw sockets, counted in the server's memory."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Self

import aiohttp
import pytest

from bot.playground.codearts.server import ACCESS_KEY, CREATE_PATH, SECRET_KEY, LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack.server import LocalSlack

from .vendor_signed import vendor_signed

BODY = b'{"format":"docker","display_name":"team-shop","type":"Hosted"}'
FAULTS = {
    "answer": Fault.answer(503, {"error_code": "CR.5000", "trace_id": "{trace_id}"}),
    "answer, applied": Fault.answer(503, {"error_code": "CR.5000", "trace_id": "{trace_id}"}, apply=True),
    "reset": Fault.drop(),
    "reset, applied": Fault.drop(apply=True),
    "close": Fault.drop(reset=False),
    "close, applied": Fault.drop(reset=False, apply=True),
    "garbage": Fault.garbage(),
    "garbage, applied": Fault.garbage(apply=True),
    "truncate": Fault.truncate(),
    "truncate, applied": Fault.truncate(apply=True),
}


class Line:
    """One TCP connection to the local CodeArts, on which create requests are written by hand."""

    def __init__(self, cloud: LocalCodeArts) -> None:
        self.cloud = cloud

    async def __aenter__(self) -> Self:
        port = int(self.cloud.base_url.rsplit(":", 1)[1])
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def create(self, name: str = "team-shop") -> None:
        body = BODY.replace(b"team-shop", name.encode())
        target, headers = vendor_signed(
            url=self.cloud.base_url + CREATE_PATH,
            now=time.time(),
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            method="POST",
            headers={"Content-Type": "application/json"},
            body=body,
        )
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.writer.write(f"POST {target} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await self.writer.drain()

    async def rest(self) -> bytes:
        """Everything until the server closes; raises ConnectionResetError when it resets."""
        return await self.reader.read()

    async def answer(self) -> tuple[int, bytes]:
        """One whole answer on a connection that stays open."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.decode().lower().splitlines() if line.startswith("content-length"))
        return int(head.split()[1]), await self.reader.readexactly(int(length.split(":")[1]))


@pytest.fixture
async def cloud() -> AsyncIterator[LocalCodeArts]:
    async with LocalCodeArts() as server:
        yield server


@pytest.mark.parametrize("kept_alive", [False, True], ids=["new connection", "kept-alive connection"])
@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_looks_as_it_should_and_applies_only_when_told(
    cloud: LocalCodeArts, name: str, *, kept_alive: bool
) -> None:
    fault = FAULTS[name]
    async with Line(cloud) as line:
        if kept_alive:
            await line.create("before")
            assert (await line.answer())[0] == 200
        cloud.faults.add("create", fault)
        await line.create()
        await look_at(name.removesuffix(", applied"), line, cloud, fault)
    made = [registry.display_name for registry in cloud.registries if registry.display_name != "before"]
    assert made == (["team-shop"] if fault.apply else [])
    assert cloud.calls[-1].applied is fault.apply


async def look_at(kind: str, line: Line, cloud: LocalCodeArts, fault: Fault) -> None:
    match kind:
        case "answer":
            status, body = await line.answer()
            call = cloud.calls[-1]
            assert (status, json.loads(body)) == (503, {"error_code": "CR.5000", "trace_id": call.trace_id})
            assert call.status == 503
        case "reset":
            with pytest.raises(ConnectionResetError):
                await line.rest()
            assert cloud.calls[-1].status is None
        case "close":
            assert await line.rest() == b""
        case "garbage":
            raw = await line.rest()
            assert raw
            assert not raw.startswith(b"HTTP")
        case "truncate":
            head, _, body = (await line.rest()).partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            assert head.startswith(b"HTTP/1.1 200")
            assert 0 < len(body) < length
            assert body.startswith(b'{"status": "success"') is fault.apply


@pytest.mark.parametrize("apply", [False, True])
async def test_a_hanging_call_never_gets_a_byte_and_a_stop_ends_it_at_once(*, apply: bool) -> None:
    cloud = LocalCodeArts()
    await cloud.start()
    cloud.faults.add("create", Fault.hang(apply=apply))
    async with Line(cloud) as line:
        await line.create()
        await cloud.wait_for(lambda: bool(cloud.calls))
        reading = asyncio.create_task(line.rest())
        done, _ = await asyncio.wait([reading], timeout=0.2)
        assert not done
        async with asyncio.timeout(1.0):
            await cloud.stop()
            assert await reading == b""
    assert len(cloud.registries) == int(apply)


async def test_a_caller_who_leaves_frees_the_hanging_call(cloud: LocalCodeArts) -> None:
    cloud.faults.add("create", Fault.hang())
    tasks_before = len(asyncio.all_tasks())
    async with Line(cloud) as line:
        await line.create()
        await cloud.wait_for(lambda: bool(cloud.calls))
    await cloud.wait_for(lambda: len(asyncio.all_tasks()) <= tasks_before)


async def test_a_slow_call_applies_after_the_wait_and_answers_normally(cloud: LocalCodeArts) -> None:
    cloud.faults.add("create", Fault.slow(0.2))
    async with Line(cloud) as line:
        await line.create()
        await cloud.wait_for(lambda: bool(cloud.calls))
        assert (cloud.registries, cloud.calls[0].status) == ([], None)
        assert (await line.answer())[0] == 200
    assert cloud.calls[0].applied


async def test_faults_are_used_in_order_for_their_operation_and_then_it_works_again(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    async def status(method: str) -> int:
        async with session.post(slack.api_url + method) as response:
            await response.read()
            return response.status

    slack.faults.add("auth.test", Fault.answer(501), times=2)
    slack.faults.add("auth.test", Fault.answer(502))
    slack.faults.add("*", Fault.answer(503))
    assert slack.faults.waiting("auth.test") == [Fault.answer(501), Fault.answer(502)]
    assert [await status("auth.test") for _ in range(5)] == [501, 501, 502, 503, 200]
    slack.faults.add("views.open", Fault.answer(504), times=None)
    assert [await status(method) for method in ("auth.test", "views.open", "views.open")] == [200, 504, 504]
    slack.faults.clear("auth.test")
    assert await status("views.open") == 504
    slack.faults.clear("views.open")
    assert await status("views.open") == 200
    slack.faults.add("*", Fault.answer(505), times=None)
    slack.faults.clear()
    assert await status("auth.test") == 200


async def test_a_canned_answer_keeps_its_headers_and_type(slack: LocalSlack, session: aiohttp.ClientSession) -> None:
    slack.faults.add("auth.test", Fault.answer(429, "<html>slow down</html>", {"Retry-After": "7"}))
    slack.faults.add("auth.test", Fault.answer(200, b"\xff", {"content-type": "application/json"}))
    async with session.post(slack.api_url + "auth.test") as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")
        assert (response.content_type, await response.text()) == ("text/plain", "<html>slow down</html>")
    async with session.post(slack.api_url + "auth.test") as response:
        assert (response.headers.getall("Content-Type"), await response.read()) == (["application/json"], b"\xff")


async def test_a_restart_on_the_same_port_keeps_what_was_remembered(cloud: LocalCodeArts) -> None:
    address = cloud.base_url
    async with Line(cloud) as line:
        await line.create()
        assert (await line.answer())[0] == 200
        await cloud.stop()
        await cloud.stop()
        assert await line.rest() == b""
    with pytest.raises(ConnectionRefusedError):
        await Line(cloud).__aenter__()
    await cloud.start(port=int(address.rsplit(":", 1)[1]))
    assert cloud.base_url == address
    async with Line(cloud) as line:
        await line.create("after")
        assert (await line.answer())[0] == 200
    assert [registry.display_name for registry in cloud.registries] == ["team-shop", "after"]


async def test_a_taken_port_is_an_error_and_a_server_not_yet_started_has_no_address(cloud: LocalCodeArts) -> None:
    other = LocalCodeArts()
    with pytest.raises(RuntimeError, match="not been started"):
        _ = other.base_url
    with pytest.raises(OSError, match="address already in use"):
        await other.start(port=int(cloud.base_url.rsplit(":", 1)[1]))
    await other.stop()


async def test_waiting_wakes_on_a_change_and_gives_up_in_the_end(cloud: LocalCodeArts) -> None:
    asyncio.get_running_loop().call_later(0.05, cloud.add_registry, "late")
    await cloud.wait_for(lambda: bool(cloud.registries))
    with pytest.raises(TimeoutError):
        await cloud.wait_for(lambda: False, timeout=0.1)
