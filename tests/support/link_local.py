"""The metadata service's address, 169.254.169.254, as if this machine were an ECS: led to a port of the test's own."""

import socket
from pathlib import Path
from typing import Any

METADATA = "169.254.169.254"


def lead_metadata_to(port: int) -> None:
    """From now on, in this process. `socket.socket.connect` can be put back as it was."""
    connect = socket.socket.connect

    def led(self: socket.socket, address: Any) -> None:
        connect(self, ("127.0.0.1", port) if isinstance(address, tuple) and address[0] == METADATA else address)

    socket.socket.connect = led  # type: ignore[method-assign, assignment]


def lead_metadata_in(folder: Path, *, port: int, sources: Path) -> dict[str, str]:
    """The variables with which a Python process is led there from its start on."""
    (folder / "sitecustomize.py").write_text(
        f"from tests.support.link_local import lead_metadata_to\nlead_metadata_to({port})\n"
    )
    return {"PYTHONPATH": f"{folder}:{sources}"}
