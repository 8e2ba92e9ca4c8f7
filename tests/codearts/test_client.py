"""The client through its front door: what it sends, what it makes of each answer and each broken call."""

import asyncio
import gzip
import logging
import socket
from typing import Any

import pytest

from bot.codearts.client import MAX_ANSWER, CodeArts
from bot.errors import LookupFailed, SettingsError
from bot.playground.codearts.server import ACCESS_KEY, SECRET_KEY, LocalCodeArts
from bot.playground.faults import Fault
from bot.registry.models import Created, NotApplied, Rejected, Unconfirmed

from .conftest import ClientOf
from .misbehaving_server import MisbehavingServer, answer, drip, http_answer

TOKEN = "TOKENexample/abc+def=="
IMPATIENT = 0.3  # seconds, where the wait is in vain on purpose


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


async def test_a_creation_bears_the_trace_id_that_the_api_gave(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    attempt = await codearts.create_registry(name="demo", description="for us")
    assert attempt == Created(trace_id=cloud.calls[0].trace_id)
    assert [(each.display_name, each.description) for each in cloud.registries] == [("demo", "for us")]


async def test_an_answer_that_somebody_compressed_on_the_way_is_read(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    body = gzip.compress(b'{"status": "success", "trace_id": "t-1"}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    cloud.faults.add("create", Fault.answer(200, body, headers))
    assert await codearts.create_registry(name="demo", description=None) == Created(trace_id="t-1")


async def test_an_answer_that_unpacks_to_more_than_any_answer_has_is_in_doubt(
    cloud: LocalCodeArts, codearts: CodeArts
) -> None:
    bomb = gzip.compress(b" " * (MAX_ANSWER + 1))
    assert len(bomb) < 10_000
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    cloud.faults.add("create", Fault.answer(200, bomb, headers))
    attempt = await codearts.create_registry(name="demo", description=None)
    assert isinstance(attempt, Unconfirmed)


async def test_a_refusal_is_told_verbatim(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    cloud.add_registry("demo")
    attempt = await codearts.create_registry(name="demo", description=None)
    assert attempt == Rejected(
        code="CR.4009", message="The repository name demo already exists", trace_id=cloud.calls[0].trace_id
    )


async def test_a_wrong_secret_key_is_refused_by_the_gateway(client_of: ClientOf, cloud: LocalCodeArts) -> None:
    async with client_of(cloud.base_url, secret_key="wrong") as client:
        attempt = await client.create_registry(name="demo", description=None)
    assert isinstance(attempt, Rejected)
    assert attempt.code == "APIGW.0301"


async def test_throttling_was_not_applied_and_says_how_long_to_wait(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    body = {"error_code": "APIGW.0308", "error_msg": "over ratelimit", "request_id": "r-1"}
    cloud.faults.add("create", Fault.answer(429, body, {"Retry-After": "3", "Content-Type": "application/json"}))
    attempt = await codearts.create_registry(name="demo", description=None)
    assert attempt == NotApplied(code="APIGW.0308", reason="over ratelimit", retry_after=3.0, trace_id="r-1")


@pytest.mark.parametrize("apply", [False, True], ids=["before the effect", "after the effect"])
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.drop, "The connection broke before CodeArts answered."),
        (Fault.hang, "CodeArts did not answer in time."),
        (Fault.garbage, "What came back is not an HTTP answer."),
        (Fault.truncate, "The answer of CodeArts was cut off."),
    ],
)
async def test_a_lost_answer_is_unconfirmed_and_the_call_is_not_repeated(
    cloud: LocalCodeArts, client_of: ClientOf, fault: Any, reason: str, *, apply: bool
) -> None:
    cloud.faults.add("create", fault(apply=apply))
    async with client_of(cloud.base_url, read_timeout=IMPATIENT if fault == Fault.hang else 10.0) as client:
        attempt = await client.create_registry(name="demo", description=None)
    assert attempt == Unconfirmed(reason=reason)
    assert len(cloud.calls) == 1
    assert len(cloud.registries) == int(apply)


async def test_a_gateway_timeout_is_unconfirmed(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    body = {"error_code": "APIGW.0201", "error_msg": "Backend timeout", "request_id": "r-2"}
    cloud.faults.add("create", Fault.answer(504, body, apply=True))
    attempt = await codearts.create_registry(name="demo", description=None)
    assert attempt == Unconfirmed(reason="CodeArts answered HTTP 504 (APIGW.0201: Backend timeout).", trace_id="r-2")


async def test_an_answer_that_never_ends_is_unconfirmed(client_of: ClientOf) -> None:
    async with (
        MisbehavingServer(drip) as server,
        client_of(server.url, connect_timeout=0.1, read_timeout=0.2) as client,
    ):
        attempt = await client.create_registry(name="demo", description=None)
    assert attempt == Unconfirmed(reason="CodeArts did not answer in time.")


async def test_an_answer_of_any_size_is_read_only_so_far(client_of: ClientOf) -> None:
    huge = b'{"status":"success","trace_id":"1"}' + b" " * (2 * MAX_ANSWER)
    async with MisbehavingServer(answer(http_answer(huge))) as server, client_of(server.url) as client:
        attempt = await client.create_registry(name="demo", description=None)
    assert isinstance(attempt, Unconfirmed)


async def test_an_answer_that_cannot_be_decompressed_is_unconfirmed(client_of: ClientOf) -> None:
    raw = http_answer(b"not gzip", headers={"Content-Encoding": "gzip"})
    async with MisbehavingServer(answer(raw)) as server, client_of(server.url) as client:
        attempt = await client.create_registry(name="demo", description=None)
    assert attempt == Unconfirmed(reason="The answer of CodeArts could not be decompressed.")


async def test_nobody_listening_was_not_applied(client_of: ClientOf) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with client_of(f"http://127.0.0.1:{unused.getsockname()[1]}") as client:
            attempt = await client.create_registry(name="demo", description=None)
    assert attempt == NotApplied(code="unreachable", reason="CodeArts could not be reached.")


async def test_a_proxy_carries_the_call(client_of: ClientOf) -> None:
    success = answer(http_answer(b'{"status": "success", "trace_id": "via-proxy"}'))
    async with (
        MisbehavingServer(success) as proxy,
        client_of("http://artifact.example.com", proxy=proxy.url) as client,
    ):
        assert await client.create_registry(name="demo", description=None) == Created(trace_id="via-proxy")
        assert proxy.requests[0].startswith(b"POST http://artifact.example.com/cloudartifact/v5/repositories HTTP/1.1")


async def test_a_closed_client_applies_nothing(client_of: ClientOf, cloud: LocalCodeArts) -> None:
    client = client_of(cloud.base_url)
    await client.aclose()
    attempt = await client.create_registry(name="demo", description=None)
    assert isinstance(attempt, NotApplied)
    with pytest.raises(LookupFailed):
        await client.find("demo")
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


# ---- settings and secrets ----


@pytest.mark.parametrize(
    "endpoint",
    ["", "artifact.example.com", "ftp://artifact.example.com", "https://", "https://h/?a=b", "https://h:port", "/x"],
)
def test_an_endpoint_that_is_no_url_is_a_wrong_setting(client_of: ClientOf, endpoint: str) -> None:
    with pytest.raises(SettingsError, match="CODEARTS_ENDPOINT"):
        client_of(endpoint)


def test_a_password_in_the_endpoint_is_refused_and_not_shown(client_of: ClientOf) -> None:
    with pytest.raises(SettingsError) as caught:
        client_of("https://user:hunter2@artifact.example.com")
    assert "hunter2" not in str(caught.value)


async def test_no_secret_shows_in_a_repr_an_error_or_a_log_line(
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
                await client.find("demo")
            cloud.faults.clear()
            shown += [repr(each) for each in chain(caught.value)]
    signatures = [str(call.headers["Authorization"]).rpartition("=")[2] for call in cloud.calls]
    everything = "\n".join([*shown, caplog.text])
    for secret in (ACCESS_KEY, SECRET_KEY, TOKEN, "words of a person", *signatures):
        assert secret not in everything


def chain(error: BaseException | None) -> list[BaseException]:
    """The error and all that it was raised from or beside."""
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


async def test_the_client_goes_on_after_every_kind_of_trouble(cloud: LocalCodeArts, codearts: CodeArts) -> None:
    for fault in (Fault.drop(), Fault.garbage(), Fault.truncate(), Fault.answer(302, b"")):
        cloud.faults.add("create", fault)
        assert isinstance(await codearts.create_registry(name="demo", description=None), Unconfirmed)
    assert isinstance(await codearts.create_registry(name="demo", description=None), Created)
