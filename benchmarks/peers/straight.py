"""The floor of a request: the bot's steps written straight into one handler, without durability.

It verifies and answers; then posts "creating" and looks for the name, creates, updates the message. What it has
accepted is lost when the process ends.
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
from bot.registry.models import Created, Submission
from bot.views import form, messages

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
            task = asyncio.create_task(_create(_submission(payload), slack, codearts))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            return web.Response()

        app = web.Application()
        app.router.add_post("/slack/events", events)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


async def _create(submission: Submission, slack: AsyncWebClient, codearts: CodeArts) -> None:
    begin = messages.creating(submission, region=REGION)
    posted, found = await asyncio.gather(
        slack.chat_postMessage(channel=submission.channel, **begin),
        codearts.find(submission.name, also_trashed=False),
    )
    result = await codearts.create_registry(name=submission.name, description=submission.description)
    assert found is None
    assert isinstance(result, Created)
    end = messages.outcome(submission, result, region=REGION)
    await slack.chat_update(channel=posted["channel"], ts=posted["ts"], **end)


def _submission(payload: dict[str, Any]) -> Submission:
    typed = form.parse(payload["view"])
    return Submission(
        request_id=payload["view"]["id"],
        name=typed.name or "",
        description=typed.description,
        requester=payload["user"]["id"],
        channel=typed.channel or "",
        team=payload["team"]["id"],
        asked_at=time.time(),
    )


def _codearts(url: str) -> CodeArts:
    return CodeArts(
        endpoint=url,
        access_key="AKBENCH",
        secret_key="benchmarks",
        domain_id="d" * 32,
        codearts_project_id="p" * 32,
    )


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), *sys.argv[2:5]))
