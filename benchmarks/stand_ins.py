"""Slack and CodeArts with as little work as possible: canned answers that the clients take for right.

Not the playground's servers, because those check and remember everything, and their CPU time would hide differences.
Both sides of a pair are measured against these.
"""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

SLOW_PREFIX = "slow-"  # a registry of such a name is never answered for
# Numbers of requests: in the trigger of a command, and in the name of a registry.
TRIGGER = "form-{number}-end"
NAME = "bench-{number:07d}"
# Of a ledger that was filled (`databases.py`), and how many there are at least.
FILLED = "old-{number}"
FILLED_LEAST = 100
PAGE_SIZE = 100  # rows of CodeArts' list

_TRIGGER_SENT = re.compile(rb"form-(\d+)-end")
_NAME_SENT = re.compile(rb"bench-(\d{7})")
_PAGE_ASKED = re.compile(rb"page_no=(\d+)")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_SLOW = b'"' + SLOW_PREFIX.encode()

Arrived = Callable[[int], None]
# (page, whether it is the last)
Read = Callable[[int, bool], None]


def _answer(status: int, document: dict[str, Any]) -> bytes:
    body = json.dumps(document).encode()
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


_WHO = {"user_id": "U0BENCHBOT", "bot_id": "B0BENCH", "team_id": "T0BENCH", "user": "bot", "team": "Bench", "url": "-"}
_SLACK = {
    b"auth.test": _answer(200, {"ok": True, **_WHO}),
    b"views.open": _answer(200, {"ok": True, "view": {"id": "V0BENCH", "type": "modal"}}),
    b"views.publish": _answer(200, {"ok": True, "view": {"id": "V0HOME", "type": "home"}}),
    b"chat.postMessage": _answer(200, {"ok": True, "channel": "C0BENCH", "ts": "1700000000.000100"}),
    b"chat.update": _answer(200, {"ok": True, "channel": "C0BENCH", "ts": "1700000000.000100"}),
}
_UNKNOWN = _answer(200, {"ok": False, "error": "unknown_method"})
_CREATED = _answer(200, {"status": "success", "trace_id": "143001-1700000000000-11", "result": None})
_UNSIGNED = _answer(401, {"error_msg": "not signed", "error_code": "APIGW.0301", "request_id": "1"})


def _listed(*names: str, total: int | None = None) -> bytes:
    rows = [
        {
            "id": f"id-{name}",
            "displayName": name,
            "format": "docker2",
            "status": "active",
            "url": f"swr.example.com/bench/{name}",
            "createdUserId": "benchmark",
        }
        for name in names
    ]
    result = {"total": len(rows) if total is None else total, "repositories": rows}
    return _answer(200, {"status": "success", "trace_id": "143002-1700000000000-12", "result": result})


_NONE_LISTED = _listed()


class StandIn(asyncio.Protocol):
    """One connection. A request whose length is not declared ends it."""

    def __init__(self, reply: Callable[[bytes, bytes], bytes | None]) -> None:
        self._reply = reply
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._received[: end + 2])
            length = _LENGTH.search(head)
            if length is None and head.startswith(b"POST"):
                assert self._transport is not None
                self._transport.abort()
                return
            total = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < total:
                return
            body = bytes(self._received[end + 4 : total])
            del self._received[:total]
            self._send(self._reply(head, body))

    def _send(self, answer: bytes | None) -> None:
        assert self._transport is not None
        if answer is not None and not self._transport.is_closing():
            self._transport.write(answer)


def slack(*, form_opened: Arrived, outcome_told: Arrived, home_shown: Callable[[], None]) -> Callable[[], StandIn]:
    """The Web API. The callbacks get the number of the request whose form was opened or whose outcome was told.

    `home_shown`: a Home tab was published with requests in it.
    """

    def reply(head: bytes, body: bytes) -> bytes:
        method = head.split(b" ", 2)[1].partition(b"?")[0].rpartition(b"/")[2]
        if method == b"views.open" and (sent := _TRIGGER_SENT.search(body)):
            form_opened(int(sent[1]))
        elif method == b"views.publish" and FILLED.format(number="").encode() in body:
            home_shown()
        elif b"success" in body and (sent := _NAME_SENT.search(body)):
            outcome_told(int(sent[1]))
        return _SLACK.get(method, _UNKNOWN)

    return lambda: StandIn(reply)


def codearts(*, registries: int, names_read: Read) -> Callable[[], StandIn]:
    """CodeArts Artifact: every registry is created, except the slow ones, and found by its name afterwards.

    The list of all has `registries`, whatever was created; `names_read` hears of each of its pages.
    """
    created: set[bytes] = set()
    names = [f"there-{number:07d}" for number in range(registries)]
    pages = [_listed(*names[at : at + PAGE_SIZE], total=registries) for at in range(0, registries, PAGE_SIZE)]

    def reply(head: bytes, body: bytes) -> bytes | None:
        if b"SDK-HMAC-SHA256" not in head:
            return _UNSIGNED
        if head.startswith(b"GET") and pages and b"qname=" not in head and (page := _PAGE_ASKED.search(head)):
            names_read(int(page[1]), int(page[1]) == len(pages))
            return pages[int(page[1]) - 1]
        if head.startswith(b"GET"):
            asked = _NAME_SENT.search(head.partition(b"\r\n")[0])
            return _listed(NAME.format(number=int(asked[1]))) if asked and asked[1] in created else _NONE_LISTED
        if _SLOW in body:
            return None
        if sent := _NAME_SENT.search(body):
            created.add(sent[1])
        return _CREATED

    return lambda: StandIn(reply)
