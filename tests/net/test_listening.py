"""Listening on one address, and saying so where that cannot be."""

import socket

import aiohttp
import pytest
from aiohttp import web

from bot.errors import SettingsError, TemporaryFailure
from bot.net.listening import listen


def hello() -> web.Application:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    application = web.Application()
    application.router.add_get("/", answer)
    return application


async def test_it_serves_at_the_address_that_it_names_until_the_block_ends() -> None:
    async with aiohttp.ClientSession() as session:
        async with listen(hello(), host="127.0.0.1", port=0, drain_seconds=1) as address:
            response = await session.get(address)
            assert await response.text() == "hello"
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(address)


async def test_a_port_that_is_taken_is_named_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(TemporaryFailure) as error:
            async with listen(hello(), host="127.0.0.1", port=port, drain_seconds=1):
                pytest.fail("it listens on a port that is taken")
    assert f"127.0.0.1:{port}" in str(error.value)
    assert "PORT" in str(error.value)
    assert "\n" not in str(error.value)


async def test_an_address_of_another_machine_is_refused_in_one_line() -> None:
    with pytest.raises(SettingsError, match="cannot listen on"):
        async with listen(hello(), host="192.0.2.1", port=0, drain_seconds=1):
            pytest.fail("it listens on an address that is not ours")


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


needs_ipv6 = pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")


@needs_ipv6
async def test_everywhere_in_ipv6_is_everywhere_in_ipv4_too() -> None:
    async with listen(hello(), host="::", port=0, drain_seconds=1) as address, aiohttp.ClientSession() as session:
        assert address == f"http://[::]:{port_of(address)}"
        for host in ("127.0.0.1", "[::1]"):
            async with session.get(f"http://{host}:{port_of(address)}") as answer:
                assert await answer.text() == "hello"


@needs_ipv6
async def test_an_address_of_ipv6_is_named_in_brackets_and_can_be_called_as_it_is_named() -> None:
    async with listen(hello(), host="::1", port=0, drain_seconds=1) as address, aiohttp.ClientSession() as session:
        assert address == f"http://[::1]:{port_of(address)}"
        async with session.get(address) as answer:
            assert await answer.text() == "hello"


@needs_ipv6
@pytest.mark.parametrize("host", ["::", "::1"])
async def test_a_port_that_is_taken_in_ipv6_is_named_in_brackets(host: str) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(TemporaryFailure) as error:
            async with listen(hello(), host=host, port=port, drain_seconds=1):
                pytest.fail("it listens on a port that is taken")
    assert str(error.value) == f"cannot listen on [{host}]:{port} (Address already in use). Set HOST and PORT."


@pytest.mark.parametrize("host", ["999.0.0.1", "no such host", "a" * 70, "é" * 70, "a..b"])
async def test_an_invalid_host_is_refused_in_one_line(host: str) -> None:
    with pytest.raises(SettingsError, match="cannot listen on") as error:
        async with listen(hello(), host=host, port=0, drain_seconds=1):
            pytest.fail("it listens on an address that is none")
    assert "\n" not in str(error.value)
