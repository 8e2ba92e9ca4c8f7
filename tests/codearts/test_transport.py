"""Each way a call can break, made with a real socket: was it sent, and did it arrive more than once?"""

import asyncio
import contextlib
import functools
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import aiohttp
import httpx
import pytest

from bot.codearts.transport import CONNECTIONS, build_client, never_sent, timeouts, trouble

from .misbehaving_server import (
    Action,
    MisbehavingServer,
    answer,
    answer_and_close,
    close,
    hang,
    http_answer,
    reset,
)

OK = answer(http_answer())
JUNK = answer_and_close(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
TRUNCATED = answer_and_close(http_answer(b'{"status": "succ', length=100))
TRUNCATED_HEAD = answer_and_close(b"HTTP/1.1 200 OK\r\nContent-Le")
PATIENT = timeouts(connect=10.0, read=10.0)
BRIEF = 0.3  # seconds, where the wait is in vain on purpose

Post = Callable[..., Awaitable[int]]


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """Posts a body and reads the answer to its end, through the client that the bot uses."""
    client = build_client(tls=True, proxy=None)

    async with client:
        yield functools.partial(post_through, client)


async def broken(attempt: Awaitable[int]) -> Exception:
    try:
        status = await attempt
    except Exception as error:  # noqa: BLE001 - which class it is, is the question
        return error
    pytest.fail(f"this should have broken, and was answered {status}")


# ---- never sent ----


async def test_a_refused_connection_was_never_sent(post: Post) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        error = await broken(post(f"http://127.0.0.1:{unused.getsockname()[1]}/"))
    assert never_sent(error)
    assert trouble(error) == "CodeArts could not be reached."


async def test_a_host_that_does_not_exist_was_never_sent(post: Post) -> None:
    error = await broken(post("http://no-such-host.invalid/"))
    assert never_sent(error)
    assert trouble(error) == "The address of CodeArts could not be found."


async def test_a_connection_that_is_not_accepted_in_time_was_never_sent(post: Post) -> None:
    with listening_with_full_backlog() as port:
        error = await broken(post(f"http://127.0.0.1:{port}/", connect=BRIEF))
    assert never_sent(error)
    assert trouble(error) == "CodeArts could not be reached in time."


async def test_waiting_for_a_free_connection_in_vain_was_never_sent() -> None:
    async with MisbehavingServer(*[hang] * 200) as server, build_client(tls=True, proxy=None) as client:
        holders = [asyncio.create_task(post_through(client, server.url)) for _ in range(CONNECTIONS)]
        for _ in holders:
            await server.arrived.acquire()
        error = await broken(post_through(client, server.url, pool=BRIEF))
        for holder in holders:
            holder.cancel()
        await asyncio.gather(*holders, return_exceptions=True)
        assert len(server.requests) == len(holders)
    assert never_sent(error)


@pytest.mark.parametrize(
    ("at_accept", "words"),
    [
        pytest.param(
            answer(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "The secure connection to CodeArts could not", id="no TLS"
        ),
        pytest.param(reset, "CodeArts could not be reached.", id="reset in the handshake"),
        pytest.param(close, "CodeArts could not be reached.", id="close in the handshake"),
        pytest.param(hang, "CodeArts could not be reached in time.", id="hang in the handshake"),
    ],
)
async def test_a_tls_handshake_that_fails_was_never_sent(post: Post, at_accept: Action, words: str) -> None:
    async with MisbehavingServer(at_accept=at_accept) as server:
        error = await broken(post(f"https://127.0.0.1:{server.port}/", connect=patience(at_accept)))
    assert never_sent(error)
    assert trouble(error).startswith(words)


async def test_a_certificate_that_nobody_vouches_for_was_never_sent(post: Post, certificate: Path) -> None:
    async with MisbehavingServer(OK, tls=server_tls(certificate)) as server:
        error = await broken(post(f"https://127.0.0.1:{server.port}/"))
        assert server.requests == []
    assert never_sent(error)
    assert trouble(error) == "The secure connection to CodeArts could not be set up."


async def test_a_proxy_that_is_down_was_never_sent() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with build_client(tls=True, proxy=f"http://127.0.0.1:{unused.getsockname()[1]}") as client:
            error = await broken(post_through(client, "https://artifact.example.com/"))
    assert never_sent(error)
    assert trouble(error) == "The proxy on the way to CodeArts could not be reached."


async def test_a_proxy_that_refuses_the_tunnel_was_never_sent() -> None:
    async with (
        MisbehavingServer(answer(http_answer(status=407))) as proxy,
        build_client(tls=True, proxy=proxy.url) as client,
    ):
        error = await broken(post_through(client, "https://artifact.example.com/"))
        assert proxy.requests[0].startswith(b"CONNECT artifact.example.com:443 ")
        assert b"body" not in proxy.requests[0]
    assert never_sent(error)
    assert trouble(error) == "The proxy on the way to CodeArts did not let the call through."


# ---- sent, for all that is known ----

AFTER_SENDING = [
    pytest.param(reset, "The connection broke before CodeArts answered.", id="reset"),
    pytest.param(close, "The connection broke before CodeArts answered.", id="close"),
    pytest.param(hang, "CodeArts did not answer in time.", id="hang"),
    pytest.param(TRUNCATED, "The answer of CodeArts was cut off.", id="truncated body"),
    pytest.param(TRUNCATED_HEAD, "The connection broke before CodeArts answered.", id="truncated head"),
    pytest.param(JUNK, "What came back is not an HTTP answer.", id="junk status line"),
]


@pytest.mark.parametrize(("action", "words"), AFTER_SENDING)
async def test_on_a_new_connection_it_counts_as_sent_and_arrives_once(post: Post, action: Action, words: str) -> None:
    async with MisbehavingServer(action, OK) as server:
        error = await broken(post(server.url, read=patience(action)))
        assert len(server.requests) == 1
        assert server.connections == 1
    assert not never_sent(error)
    assert trouble(error) == words


@pytest.mark.parametrize(("action", "words"), AFTER_SENDING)
async def test_on_a_kept_alive_connection_it_counts_as_sent_and_arrives_once(
    post: Post, action: Action, words: str
) -> None:
    async with MisbehavingServer(OK, action, OK) as server:
        assert await post(server.url) == 200
        error = await broken(post(server.url, read=patience(action)))
        assert len(server.requests) == 2
        assert server.connections == 1
    assert not never_sent(error)
    assert trouble(error) == words


@pytest.mark.parametrize("at_accept", [reset, close, hang])
async def test_a_server_that_accepts_and_does_not_read_counts_as_sent(post: Post, at_accept: Action) -> None:
    async with MisbehavingServer(at_accept=at_accept) as server:
        error = await broken(post(server.url, read=patience(at_accept)))
        assert server.connections == 1
    assert not never_sent(error)


async def test_over_tls_a_reset_after_sending_counts_as_sent(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with (
        MisbehavingServer(OK, reset, OK, tls=server_tls(certificate)) as server,
        build_client(tls=True, proxy=None) as client,
    ):
        url = f"https://127.0.0.1:{server.port}/"
        assert await post_through(client, url) == 200
        error = await broken(post_through(client, url))
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


# ---- errors that no socket makes ----


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("never seen before"),
        TimeoutError(),
        OSError("out of something"),
        httpx.ConnectTimeout("from nowhere"),
        httpx.ConnectError("from nowhere"),
        aiohttp.ServerDisconnectedError(),
        aiohttp.SocketTimeoutError(),
        aiohttp.ServerTimeoutError(),
        aiohttp.ClientOSError(104, "reset"),
        aiohttp.ClientConnectionError("Connector is closed"),
        asyncio.CancelledError(),
    ],
    ids=repr,
)
def test_what_is_not_known_counts_as_sent(error: BaseException) -> None:
    assert not never_sent(error)


async def test_a_failed_earlier_attempt_does_not_make_a_later_one_look_unsent(post: Post) -> None:
    """An error raised while another is handled carries it as `__context__`; that is not why this call failed."""
    unsent = await broken(post("http://no-such-host.invalid/"))
    async with MisbehavingServer(reset) as server:
        error = await broken(post(server.url))
    assert never_sent(unsent)
    assert error.__cause__ is not None
    error.__context__, error.__cause__.__context__ = unsent, unsent.__cause__
    assert not never_sent(error)


async def post_through(client: httpx.AsyncClient, url: str, **seconds: float) -> int:
    request = httpx.Request("POST", url, content=b"body", extensions={"timeout": {**PATIENT, **seconds}})
    return (await client.send(request)).status_code


def patience(action: Action) -> float:
    return BRIEF if action is hang else 10.0


@contextlib.contextmanager
def listening_with_full_backlog() -> Iterator[int]:
    """A port whose queue of connections is full, so that the next one gets no answer at all."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(8):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, its key in the same file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl program to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return both


def server_tls(certificate: Path) -> ssl.SSLContext:
    """A server's side of TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
