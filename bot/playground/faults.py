"""What a local server can be told to do to a call instead of answering it normally.

A fault is used up by the first call that it matches. `apply` decides what matters to a caller whose answer was lost: whether
the call took effect first (True) or not at all (False).
"""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Self

FaultKind = Literal["slow", "answer", "drop", "late", "hang", "garbage", "truncate"]

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_DEFAULT_CONTENT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one matching call. Create it with one of the constructors below."""

    kind: FaultKind
    apply: bool = False
    seconds: float = 0.0
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    reset: bool = False

    @classmethod
    def slow(cls, seconds: float) -> Self:
        """Wait, then carry the call out and answer normally."""
        return cls(kind="slow", seconds=seconds, apply=True)

    @classmethod
    def answer(
        cls,
        status: int = 200,
        body: bytes | str | Mapping[str, Any] = b"",
        headers: Mapping[str, str] = _NO_HEADERS,
        *,
        apply: bool = False,
    ) -> Self:
        """Send this answer. A mapping is sent as JSON; `{trace_id}` in the body becomes the id of this call.

        With `apply` the call takes effect first, and its real answer is discarded.
        """
        content_type = _DEFAULT_CONTENT_TYPE
        if isinstance(body, Mapping):
            body, content_type = json.dumps(body), "application/json"
        raw = body.encode() if isinstance(body, str) else body
        if not any(name.lower() == "content-type" for name in headers):
            headers = {"Content-Type": content_type, **headers}
        return cls(kind="answer", status=status, body=raw, headers=headers, apply=apply)

    @classmethod
    def drop(cls, *, apply: bool = False, reset: bool = True) -> Self:
        """Close the connection without sending a byte: with a TCP reset, or in an orderly way if `reset` is false."""
        return cls(kind="drop", apply=apply, reset=reset)

    @classmethod
    def late(cls, seconds: float) -> Self:
        """Drop the connection, and carry the call out this many seconds later, like a queue behind a gateway."""
        return cls(kind="late", seconds=seconds, reset=True)

    @classmethod
    def hang(cls, *, apply: bool = False) -> Self:
        """Never answer; it ends when the caller leaves or the server stops."""
        return cls(kind="hang", apply=apply)

    @classmethod
    def garbage(cls, *, apply: bool = False) -> Self:
        """Send junk where the HTTP status line belongs, then close."""
        return cls(kind="garbage", apply=apply)

    @classmethod
    def truncate(cls, *, apply: bool = False) -> Self:
        """Send a correct header and a body shorter than its Content-Length, then close."""
        return cls(kind="truncate", apply=apply)


class Faults:
    """The faults for a server's next calls: first in, first out for each operation.

    A fault for the named operation comes before one for `"*"`, which matches every operation.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, deque[tuple[Fault, int | None]]] = {}

    def add(self, operation: str, fault: Fault, *, times: int | None = 1) -> None:
        """Make `fault` happen to the next `times` calls of `operation`; None means until cleared."""
        self._waiting.setdefault(operation, deque()).append((fault, times))

    def clear(self, operation: str | None = None) -> None:
        """Remove the faults of one operation, or all of them."""
        if operation is None:
            self._waiting.clear()
        else:
            self._waiting.pop(operation, None)

    def waiting(self, operation: str) -> list[Fault]:
        """The distinct faults still to come for exactly this operation, in order."""
        return [fault for fault, _ in self._waiting.get(operation, ())]

    def take(self, operation: str) -> Fault | None:
        """The fault for this call, which is then used up; None = answer normally."""
        if not self._waiting:
            return None
        for key in (operation, "*"):
            queue = self._waiting.get(key)
            if not queue:
                continue
            fault, times = queue[0]
            if times is not None:
                _count_down(queue, fault, times)
            return fault
        return None


def _count_down(queue: deque[tuple[Fault, int | None]], fault: Fault, times: int) -> None:
    if times > 1:
        queue[0] = (fault, times - 1)
    else:
        queue.popleft()
