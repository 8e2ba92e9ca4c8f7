"""One process for each executor id, and nobody's work left lying: the locks of the two databases themselves."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from bot import app
from bot.errors import SettingsError, TemporaryFailure
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.slack.server import LocalSlack
from bot.workflow import ownership
from bot.workflow.database import open_database
from bot.workflow.file_owner import FileOwner
from bot.workflow.ownership import Replica, take_ownership
from bot.workflow.tables import REPLICAS, prepare
from tests.support.postgres import cut_sessions
from tests.support.running import settings_for

# ---- SQLite ----


async def test_a_second_bot_on_the_same_file_is_told_so_in_one_clear_line(
    slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "_WAIT_FOR_OLD_SECONDS", 0.1)
    settings = settings_for(slack, cloud, tmp_path / "bot.sqlite3")
    async with app.serve(settings):
        with pytest.raises(TemporaryFailure) as told:
            async with app.serve(settings):
                pass
    assert str(told.value) == (
        f"DATABASE_URL: {tmp_path / 'bot.sqlite3'} is in use by another registry-bot. Stop that one first; "
        "for several replicas use postgresql://…"
    )


def sqlite(tmp_path: Path) -> sa.Engine:
    return open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}")


def test_a_file_is_free_again_when_its_owner_leaves(tmp_path: Path) -> None:
    for _ in range(2):
        engine = sqlite(tmp_path)
        owner = take_ownership(engine, executor_id=None, host="anywhere")
        assert (owner.executor_id, owner.heartbeat()) == ("sqlite", [])
        owner.leave()
        engine.dispose()


def test_two_files_have_two_owners(tmp_path: Path) -> None:
    engines = [sqlite(tmp_path), open_database(f"sqlite:///{tmp_path / 'other.sqlite3'}")]
    owners = [FileOwner(engine) for engine in engines]
    for owner, engine in zip(owners, engines, strict=True):
        owner.leave()
        engine.dispose()


# ---- PostgreSQL ----

MakeReplica = Callable[..., Replica]


@pytest.fixture
def replica(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeReplica]:
    """Makes replicas by id, or by host; what is not gone at the end leaves."""
    monkeypatch.setattr(ownership, "_WAIT_FOR_OLD_SECONDS", 0.3)
    engine = open_database(postgres_url)
    prepare(engine)
    made: list[Replica] = []

    def make(executor_id: str | None = None, *, host: str = "host") -> Replica:
        made.append(Replica(engine, executor_id=executor_id, host=host))
        return made[-1]

    yield make
    for each in made:
        each._session.close()
        each._engine.dispose()
    engine.dispose()


def die(replica: Replica) -> None:
    """The server ends the session of a process that is gone."""
    replica._session.invalidate()
    replica._session.close()
    freed(replica)


def leave(replica: Replica) -> None:
    """It says so, and the server ends its session."""
    replica.leave()
    freed(replica)


def freed(replica: Replica) -> None:
    """Wait until the server has noticed that the session is over."""
    name, url = replica.executor_id, replica._engine.url.set(drivername="postgresql")
    key, deadline = ownership._key(name), time.monotonic() + 20
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as somebody:
        while somebody.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone() != (True,):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        somebody.execute("SELECT pg_advisory_unlock(%s)", [key])


def known(url: str) -> dict[str, bool]:
    engine = open_database(url)
    with engine.connect() as connection:
        rows = {row.executor_id: row.left_on_purpose for row in connection.execute(sa.select(REPLICAS))}
    engine.dispose()
    return rows


def test_an_id_belongs_to_one_process(replica: MakeReplica) -> None:
    replica("a")
    with pytest.raises(
        TemporaryFailure, match=r"^EXECUTOR_ID: a replica named a is running\. Give each replica its own\.$"
    ):
        replica("a")
    assert replica("b").executor_id == "b"


def test_an_id_is_free_again_when_its_process_leaves_or_dies(replica: MakeReplica) -> None:
    leave(replica("a"))
    die(replica("a"))
    assert replica("a").executor_id == "a"


def test_without_an_id_each_process_of_a_host_gets_a_number_and_a_freed_one_is_used_again(replica: MakeReplica) -> None:
    first, second = replica(), replica()
    assert [first.executor_id, second.executor_id, replica(host="other").executor_id] == ["host-0", "host-1", "other-0"]
    leave(first)
    assert replica().executor_id == "host-0"


def test_more_processes_than_a_host_has_numbers_for_is_told(
    replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "_SLOTS", 1)
    replica()
    with pytest.raises(SettingsError, match="EXECUTOR_ID: 1 replicas run on host already"):
        replica()


def test_living_replicas_are_never_taken_for_dead(replica: MakeReplica) -> None:
    replicas = [replica(name) for name in "abc"]
    assert [each.heartbeat() for _ in range(3) for each in replicas] == [[]] * 9


def test_a_dead_replica_is_seen_at_the_second_heartbeat(replica: MakeReplica) -> None:
    dead, alive = replica("dead"), replica("alive")
    die(dead)
    assert alive.heartbeat() == []
    assert alive.heartbeat() == ["dead"]


def test_a_replica_that_left_on_purpose_is_seen_at_once(replica: MakeReplica) -> None:
    leaving, staying = replica("leaving"), replica("staying")
    leave(leaving)
    assert staying.heartbeat() == ["leaving"]


def test_a_replica_that_comes_back_between_two_heartbeats_is_not_adopted(replica: MakeReplica) -> None:
    dead, alive = replica("a"), replica("b")
    die(dead)
    assert alive.heartbeat() == []
    replica("a")
    assert alive.heartbeat() == []


def test_while_its_work_is_adopted_nobody_else_may_take_the_id(replica: MakeReplica) -> None:
    leaving, first, second = replica("leaving"), replica("first"), replica("second")
    leave(leaving)
    assert first.heartbeat() == ["leaving"]
    assert second.heartbeat() == []
    with pytest.raises(TemporaryFailure, match="a replica named leaving is running"):
        replica("leaving")
    first.release("leaving", empty=False)
    assert second.heartbeat() == ["leaving"]


def test_a_replica_whose_work_is_all_adopted_is_forgotten_and_registers_again_when_it_is_back(
    replica: MakeReplica, postgres_url: str
) -> None:
    leaving, staying = replica("leaving"), replica("staying")
    assert known(postgres_url) == {"leaving": False, "staying": False}
    leave(leaving)
    assert known(postgres_url) == {"leaving": True, "staying": False}
    (gone,) = staying.heartbeat()
    staying.release(gone, empty=True)
    assert known(postgres_url) == {"staying": False}
    assert staying.heartbeat() == []
    replica("leaving")
    assert known(postgres_url) == {"leaving": False, "staying": False}


def test_a_session_that_the_server_ended_is_opened_and_held_again(
    replica: MakeReplica, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = replica("one"), replica("other")
    with caplog.at_level(logging.WARNING):
        assert cut_sessions(postgres_url) >= 2
        assert one.heartbeat() == []
    assert "lost the session that holds executor id one" in caplog.text
    assert other.heartbeat() == []
    assert one.heartbeat() == other.heartbeat() == []
    with pytest.raises(TemporaryFailure, match="a replica named one is running"):
        replica("one")


def test_a_replica_that_cannot_hold_its_id_again_says_so_and_tries_with_every_heartbeat(
    replica: MakeReplica, postgres_url: str
) -> None:
    one = replica("one")
    cut_sessions(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as adopter:
        key = ownership._key("one")
        adopter.execute("SELECT pg_advisory_lock(%s)", [key])
        for _ in range(2):
            with pytest.raises(sa.exc.SQLAlchemyError):
                one.heartbeat()
    assert one.heartbeat() == []
    with psycopg.connect(postgres_url, autocommit=True) as somebody:
        assert somebody.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone() == (False,)


def test_leaving_without_a_database_is_no_failure(replica: MakeReplica, postgres_url: str) -> None:
    one = replica("one")
    cut_sessions(postgres_url)
    one.leave()
    assert known(postgres_url) == {"one": False}
