"""What a failing database means at the start: whether to wait or to change something, in words without any address."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors

from bot.errors import CannotStart, SettingsError, TemporaryFailure
from bot.workflow.database import check_writable, open_database, unusable
from bot.workflow.database_address import shown
from bot.workflow.database_failures import Cause, cause_of
from bot.workflow.ping import DatabasePing
from tests.support.database import full, locked, read_only
from tests.support.postgres import need_postgres, query, server

USER, PASSWORD = "a_stranger", "hunter22"


def wrapped(error: BaseException) -> sa.exc.OperationalError:
    return sa.exc.OperationalError("SELECT 1", {}, error)


# ---- what is said ----

BEFORE_A_SESSION = {
    'connection to server at "h", port 1 failed: Connection refused\n\tIs the server running?': "it refuses connections",
    "failed to resolve host 'h': [Errno -2] Name or service not known": "its host is not known",
    'could not translate host name "h" to address: Name or service not known': "its host is not known",
    "connection timeout expired": "it does not answer",
    'connection to server at "h" failed: Connection timed out': "it does not answer",
    'connection to server on socket "/x/.s" failed: No such file or directory': "there is no such socket",
    'FATAL:  password authentication failed for user "a_stranger"': "it does not accept the user or the password",
    'FATAL:  role "a_stranger" does not exist': "it does not accept the user or the password",
    "fe_sendauth: no password supplied": "it does not accept the user or the password",
    'FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "a_stranger"': (
        "it does not let the user in from this host (pg_hba.conf)"
    ),
    'FATAL:  database "hunter22" does not exist': "it has no such database",
    "FATAL:  the database system is starting up": "it is starting or stopping",
    "FATAL:  the database system is shutting down": "it is starting or stopping",
    "FATAL:  sorry, too many clients already": "it has no connection left",
    "FATAL:  remaining connection slots are reserved": "it has no connection left",
    "server does not support SSL, but SSL was required": "no secure connection could be set up",
    'connection is bad: invalid sslmode value: "hunter22"': "an option in the address is wrong",
    "server closed the connection unexpectedly": "it closed the connection",
    "something with hunter22 in it": "OperationalError",
}
NOT_BY_WAITING = (
    "it does not accept the user or the password",
    "it does not let the user in from this host (pg_hba.conf)",
    "it has no such database",
    "no secure connection could be set up",
    "an option in the address is wrong",
)


@pytest.mark.parametrize("text", BEFORE_A_SESSION)
def test_what_libpq_says_becomes_fixed_words(text: str) -> None:
    words = BEFORE_A_SESSION[text]
    expected = Cause(words, passing=words not in NOT_BY_WAITING)
    assert cause_of(wrapped(psycopg.OperationalError(f"connection failed: {text}"))) == expected


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (errors.InvalidPassword, Cause("it does not accept the user or the password", passing=False)),
        (errors.InvalidCatalogName, Cause("it has no such database", passing=False)),
        (errors.InsufficientPrivilege, Cause("the user may not do what the bot needs there", passing=False)),
        (errors.ReadOnlySqlTransaction, Cause("it is read-only", passing=False)),
        (errors.DiskFull, Cause("its disk is full", passing=True)),
        (errors.TooManyConnections, Cause("it has no connection left", passing=True)),
        (errors.AdminShutdown, Cause("it is starting or stopping", passing=True)),
        (errors.UndefinedColumn, Cause("UndefinedColumn 42703", passing=False)),
    ],
)
def test_what_the_server_says_is_known_by_its_code_not_by_its_words(kind: type[psycopg.Error], cause: Cause) -> None:
    assert cause_of(wrapped(kind("refused: hunter22"))) == cause


def test_the_databases_error_is_found_under_that_of_the_durable_engine() -> None:
    over = RuntimeError("hunter22")
    over.__cause__ = wrapped(errors.DiskFull("hunter22"))
    assert cause_of(over) == Cause("its disk is full", passing=True)
    assert cause_of(RuntimeError("hunter22")) == Cause("RuntimeError", passing=False)


# ---- SQLite ----


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[sa.Engine]:
    engine = open_database(sqlite_url)
    yield engine
    engine.dispose()


def test_a_file_that_may_not_be_written_is_a_setting_and_a_full_disk_is_not(sqlite: sa.Engine, file: Path) -> None:
    with read_only(file), pytest.raises(SettingsError, match="attempt to write a readonly database"):
        check_writable(sqlite)
    with sqlite.begin() as connection:
        connection.execute(sa.text("CREATE TABLE filler (content TEXT)"))
    with full(file), pytest.raises(sa.exc.SQLAlchemyError) as failed, sqlite.begin() as connection:
        connection.execute(sa.text("INSERT INTO filler VALUES (zeroblob(1000000))"))
    told = unusable(sqlite, failed.value)
    assert (type(told), told.reason) == (TemporaryFailure, "database or disk is full")


def test_a_locked_file_is_not_a_wrong_setting(file: Path) -> None:
    sqlite3.connect(file).close()
    with locked(file):
        engine = sa.create_engine(f"sqlite:///{file}", connect_args={"timeout": 0.05})
        with pytest.raises(sa.exc.OperationalError) as failed, engine.connect() as connection:
            connection.execute(sa.text("BEGIN IMMEDIATE"))
        assert cause_of(failed.value) == Cause("database is locked", passing=True)
        engine.dispose()


async def test_readyz_names_no_file(sqlite: sa.Engine, file: Path) -> None:
    with read_only(file):
        reasons = await DatabasePing(sqlite).why_not_ready()
    assert reasons
    assert str(file) not in "".join(reasons)
    assert "DATABASE_URL" not in "".join(reasons)


# ---- PostgreSQL ----


@pytest.fixture
def real(postgres_url: str) -> sa.URL:
    return sa.make_url(postgres_url)


def with_hosts(url: sa.URL, hosts: str) -> str:
    credentials = f"{url.username}:{url.password}" if url.password else f"{url.username}"
    return f"postgresql://{credentials}@{hosts}/{url.database}"


@pytest.mark.parametrize("form", ["{0}:1,{0}:{1}", "localhost:1,{0}:{1}"])
def test_of_several_hosts_the_one_that_answers_is_taken(real: sa.URL, form: str) -> None:
    engine = open_database(with_hosts(real, form.format(real.host, real.port or 5432)))
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT current_database()")).scalar() == real.database
    assert shown(engine).endswith(f"{real.host}/{real.database}")
    engine.dispose()


def test_several_hosts_may_stand_in_the_options_as_libpq_takes_them(real: sa.URL) -> None:
    port = real.port or 5432
    options = f"user={real.username}&host={real.host},{real.host}&port=1,{port}&target_session_attrs=read-write"
    secret = f"&password={real.password}" if real.password else ""
    engine = open_database(f"postgres:///{real.database}?{options}{secret}")
    check_writable(engine)
    engine.dispose()


def refused(url: str) -> CannotStart:
    with pytest.raises(CannotStart) as told:
        open_database(url)
    return told.value


def test_a_server_that_does_not_let_us_in_is_told_without_user_port_and_password() -> None:
    need_postgres()
    url = sa.make_url(server())
    told = refused(f"postgresql://{USER}:{PASSWORD}@{url.host}:{url.port or 5432}/{url.database}")
    assert isinstance(told, SettingsError)
    assert f"postgresql://{url.host}/{url.database} cannot be used (" in str(told)
    assert not [part for part in (USER, PASSWORD, str(url.port or 5432)) if part in f"{told} {told.reason}"]
    assert str(url.host) not in told.reason


def test_a_database_that_is_not_on_the_server_is_a_setting() -> None:
    need_postgres()
    url = sa.make_url(server()).set(database="no_such_database_here")
    told = refused(url.render_as_string(hide_password=False))
    assert (type(told), told.reason) == (SettingsError, "it has no such database")


def test_a_database_that_only_reads_is_told_without_any_address(postgres_url: str) -> None:
    database = sa.make_url(postgres_url).database
    engine = open_database(postgres_url)
    query(postgres_url, f'ALTER DATABASE "{database}" SET default_transaction_read_only = on')
    engine.dispose()
    with pytest.raises(sa.exc.SQLAlchemyError) as failed, engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE x (y INTEGER)"))
    told = unusable(engine, failed.value)
    assert (type(told), told.reason) == (SettingsError, "it is read-only")
    engine.dispose()


def test_a_table_that_is_missing_is_named_because_nothing_of_the_address_is_in_it(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError) as failed:
        connection.execute(sa.text("SELECT 1 FROM workflow_status"))
    engine.dispose()
    assert cause_of(failed.value) == Cause("its tables are incomplete: workflow_status is missing", passing=False)


@pytest.mark.parametrize(
    ("number", "passing"), [(errno.EACCES, False), (errno.EROFS, False), (errno.ENOSPC, True), (errno.EIO, True)]
)
def test_what_the_system_says_of_the_file_is_told_without_its_path(number: int, passing: bool) -> None:
    assert cause_of(OSError(number, os.strerror(number), "/srv/secret")) == Cause(os.strerror(number), passing=passing)


def test_a_column_that_is_missing_in_postgresql_is_named(postgres_url: str) -> None:
    engine = open_database(postgres_url)
    query(postgres_url, "CREATE TABLE probe (id INTEGER)")
    with engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError) as failed:
        connection.execute(sa.text("SELECT probe.name FROM probe"))
    engine.dispose()
    assert cause_of(failed.value) == Cause("its tables are incomplete: probe.name is missing", passing=False)
