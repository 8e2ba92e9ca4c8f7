"""A bot of a few lines that opens whatever form a test gives it, and answers as told."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web

from bot.playground.playground import BOT_TOKEN, Playground

Json = dict[str, Any]


class StandInBot:
    """Answers one playground's commands with `form` and its submissions with `answers`, in order; then with an empty 200.

    `heard` holds every interaction payload and event. While `hold` is cleared, submissions wait for it.
    """

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self.form: Json | None = None
        self.answers: list[object] = []
        self.heard: list[Json] = []
        self.hold = asyncio.Event()
        self.hold.set()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/slack/events", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {BOT_TOKEN}"})
        self.playground.expect_bot(self._runner.addresses[0][1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self.hold.set()
        await self._session.close()
        await self._runner.cleanup()

    async def call(self, method: str, **arguments: object) -> Json:
        """Call a Web API method; a refusal fails the test."""
        async with self._session.post(self.playground.slack.api_url + method, json=arguments) as response:
            answer: Json = await response.json()
        assert answer["ok"], answer
        return answer

    async def answer_through(self, response_url: str, **arguments: object) -> None:
        """Use a response_url; a refusal fails the test."""
        async with self._session.post(response_url, json=arguments) as response:
            assert response.status == 200, await response.text()

    def submissions(self) -> list[Json]:
        """The `state.values` of every submission heard."""
        return [payload["view"]["state"]["values"] for payload in self.heard if payload["type"] == "view_submission"]

    async def hear(self, kind: str) -> Json:
        """Wait for the first interaction or event of this type, take it out of `heard` and return it."""

        def found() -> list[Json]:
            return [payload for payload in self.heard if payload["type"] == kind]

        await self.playground.slack.wait_for(lambda: bool(found()))
        payload = found()[0]
        self.heard.remove(payload)
        return payload

    async def _handle(self, request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            self.heard.append((await request.json())["event"])
            return web.Response()
        fields = {name: values[0] for name, values in parse_qs(await request.text()).items()}
        if "payload" not in fields:
            await self.call("views.open", trigger_id=fields["trigger_id"], view=self.form)
            return web.Response()
        payload = json.loads(fields["payload"])
        self.heard.append(payload)
        if payload["type"] != "view_submission":
            return web.Response()
        await self.hold.wait()
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Mapping):
            return web.json_response(answer)
        return web.Response(text=str(answer or ""))
