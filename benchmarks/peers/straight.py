"""The floor of a request: the bot's steps written straight into one handler, without durability.

It verifies and answers; then looks for the name, creates, posts the outcome. What it has accepted is lost when the
process ends.
"""

import asyncio
import json
import sys
import time
from typing import Any
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.codearts.client import CodeArts
from bot.codearts.credentials.key import Key
from bot.codearts.credentials.key_cache import KeyCache
from bot.domain.registry import Created
from bot.domain.request import Origin, Request
from bot.features.create_registry import form, messages
from bot.features.create_registry.models import RegistryRequest
from bot.slack.inbound.payloads import ViewSubmission

REGION = "ap-southeast-3"


async def serve(port: int, slack_api_url: str, codearts_url: str, signing_secret: str) -> None:
    """Serve until cancelled."""
    verifier, tasks = SignatureVerifier(signing_secret), set()
    async with aiohttp.ClientSession() as session, _codearts(codearts_url) as codearts:
        slack = AsyncWebClient(token="xoxb-benchmarks", base_url=slack_api_url, session=session)

        async def events(request: web.Request) -> web.Response:
            body = await request.read()
            if not verifier.is_valid_request(body, dict(request.headers)):
                return web.Response(status=401)
            payload = json.loads(parse_qs(body.decode())["payload"][0])
            task = asyncio.create_task(_create(_request(payload), slack, codearts))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            return web.Response()

        app = web.Application()
        app.router.add_post("/slack/events", events)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


async def _create(request: Request, slack: AsyncWebClient, codearts: CodeArts) -> None:
    asked = request.payload
    assert not await codearts.find_all(asked.name)
    result = await codearts.create_registry(name=asked.name, description=asked.description)
    assert isinstance(result, Created)
    message = messages.outcome(request, result, region=REGION)
    await slack.chat_postMessage(channel=request.origin.channel, **message)


def _request(payload: dict[str, Any]) -> Request:
    sent = ViewSubmission.model_validate(payload)
    typed = form.parse(sent.view.state)
    origin = Origin(door="command", requester=sent.user.id, team=sent.team_id, channel=typed.channel or "")
    return Request(
        id=sent.view.id,
        reference="R-BENCH",
        origin=origin,
        payload=RegistryRequest(name=typed.name or "", description=typed.description),
        accepted_at=time.time(),
    )


def _codearts(url: str) -> CodeArts:
    return CodeArts(
        endpoint=url,
        keys=KeyCache.of(Key(access_key="AKBENCH", secret_key="benchmarks")),
        domain_id="d" * 32,
        codearts_project_id="p" * 32,
    )


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), *sys.argv[2:5]))
