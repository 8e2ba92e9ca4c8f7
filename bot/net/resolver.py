"""Resolves host names in separate threads.

DBOS makes its few database threads the loop's default executor, and asyncio would resolve names in those: a name server that
does not answer would then block the very writes that Slack waits for.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult

_THREADS = 4


class OwnThreadsResolver(AbstractResolver):
    """Like aiohttp's own resolver, but with its own thread pool."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="name-lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises `OSError` if there are none."""
        look_up = partial(socket.getaddrinfo, host, port, family=family, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=each_family,
                proto=protocol,
                flags=numeric,
            )
            for each_family, _type, protocol, _name, address in found
        ]

    async def close(self) -> None:
        """End the threads without waiting for look-ups in progress."""
        self._threads.shutdown(wait=False, cancel_futures=True)
