"""The HTTP transport against real sockets: a POST arrives once, and nothing from outside changes what is sent."""

import asyncio
import functools
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from pathlib import Path

import aiohttp
import httpx
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.codearts.transport import build_client, exchange, timeouts
from bot.domain.outcomes import Reason
from bot.net.bodies import LARGEST_ANSWER
from bot.net.failures import never_sent, reason_of
from bot.net.network import Network
from tests.net.misbehaving_server import (
    Action,
    MisbehavingServer,
    answer,
    answer_and_close,
    close,
    drip,
    hang,
    http_answer,
    reset,
)
from tests.net.tls import self_signed_certificate, server_tls

OK = answer(http_answer())
JUNK = answer_and_close(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
TRUNCATED = answer_and_close(http_answer(b'{"status": "succ', length=100))
TRUNCATED_HEAD = answer_and_close(b"HTTP/1.1 200 OK\r\nContent-Le")
PATIENT = timeouts(connect=10.0, read=10.0)
BRIEF = 0.3  # seconds, where no answer comes on purpose

Post = Callable[..., Awaitable[int]]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with build_client(Network(), tls=True) as client:
        yield client


@pytest.fixture
def post(client: httpx.AsyncClient) -> Post:
    """Posts a body and reads the answer to its end, through the client that the bot uses."""
    return functools.partial(post_through, client)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed_certificate(tmp_path_factory.mktemp("tls"))


async def post_through(client: httpx.AsyncClient, url: str, **seconds: float) -> int:
    request = httpx.Request("POST", url, content=b"body", extensions={"timeout": {**PATIENT, **seconds}})
    return (await client.send(request)).status_code


async def failure_of(call: Awaitable[object]) -> Exception:
    try:
        result = await call
    except Exception as error:  # noqa: BLE001 - its class is what the test is about
        return error
    pytest.fail(f"this call should have failed, but returned {result}")


def patience(action: Action) -> float:
    return BRIEF if action is hang else 10.0


# ---- a POST is sent at most once ----

AFTER_SENDING = [
    pytest.param(reset, id="reset"),
    pytest.param(close, id="close"),
    pytest.param(hang, id="hang"),
    pytest.param(TRUNCATED, id="truncated body"),
    pytest.param(TRUNCATED_HEAD, id="truncated head"),
    pytest.param(JUNK, id="junk status line"),
]


@pytest.mark.parametrize("action", AFTER_SENDING)
async def test_on_a_new_connection_a_failed_call_arrives_once(post: Post, action: Action) -> None:
    async with MisbehavingServer(action, OK) as server:
        error = await failure_of(post(server.url, read=patience(action)))
        assert len(server.requests) == 1
        assert server.connections == 1
    assert not never_sent(error)


@pytest.mark.parametrize("action", AFTER_SENDING)
async def test_on_a_kept_alive_connection_a_failed_call_arrives_once(post: Post, action: Action) -> None:
    async with MisbehavingServer(OK, action, OK) as server:
        assert await post(server.url) == 200
        error = await failure_of(post(server.url, read=patience(action)))
        assert len(server.requests) == 2
        assert server.connections == 1
    assert not never_sent(error)


async def test_over_tls_a_call_that_was_reset_arrives_once(certificate: Path) -> None:
    async with (
        MisbehavingServer(OK, reset, OK, tls=server_tls(certificate)) as server,
        build_client(Network(ca_file=str(certificate)), tls=True) as client,
    ):
        url = f"https://127.0.0.1:{server.port}/"
        assert await post_through(client, url) == 200
        error = await failure_of(post_through(client, url))
        assert len(server.requests) == 2
    assert not never_sent(error)


async def test_a_connection_that_the_server_closed_while_idle_is_not_used_again(post: Post) -> None:
    async with MisbehavingServer(answer_and_close(http_answer()), OK) as server:
        assert await post(server.url) == 200
        await asyncio.sleep(0.05)
        assert await post(server.url) == 200
        assert server.connections == 2
        assert len(server.requests) == 2


async def test_a_redirect_is_not_followed(post: Post) -> None:
    async with MisbehavingServer() as server:
        server.script.append(answer(http_answer(status=307, headers={"Location": server.url + "/elsewhere"})))
        assert await post(server.url) == 307
        assert len(server.requests) == 1


# ---- what the client takes from its surroundings ----


async def test_without_tls_no_certificate_authority_is_trusted(certificate: Path) -> None:
    async with (
        MisbehavingServer(OK, tls=server_tls(certificate)) as server,
        build_client(Network(ca_file=str(certificate)), tls=False) as client,
    ):
        error = await failure_of(post_through(client, f"https://127.0.0.1:{server.port}/"))
        assert server.requests == []
    assert reason_of(error) == Reason.TLS_FAILED


async def test_proxies_and_credentials_of_the_environment_are_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{unused.getsockname()[1]}")
        async with MisbehavingServer(OK) as server, build_client(Network(), tls=True) as client:
            request = httpx.Request("POST", server.url, headers={"Authorization": "ours"}, content=b"body")
            assert (await client.send(request)).status_code == 200
            lines = server.requests[0].lower().split(b"\r\n")
    assert [line for line in lines if line.startswith(b"authorization:")] == [b"authorization: ours"]


class EverythingIsLocal(AbstractResolver):
    """Resolves every name to 127.0.0.1."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None: ...


async def test_names_are_resolved_by_the_given_resolver() -> None:
    async with (
        MisbehavingServer(OK) as server,
        build_client(Network(resolver=EverythingIsLocal()), tls=True) as client,
    ):
        assert await post_through(client, f"http://artifact.example.com:{server.port}/") == 200
        assert f"host: artifact.example.com:{server.port}".encode() in server.requests[0].lower()


async def test_cookies_are_neither_stored_nor_sent() -> None:
    async with (
        MisbehavingServer(answer(http_answer(headers={"Set-Cookie": "a=b; Path=/"})), OK) as server,
        build_client(Network(resolver=EverythingIsLocal()), tls=True) as client,
    ):
        for _ in range(2):  # by name, because no cookie jar accepts cookies for an IP address
            assert await post_through(client, f"http://artifact.example.com:{server.port}/") == 200
        assert b"cookie" not in server.requests[1].lower()
        assert not client.cookies


# ---- one exchange ----


class Stamp(httpx.Auth):
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = "stamp"
        yield request


async def exchanged(client: httpx.AsyncClient, url: str, *, deadline: float = 10.0) -> tuple[httpx.Response, bytes]:
    request = httpx.Request("GET", url, extensions={"timeout": PATIENT})
    return await exchange(client, request, auth=Stamp(), deadline=deadline)


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (http_answer(b"plain"), b"plain"),
        (http_answer(b""), b""),
        (http_answer(b"x" * LARGEST_ANSWER), b"x" * LARGEST_ANSWER),
        (http_answer(gzip.compress(b"packed"), headers={"Content-Encoding": "gzip"}), b"packed"),
        (http_answer(b"refused", status=403), b"refused"),
    ],
    ids=["plain", "empty", "as large as allowed", "compressed on the way", "not a 2xx"],
)
async def test_the_whole_answer_is_read_and_the_request_authorized(
    client: httpx.AsyncClient, raw: bytes, body: bytes
) -> None:
    async with MisbehavingServer(answer(raw)) as server:
        response, received = await exchanged(client, server.url)
        assert received == body
        assert response.is_closed
        assert b"authorization: stamp" in server.requests[0].lower()


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (answer(http_answer(b"x" * (LARGEST_ANSWER + 1))), Reason.ANSWER_TOO_LARGE),
        (
            answer(http_answer(gzip.compress(b"x" * (LARGEST_ANSWER + 1)), headers={"Content-Encoding": "gzip"})),
            Reason.ANSWER_TOO_LARGE,
        ),
        (answer(http_answer(b"not gzip", headers={"Content-Encoding": "gzip"})), Reason.ANSWER_NOT_DECODED),
        (drip, Reason.NO_ANSWER),
        (JUNK, Reason.ANSWER_NOT_HTTP),
        (TRUNCATED, Reason.ANSWER_CUT_OFF),
    ],
    ids=["too large", "unpacks to too much", "not decoded", "never ends", "not HTTP", "cut off"],
)
async def test_each_failed_exchange_has_a_code_and_counts_as_sent(
    client: httpx.AsyncClient, action: Action, code: Reason
) -> None:
    deadline = BRIEF if action is drip else 10.0
    async with MisbehavingServer(action, action) as server:
        error = await failure_of(exchanged(client, server.url, deadline=deadline))
    assert reason_of(error) == code
    assert not never_sent(error)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (aiohttp.ClientPayloadError(), Reason.ANSWER_CUT_OFF),
        (httpx.ReadError("from nowhere"), Reason.CALL_FAILED),
        (RuntimeError("never seen before"), Reason.CALL_FAILED),
    ],
    ids=repr,
)
def test_other_errors_have_the_codes_of_the_net_package(error: Exception, code: Reason) -> None:
    assert reason_of(error) == code


def test_the_wait_for_a_free_connection_is_as_long_as_a_call() -> None:
    assert timeouts(connect=5.0, read=60.0) == {"connect": 5.0, "read": 60.0, "write": 60.0, "pool": 65.0}
