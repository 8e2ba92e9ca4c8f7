"""Socket Mode: one-time tickets, hello, envelopes to any one connection, acknowledgements.

Rules: docs/facts/slack.md section 6.
"""

import asyncio
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from bot.playground.slack import company
from bot.playground.slack.workspace import Workspace

_SECONDS_OF_A_CONNECTION = 3600
_LONGEST_FAREWELL = 0.5
_SECONDS_TO_LEAVE = 1.0


@dataclass(slots=True)
class _Socket:
    stream: web.WebSocketResponse
    transport: asyncio.Transport | None
    frozen: bool = False


class Sockets:
    """The app's open connections. Nothing is delivered twice: an envelope without acknowledgement is lost."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: list[_Socket] = []
        self._turn = 0
        self._acknowledgements: dict[str, asyncio.Future[dict[str, Any]]] = {}

    @property
    def count(self) -> int:
        """How many connections are open, including frozen ones."""
        return len(self._open)

    @property
    def living(self) -> int:
        """How many of them are not frozen."""
        return sum(not opened.frozen for opened in self._open)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._workspace.tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        self._workspace.tickets.remove(ticket)
        stream = web.WebSocketResponse(autoping=False, timeout=_LONGEST_FAREWELL)
        await stream.prepare(request)
        opened = _Socket(stream, request.transport)
        await stream.send_json(self._hello())
        self._open.append(opened)
        self._workspace.changed()
        try:
            await self._listen(opened)
        finally:
            self._forget(opened)
        return stream

    async def send(self, kind: str, payload: Mapping[str, Any], *, seconds: float) -> dict[str, Any]:
        """Send an envelope and return its acknowledgement. Raises TimeoutError after `seconds`."""
        living = [opened for opened in self._open if not opened.frozen]
        self._turn += 1
        envelope_id = str(uuid.uuid4())
        waiting = asyncio.get_running_loop().create_future()
        self._acknowledgements[envelope_id] = waiting
        try:
            async with asyncio.timeout(seconds):
                if living:
                    chosen = living[self._turn % len(living)]
                    await chosen.stream.send_json(_envelope(kind, envelope_id, payload))
                acknowledgement: dict[str, Any] = await waiting
                return acknowledgement
        except ConnectionError as error:
            raise TimeoutError from error
        finally:
            del self._acknowledgements[envelope_id]

    async def disconnect(self, *, reason: str, abrupt: bool) -> None:
        """Ask every client to disconnect; `warning` only announces it, `abrupt` closes without notice.

        A client that was asked gets no more envelopes and has a second to leave, in which acknowledgements still count.
        """
        for opened in tuple(self._open):
            if abrupt:
                self._forget(opened)
                if opened.transport is not None:
                    opened.transport.abort()
                continue
            await opened.stream.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})
            if reason != "warning":
                self._forget(opened)
                if opened.transport is not None:
                    asyncio.get_running_loop().call_later(_SECONDS_TO_LEAVE, opened.transport.abort)

    def freeze(self) -> None:
        """Freeze the connections that are open now: no pong, no envelope, no close."""
        for opened in self._open:
            opened.frozen = True

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "connection_info": {"app_id": company.APP_ID},
            "debug_info": {"host": "local", "approximate_connection_time": _SECONDS_OF_A_CONNECTION},
        }

    async def _listen(self, opened: _Socket) -> None:
        async for message in opened.stream:
            if opened.frozen:
                continue
            if message.type is WSMsgType.PING:
                await opened.stream.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._acknowledge(message.data)

    def _acknowledge(self, raw: str) -> None:
        try:
            answer = json.loads(raw)
        except ValueError:
            return
        envelope_id = answer.get("envelope_id") if isinstance(answer, dict) else None
        waiting = self._acknowledgements.get(str(envelope_id))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def _forget(self, opened: _Socket) -> None:
        if opened in self._open:
            self._open.remove(opened)
            self._workspace.changed()


def _envelope(kind: str, envelope_id: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    envelope = {
        "type": kind,
        "envelope_id": envelope_id,
        "payload": payload,
        "accepts_response_payload": kind != "events_api",
    }
    if kind == "events_api":
        envelope |= {"retry_attempt": 0, "retry_reason": ""}
    return envelope
