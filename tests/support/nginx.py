"""A real nginx with the documented configuration, deploy/nginx.conf, in front of replicas on loopback."""

import asyncio
import contextlib
import re
import subprocess
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from tests.support.ports import free_port
from tests.support.terminal import SOURCES
from tests.support.tools import need_tool

DOCUMENTED = SOURCES / "deploy/nginx.conf"
_STOCK = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/documented.conf;
}}
"""


def need_nginx() -> str:
    """Its path. Skips the test where there is none; fails it instead when REQUIRE_NGINX=1."""
    return need_tool("nginx", required_by="REQUIRE_NGINX")


@contextlib.asynccontextmanager
async def balancing(ports: Sequence[int], folder: Path) -> AsyncIterator[str]:
    """Its address, while it runs; TLS is left out, and the documented addresses are those of the replicas."""
    port, servers = free_port(), iter(ports)
    documented = re.sub(r"server 10\.[\d.:]+", lambda _: f"server 127.0.0.1:{next(servers)}", DOCUMENTED.read_text())
    documented = documented.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    documented = re.sub(r"^\s*ssl_.*$", "", documented, flags=re.MULTILINE)
    program = await asyncio.create_subprocess_exec(need_nginx(), "-c", str(configured(documented, folder)))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        program.terminate()
        await program.wait()


def configured(documented: str, folder: Path) -> Path:
    """A whole configuration with this part included, in the folder."""
    (folder / "documented.conf").write_text(documented)
    whole = folder / "nginx.conf"
    whole.write_text(_STOCK.format(folder=folder))
    return whole


def why_refused(documented: str, folder: Path) -> str:
    """What `nginx -t` says of it; empty where it is in order."""
    command = (need_nginx(), "-t", "-q", "-c", str(configured(documented, folder)))
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr
