"""Each way a call can fail, made with real sockets and both clients: was it sent, and what is the failure called?

slack_sdk raises the errors of aiohttp as they are; the CodeArts client raises those of httpx, with aiohttp's underneath.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import aiohttp
import httpx
import pytest

from bot.codearts.transport import build_client, timeouts
from bot.domain.outcomes import Reason
from bot.net.failures import never_sent, reason_of, root_cause
from bot.net.network import CONNECTIONS, Network
from bot.net.proxies import Proxies

from .misbehaving_server import Action, MisbehavingServer, answer, answer_and_close, close, hang, http_answer, reset
from .tls import self_signed_certificate, server_tls

OK = answer(http_answer())
JUNK = answer_and_close(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
TRUNCATED = answer_and_close(http_answer(b'{"status": "succ', length=100))
TRUNCATED_HEAD = answer_and_close(b"HTTP/1.1 200 OK\r\nContent-Le")
LONG = 10.0  # seconds
BRIEF = 0.3  # seconds, where no answer comes on purpose


class Post(Protocol):
    """Posts a body, reads the answer to its end and returns its status. The timeouts are those of `timeouts`."""

    def __call__(
        self, url: str, *, connect: float = LONG, read: float = LONG, pool: float = LONG
    ) -> Awaitable[int]: ...


def network(proxy: str | None, ca_file: Path | None) -> Network:
    return Network(proxies=Proxies(https=proxy, http=proxy), ca_file=str(ca_file) if ca_file else None)


@contextlib.asynccontextmanager
async def aiohttp_client(proxy: str | None = None, ca_file: Path | None = None) -> AsyncIterator[Post]:
    async with network(proxy, ca_file).session() as session:

        async def post(url: str, *, connect: float = LONG, read: float = LONG, pool: float = LONG) -> int:
            timeout = aiohttp.ClientTimeout(sock_connect=connect, sock_read=read, connect=pool)
            async with session.post(url, data=b"body", timeout=timeout) as response:
                await response.read()
                return response.status

        yield post


@contextlib.asynccontextmanager
async def httpx_client(proxy: str | None = None, ca_file: Path | None = None) -> AsyncIterator[Post]:
    async with build_client(network(proxy, ca_file), tls=True) as client:

        async def post(url: str, *, connect: float = LONG, read: float = LONG, pool: float = LONG) -> int:
            seconds = {**timeouts(connect=connect, read=read), "pool": pool}
            request = httpx.Request("POST", url, content=b"body", extensions={"timeout": seconds})
            return (await client.send(request)).status_code

        yield post


NewClient = Callable[..., AbstractAsyncContextManager[Post]]


@pytest.fixture(params=[aiohttp_client, httpx_client], ids=["aiohttp", "httpx"])
def new_client(request: pytest.FixtureRequest) -> NewClient:
    client: NewClient = request.param
    return client


@pytest.fixture
async def post(new_client: NewClient) -> AsyncIterator[Post]:
    async with new_client() as post:
        yield post


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed_certificate(tmp_path_factory.mktemp("tls"))


async def failure_of(call: Awaitable[int]) -> Exception:
    try:
        status = await call
    except Exception as error:  # noqa: BLE001 - its class is what the test is about
        return error
    pytest.fail(f"this call should have failed, but was answered with {status}")


def patience(action: Action) -> float:
    return BRIEF if action is hang else LONG


# ---- never sent ----


async def test_a_refused_connection_was_never_sent(post: Post) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        error = await failure_of(post(f"http://127.0.0.1:{unused.getsockname()[1]}/"))
    assert never_sent(error)
    assert reason_of(error) == Reason.CONNECTION_REFUSED


async def test_a_host_that_does_not_exist_was_never_sent(post: Post) -> None:
    error = await failure_of(post("http://no-such-host.invalid/"))
    assert never_sent(error)
    assert reason_of(error) == Reason.NAME_NOT_FOUND


async def test_a_connection_that_is_not_accepted_in_time_was_never_sent(post: Post) -> None:
    with listening_with_full_backlog() as port:
        error = await failure_of(post(f"http://127.0.0.1:{port}/", connect=BRIEF))
    assert never_sent(error)
    assert reason_of(error) == Reason.CONNECT_TIMEOUT


async def test_a_call_that_got_no_free_connection_in_time_was_never_sent(new_client: NewClient) -> None:
    async with MisbehavingServer(*[hang] * 200) as server, new_client() as post:
        holders = [asyncio.ensure_future(post(server.url)) for _ in range(CONNECTIONS)]
        for _ in holders:
            await server.arrived.acquire()
        error = await failure_of(post(server.url, pool=BRIEF))
        for holder in holders:
            holder.cancel()
        await asyncio.gather(*holders, return_exceptions=True)
        assert len(server.requests) == len(holders)
    assert never_sent(error)
    assert reason_of(error) == Reason.CONNECT_TIMEOUT


@pytest.mark.parametrize(
    ("at_accept", "reason"),
    [
        pytest.param(answer(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Reason.TLS_FAILED, id="no TLS"),
        pytest.param(reset, Reason.CONNECTION_REFUSED, id="reset in the handshake"),
        pytest.param(close, Reason.CONNECTION_REFUSED, id="close in the handshake"),
        pytest.param(hang, Reason.CONNECT_TIMEOUT, id="hang in the handshake"),
    ],
)
async def test_a_call_whose_tls_handshake_failed_was_never_sent(post: Post, at_accept: Action, reason: Reason) -> None:
    async with MisbehavingServer(at_accept=at_accept) as server:
        error = await failure_of(post(f"https://127.0.0.1:{server.port}/", connect=patience(at_accept)))
    assert never_sent(error)
    assert reason_of(error) == reason


async def test_a_call_to_a_server_with_an_untrusted_certificate_was_never_sent(post: Post, certificate: Path) -> None:
    async with MisbehavingServer(OK, tls=server_tls(certificate)) as server:
        error = await failure_of(post(f"https://127.0.0.1:{server.port}/"))
        assert server.requests == []
    assert never_sent(error)
    assert reason_of(error) == Reason.TLS_FAILED


async def test_a_call_through_a_proxy_that_is_down_was_never_sent(new_client: NewClient) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with new_client(proxy=f"http://127.0.0.1:{unused.getsockname()[1]}") as post:
            error = await failure_of(post("https://artifact.example.com/"))
    assert never_sent(error)
    assert reason_of(error) == Reason.PROXY_UNREACHABLE


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (407, Reason.PROXY_REFUSED),
        (403, Reason.PROXY_FORBIDS),
        (405, Reason.PROXY_FORBIDS),
        (302, Reason.PROXY_FORBIDS),
        (502, Reason.PROXY_NO_WAY),
        (503, Reason.PROXY_NO_WAY),
    ],
)
async def test_a_call_through_a_proxy_that_opens_no_tunnel_was_never_sent(
    new_client: NewClient, status: int, reason: Reason
) -> None:
    async with (
        MisbehavingServer(answer(http_answer(status=status))) as proxy,
        new_client(proxy=proxy.url) as post,
    ):
        error = await failure_of(post("https://artifact.example.com/"))
        assert proxy.requests[0].startswith(b"CONNECT artifact.example.com:443 ")
        assert b"body" not in proxy.requests[0]
    assert never_sent(error)
    assert reason_of(error) == reason


# ---- perhaps sent ----

AFTER_SENDING = [
    pytest.param(reset, Reason.CONNECTION_BROKE, id="reset"),
    pytest.param(close, Reason.CONNECTION_BROKE, id="close"),
    pytest.param(hang, Reason.NO_ANSWER, id="hang"),
    pytest.param(TRUNCATED, Reason.ANSWER_CUT_OFF, id="truncated body"),
    pytest.param(TRUNCATED_HEAD, Reason.CONNECTION_BROKE, id="truncated head"),
    pytest.param(JUNK, Reason.ANSWER_NOT_HTTP, id="junk status line"),
]


@pytest.mark.parametrize(("action", "reason"), AFTER_SENDING)
@pytest.mark.parametrize("calls_before", [0, 1], ids=["new connection", "kept-alive connection"])
async def test_a_call_that_fails_after_sending_counts_as_sent(
    post: Post, action: Action, reason: Reason, calls_before: int
) -> None:
    async with MisbehavingServer(*[OK] * calls_before, action) as server:
        for _ in range(calls_before):
            assert await post(server.url) == 200
        error = await failure_of(post(server.url, read=patience(action)))
        assert len(server.requests) == calls_before + 1
        assert server.connections == 1
    assert not never_sent(error)
    assert reason_of(error) == reason


@pytest.mark.parametrize(
    ("at_accept", "reason"),
    [(reset, Reason.CONNECTION_BROKE), (close, Reason.CONNECTION_BROKE), (hang, Reason.NO_ANSWER)],
)
async def test_a_call_to_a_server_that_accepts_but_does_not_read_counts_as_sent(
    post: Post, at_accept: Action, reason: Reason
) -> None:
    async with MisbehavingServer(at_accept=at_accept) as server:
        error = await failure_of(post(server.url, read=patience(at_accept)))
        assert server.connections == 1
    assert not never_sent(error)
    assert reason_of(error) == reason


async def test_over_tls_a_reset_after_sending_counts_as_sent(new_client: NewClient, certificate: Path) -> None:
    async with (
        MisbehavingServer(OK, reset, tls=server_tls(certificate)) as server,
        new_client(ca_file=certificate) as post,
    ):
        url = f"https://127.0.0.1:{server.port}/"
        assert await post(url) == 200
        error = await failure_of(post(url))
    assert not never_sent(error)
    assert reason_of(error) == Reason.CONNECTION_BROKE


async def test_a_failed_earlier_attempt_does_not_make_a_later_one_look_unsent(post: Post) -> None:
    """An error raised while another is handled has it as its `__context__`; that is not why this call failed."""
    unsent = await failure_of(post("http://no-such-host.invalid/"))
    async with MisbehavingServer(reset) as server:
        error = await failure_of(post(server.url))
    assert never_sent(unsent)
    root_cause(error).__context__ = root_cause(unsent)
    if error is not root_cause(error):
        error.__context__ = unsent
    assert not never_sent(error)
    assert reason_of(error) == Reason.CONNECTION_BROKE


# ---- errors without a socket ----


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("never seen before"), Reason.CALL_FAILED),
        (TimeoutError(), Reason.NO_ANSWER),
        (OSError("out of something"), Reason.CALL_FAILED),
        (ConnectionResetError(), Reason.CALL_FAILED),
        (httpx.ConnectTimeout("from nowhere"), Reason.CALL_FAILED),
        (httpx.ConnectError("from nowhere"), Reason.CALL_FAILED),
        (aiohttp.ServerDisconnectedError(), Reason.CONNECTION_BROKE),
        (aiohttp.SocketTimeoutError(), Reason.NO_ANSWER),
        (aiohttp.ServerTimeoutError(), Reason.NO_ANSWER),
        (aiohttp.ClientOSError(104, "reset"), Reason.CONNECTION_BROKE),
        (aiohttp.ClientConnectionError("Connector is closed"), Reason.CONNECTION_BROKE),
        (aiohttp.ClientConnectionResetError("Cannot write"), Reason.CONNECTION_BROKE),
        (aiohttp.ClientPayloadError(), Reason.ANSWER_CUT_OFF),
        (aiohttp.InvalidURL("x"), Reason.CALL_FAILED),
        (asyncio.CancelledError(), Reason.CALL_FAILED),
    ],
    ids=repr,
)
def test_an_unknown_error_counts_as_sent(error: BaseException, reason: Reason) -> None:
    assert not never_sent(error)
    assert reason_of(error) == reason


def test_a_resolver_error_on_its_own_was_never_sent() -> None:
    error = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    assert never_sent(error)
    assert reason_of(error) == Reason.NAME_NOT_FOUND


def test_the_root_cause_is_the_first_error_of_aiohttp_below() -> None:
    inner, outer, other = aiohttp.ConnectionTimeoutError(), httpx.ConnectTimeout("x"), RuntimeError("y")
    outer.__cause__ = inner
    inner.__cause__ = TimeoutError()
    assert root_cause(outer) is inner
    assert root_cause(inner) is inner
    assert root_cause(other) is other
    assert never_sent(outer)
    assert reason_of(outer) == Reason.CONNECT_TIMEOUT


@pytest.mark.parametrize("error", [RuntimeError("x"), TimeoutError(), httpx.ReadError("x")], ids=repr)
def test_an_error_that_was_being_handled_at_the_time_is_not_the_cause(error: Exception) -> None:
    error.__context__ = aiohttp.ConnectionTimeoutError()
    assert root_cause(error) is error
    assert not never_sent(error)


@contextlib.contextmanager
def listening_with_full_backlog() -> Iterator[int]:
    """A port whose queue of connections is full, so that the next one is neither accepted nor refused."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(8):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
