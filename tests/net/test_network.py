"""What a session of ours does, whichever library uses it: nothing that we send goes where an answer says."""

from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.outcomes import InDoubt, Reason
from bot.net.failures import never_sent, reason_of
from bot.net.network import Network, Redirected
from bot.slack.codes import classify
from tests.net.misbehaving_server import MisbehavingServer, answer, http_answer

Call = Callable[[aiohttp.ClientSession, str], Awaitable[object]]


async def _web_api(session: aiohttp.ClientSession, url: str) -> object:
    client = AsyncWebClient("xoxb-token", base_url=f"{url}/api/", session=session, retry_handlers=[])
    return await client.chat_postMessage(channel="C0", text="for the channel alone")


async def _response_url(session: aiohttp.ClientSession, url: str) -> object:
    return await AsyncWebhookClient(url, session=session, retry_handlers=[]).send(text="for the channel alone")


async def _socket(session: aiohttp.ClientSession, url: str) -> object:
    return await session.ws_connect(url.replace("http", "ws", 1))


CALLS: dict[str, Call] = {"Web API": _web_api, "response_url": _response_url, "socket": _socket}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", CALLS)
async def test_a_redirect_is_never_followed_and_is_doubt(call: str, status: int) -> None:
    async with MisbehavingServer() as other, MisbehavingServer() as server, Network().session() as session:
        server.script.append(answer(http_answer(status=status, headers={"Location": f"{other.url}/elsewhere"})))
        with pytest.raises(Redirected) as error:
            await CALLS[call](session, server.url)
        assert len(server.requests) == 1
        assert other.connections == 0
    assert reason_of(error.value) == Reason.REDIRECTED
    assert not never_sent(error.value)
    assert classify(error.value) == InDoubt(code=Reason.REDIRECTED)


@pytest.mark.parametrize("status", [300, 305, 399])
async def test_another_3xx_is_an_answer(status: int) -> None:
    async with MisbehavingServer() as other, MisbehavingServer() as server, Network().session() as session:
        server.script.append(answer(http_answer(status=status, headers={"Location": other.url})))
        async with session.get(server.url) as response:
            assert response.status == status
        assert other.connections == 0


async def test_the_environment_is_not_read_by_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with MisbehavingServer(answer(http_answer(b'{"ok": true}'))) as server, Network().session() as session:
        server.script.append(answer(http_answer(b'{"ok": true}', headers={"Content-Type": "application/json"})))
        # slack_sdk takes the proxy from the environment by itself, and names it in each call.
        await _response_url(session, server.url)
        assert len(server.requests) == 1
