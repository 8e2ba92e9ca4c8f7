"""Tracks whether the request of a call has been passed to a connection.

That, and not the kind of failure, decides whether a call may be repeated (docs/design.md): a call that fails before has
certainly not arrived, whether a header value was invalid or the error was entirely unexpected.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp


@dataclass(slots=True)
class Sending:
    """`begun`: the request counts as sent. It is never set too late."""

    begun: bool = False


_current: ContextVar[Sending | None] = ContextVar("sending", default=None)


@contextlib.contextmanager
def watched() -> Iterator[Sending]:
    """Track the one call made inside the block, over a session that has `watcher()` among its `trace_configs`."""
    sending = Sending()
    token = _current.set(sending)
    try:
        yield sending
    finally:
        _current.reset(token)


def watcher() -> aiohttp.TraceConfig:
    """Informs `watched`: aiohttp calls it when it has a connection, before it writes the first byte."""
    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(_begin)
    return config


async def _begin(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, _parameters: aiohttp.TraceRequestHeadersSentParams
) -> None:
    sending = _current.get()
    if sending is not None:
        sending.begun = True
