"""Ports for processes that must be told one before they listen, and that may come back to it."""

import random
import socket

# Below what systems give away to connections (32768 on Linux, 49152 elsewhere), so that nobody's outgoing connection takes
# the port while the process is away; drawn, because tests run in several processes.
_PORTS = range(10_000, 32_000)


def free_port() -> int:
    """A port of loopback at which nothing listens."""
    while True:
        port = random.SystemRandom().choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
