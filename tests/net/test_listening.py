"""Listening on one address, and saying so where that cannot be."""

import socket

import aiohttp
import pytest
from aiohttp import web

from bot.errors import SettingsError
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
        with pytest.raises(SettingsError) as error:
            async with listen(hello(), host="127.0.0.1", port=port, drain_seconds=1):
                pytest.fail("it listens on a port that is taken")
    assert f"127.0.0.1:{port}" in str(error.value)
    assert "PORT" in str(error.value)
    assert "\n" not in str(error.value)


async def test_an_address_of_another_machine_is_refused_in_one_line() -> None:
    with pytest.raises(SettingsError, match="cannot listen on"):
        async with listen(hello(), host="192.0.2.1", port=0, drain_seconds=1):
            pytest.fail("it listens on an address that is not ours")
