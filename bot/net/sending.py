"""Where a call stands: whether its request has been handed to a connection.

That, and not the kind of a failure, decides whether a call may be repeated (docs/design.md): whatever fails before is
certain not to have arrived, be it a key that no header can hold or an error that nobody foresaw.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp


@dataclass(slots=True)
class Sending:
    """`begun`: from now on the request counts as sent. It is never true too late."""

    begun: bool = False


_current: ContextVar[Sending | None] = ContextVar("sending", default=None)


@contextlib.contextmanager
def watched() -> Iterator[Sending]:
    """Watch the one call that is made inside, over a session that has `watcher()` among its `trace_configs`."""
    sending = Sending()
    token = _current.set(sending)
    try:
        yield sending
    finally:
        _current.reset(token)


def watcher() -> aiohttp.TraceConfig:
    """What tells `watched` of it: aiohttp calls it when it has a connection, before it writes the first byte to it."""
    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(_begin)
    return config


async def _begin(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, _parameters: aiohttp.TraceRequestHeadersSentParams
) -> None:
    sending = _current.get()
    if sending is not None:
        sending.begun = True
