"""How many descriptors the process may have, and what happens when none is left for a connection."""

import asyncio
import errno
import logging
import sys
from collections.abc import Callable
from typing import Any

from bot.net.rate_limited_log import RateLimitedLog

if sys.platform != "win32":
    import resource

_USUAL = 512  # where the system does not say, as on Windows
_NONE_LEFT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

logger = logging.getLogger(__name__)


def allowed() -> int:
    """How many descriptors the process may have open."""
    if sys.platform == "win32":
        return _USUAL
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _USUAL if soft in {resource.RLIM_INFINITY, -1} else soft


def log_when_none_is_left(make_room: Callable[[], None]) -> None:
    """When a connection cannot be accepted in this loop, log one line a minute and call `make_room`.

    asyncio itself logs a traceback for each of a hundred attempts a second. It also tries again after the socket was closed,
    and then complains about the descriptor -1.
    """
    loop, lines = asyncio.get_running_loop(), RateLimitedLog(logger, per_minute=1)
    before = loop.get_exception_handler()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, OSError) and error.errno in _NONE_LEFT and "socket" in context:
            lines.warning("no connection can be accepted: %s", error.strerror)
            make_room()
        elif isinstance(error, ValueError) and "_start_serving" in str(context.get("message")):
            return
        elif before is not None:
            before(loop, context)
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(handle)
