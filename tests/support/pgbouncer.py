"""A real pgbouncer in front of the tests' PostgreSQL, on a port of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.ports import free_port


def need_pgbouncer() -> str:
    """Its path. Skips the test where there is none; fails it instead when REQUIRE_PGBOUNCER=1."""
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and os.environ.get("REQUIRE_PGBOUNCER") == "1":
        pytest.fail("no pgbouncer")
    if found is None:
        pytest.skip("no pgbouncer")
    return found


@contextlib.contextmanager
def pooled(url: str, *, mode: str, folder: Path) -> Iterator[str]:
    """The value for DATABASE_URL by which `url` is reached through a pooler in this mode."""
    program, target = need_pgbouncer(), sa.make_url(url)
    port = free_port()
    password = f" password={target.password}" if target.password else ""
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n* = host={target.host} port={target.port or 5432} user={target.username}{password}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        f"pool_mode = {mode}\ndefault_pool_size = 30\n"
    )
    as_somebody = ["-u", "nobody"] if os.geteuid() == 0 else []
    folder.chmod(0o755)
    with (folder / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen([program, *as_somebody, str(settings)], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 10
        while not _listens(port):
            assert process.poll() is None, (folder / "pgbouncer.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        through = sa.URL.create("postgresql", target.username, None, "127.0.0.1", port, target.database)
        yield through.render_as_string(hide_password=False)
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
