"""A host that vanishes: no packet of it comes any more, and nothing says that its connections have ended."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.workflow.database import open_database
from bot.workflow.ownership import Replica
from bot.workflow.tables import prepare
from tests.support.ports import free_port
from tests.support.postgres import query
from tests.support.terminal import SOURCES

HOLD = """
import sys, time
from bot.workflow.database import open_database
from bot.workflow.ownership import Replica
replica = Replica(open_database(sys.argv[1]), executor_id="vanishing", host="there")
print("held", flush=True)
while True:
    time.sleep(0.5)
    replica.heartbeat()
"""
# Of this process alone: others may run the same test at the same time.
_NETWORK = f"10.{200 + os.getpid() // 250 % 50}.{os.getpid() % 250}"
OURS, THEIRS = f"{_NETWORK}.1", f"{_NETWORK}.2"
LINK = (f"rb{os.getpid()}a", f"rb{os.getpid()}b")


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


@pytest.fixture
def other_host() -> Iterator[str]:
    """A network namespace that reaches this one at `OURS`; its name."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and iproute2")
    name = f"regbot-{os.getpid()}"
    try:
        run("ip", "netns", "add", name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespaces here: {error.stderr.strip()}")
    try:
        run("ip", "link", "add", LINK[0], "type", "veth", "peer", "name", LINK[1], "netns", name)
        run("ip", "addr", "add", f"{OURS}/30", "dev", LINK[0])
        run("ip", "link", "set", LINK[0], "up")
        run("ip", "netns", "exec", name, "ip", "addr", "add", f"{THEIRS}/30", "dev", LINK[1])
        run("ip", "netns", "exec", name, "ip", "link", "set", LINK[1], "up")
        yield name
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no virtual links here: {error.stderr.strip()}")
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", LINK[0]], check=False, capture_output=True)


@pytest.fixture
def server(other_host: str, tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL of the test's own that listens to the other host as well."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not other_host or not programs:
        pytest.skip("no PostgreSQL server programs")
    with contextlib.suppress(KeyError):
        pwd.getpwnam("postgres")
    where = Path(f"/tmp/regbot-pg-{os.getpid()}")
    where.mkdir()
    shutil.chown(where, "postgres")
    port = free_port()
    as_postgres = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
    data = where / "data"
    try:
        run(*as_postgres, str(programs[-1]), "-D", str(data), "-A", "trust", "-U", "postgres")
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {THEIRS}/32 trust\nhost all all {OURS}/32 trust\n")
        options = ["-c", f"listen_addresses={OURS}", "-c", f"port={port}", "-c", f"unix_socket_directories={where}"]
        with (tmp_path / "postgres.log").open("wb") as log:
            server = subprocess.Popen(
                [*as_postgres, str(programs[-1].with_name("postgres")), "-D", str(data), *options],
                stdout=log,
                stderr=log,
            )
        try:
            url = f"postgresql://postgres@{OURS}:{port}/postgres"
            deadline = time.monotonic() + 20
            while not _answers(url):
                assert time.monotonic() < deadline, (tmp_path / "postgres.log").read_text()
                time.sleep(0.1)
            yield url
        finally:
            server.terminate()
            server.wait(20)
    finally:
        shutil.rmtree(where)


def _answers(url: str) -> bool:
    try:
        return query(url, "SELECT 1") == [(1,)]
    except Exception:  # noqa: BLE001  it starts
        return False


@pytest.fixture
def vanished(server: str, other_host: str) -> Iterator[str]:
    """The server, on which a host holds the id `vanishing` that is not there any more. `alive` heard it before."""
    engine = open_database(server)
    prepare(engine)
    engine.dispose()
    command = ["ip", "netns", "exec", other_host, sys.executable, "-c", HOLD, server]
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            run("ip", "netns", "exec", other_host, "ip", "link", "set", LINK[1], "down")
            yield server
        finally:
            process.kill()


@contextlib.contextmanager
def replica(url: str, executor_id: str) -> Iterator[Replica]:
    engine = open_database(url)
    made = Replica(engine, executor_id=executor_id, host="here")
    try:
        yield made
    finally:
        made.leave()
        engine.dispose()


def test_what_it_held_is_adopted_within_a_minute(vanished: str) -> None:
    with replica(vanished, "alive") as alive:
        assert alive.heartbeat() == []
        deadline = time.monotonic() + 60
        while alive.heartbeat() != ["vanishing"]:
            assert time.monotonic() < deadline
            time.sleep(0.5)


def test_it_comes_back_under_its_own_id_before_the_server_has_noticed(vanished: str) -> None:
    with replica(vanished, "vanishing") as back:
        assert back.executor_id == "vanishing"
