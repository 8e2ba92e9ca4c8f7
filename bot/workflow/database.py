"""The database behind the workflows: SQLite in a file of ours, or PostgreSQL."""

import contextlib
import math
import os
import time
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event

from bot.errors import CannotStart, SettingsError, TemporaryFailure
from bot.settings.database_url import DatabaseUrl
from bot.workflow.database_address import for_sqlalchemy, shown
from bot.workflow.database_failures import cause_of
from bot.workflow.sqlite_file import add_subseconds, keep_private, supports_subseconds

_BUSY_TIMEOUT_MS = 30_000
_IDLE_SECONDS = 1.0
# What is stored holds response_urls, and SQLAlchemy's errors would quote it into the log.
_DISCREET: dict[str, Any] = {"hide_parameters": True}

# A row of `tables.WRITABLE`, in words that both databases understand.
_WRITE = sa.text(
    "INSERT INTO registry_bot_writable (id, written) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET written = registry_bot_writable.written + 1"
)
_SESSIONS_TRIED = 2

# A peer that vanished is noticed within ten seconds instead of the system's quarter of an hour
# (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS; the last one is in milliseconds).
DEAD_PEER = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
# The same in the other direction, or the session of a host that vanished would hold its locks for two hours
# (https://www.postgresql.org/docs/current/runtime-config-connection.html). Over a Unix socket they are ignored. Not as
# start-up options, which a pooler refuses; a server that does not know one of them does without it.
# And a commit waits for the disk, whatever a role or a database has by default: "accepted" must survive a crash of the
# server (https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT).
_OF_A_SESSION = """
    SELECT set_config(name, value, false) FROM pg_settings JOIN (VALUES
        ('tcp_keepalives_idle', '5'), ('tcp_keepalives_interval', '2'), ('tcp_keepalives_count', '3'),
        ('tcp_user_timeout', '10000'), ('synchronous_commit', 'on')) AS wanted (name, value) USING (name)
    WHERE name <> 'synchronous_commit' OR setting = 'off'
"""


def open_database(url: str) -> sa.Engine:
    """An engine for `sqlite:///file` or `postgresql://…`, checked to be writable and to keep its sessions.

    Raises `CannotStart` (one line that shows only the scheme, host and database of the URL): `SettingsError` when the URL is
    neither or the bot may not write, `TemporaryFailure` when the database is unavailable at the moment.
    """
    address = DatabaseUrl.parse(url)
    try:
        engine = _sqlite(for_sqlalchemy(address)) if address.kind == "sqlite" else _postgresql(for_sqlalchemy(address))
    except (sa.exc.SQLAlchemyError, ValueError):
        raise SettingsError(f"DATABASE_URL: {address} cannot be used. Check its options.") from None
    try:
        check_writable(engine)
        if engine.dialect.name == "postgresql":
            require_stable_sessions(engine)
    except CannotStart:
        engine.dispose()
        raise
    return engine


def _sqlite(url: sa.URL) -> sa.Engine:
    # The real path, so that the bot keeps its file when a symlink is changed later.
    path = Path(str(url.database)).resolve()
    if os.path.lexists(path) and not path.is_file():
        raise SettingsError(f"DATABASE_URL: {path} is not a file. Use sqlite:///registry-bot.sqlite3, or another file.")
    keep_private(path)
    # One connection: threads then queue for it in order. With several, SQLite's own waiting for the write lock sleeps up
    # to 100 ms at a time, which showed as a p99 ten times higher (and cost throughput).
    url = url.set(drivername="sqlite", database=str(path))
    engine = sa.create_engine(url, **_DISCREET, pool_size=1, max_overflow=0)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # As DBOS sets up its own engine (its file _sys_db_sqlite.py), and the write-ahead log: readers do not wait for
        # writers, and a commit is one fsync. synchronous stays FULL: "accepted" must survive a power cut too. What is
        # deleted is overwritten.
        connection.isolation_level = "IMMEDIATE"
        pragmas = ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
        for pragma in (f"busy_timeout={_BUSY_TIMEOUT_MS}", *pragmas):
            connection.execute(f"PRAGMA {pragma}")
        if not supports_subseconds(connection):
            add_subseconds(connection)

    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"), **_DISCREET, pool_size=20, connect_args=DEAD_PEER
    )

    prepare_sessions(engine)

    # What SQLAlchemy's pool_pre_ping does, but only for a connection that has been idle: before each of a request's seven
    # transactions it cost a twentieth of the throughput. What breaks on a busy connection is repeated, by DBOS within one
    # and a half seconds and by the claims at once; /readyz may be red for one look.
    @event.listens_for(engine, "checkin")
    def left(_connection: Any, record: Any) -> None:
        record.info["left_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("left_at", math.inf) < _IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error:
            raise sa.exc.InvalidatePoolError from None

    return engine


def prepare_sessions(engine: sa.Engine) -> None:
    """In each session: the server notices when our host disappears, and a commit is on its disk."""

    @event.listens_for(engine, "connect")
    def ask(connection: Any, _record: Any) -> None:
        connection.execute(_OF_A_SESSION)
        connection.commit()


def held_connections(engine: sa.Engine) -> int:
    """How many connections of the pool are in use at this moment."""
    pool = engine.pool
    return pool.checkedout() if isinstance(pool, sa.QueuePool) else 0


def check_writable(engine: sa.Engine) -> None:
    """Commit a row to one of our tables. If it does not exist yet, check that it could be created, and leave nothing behind.

    Raises `CannotStart` (as `open_database` does) when the database refuses.
    """
    try:
        with engine.connect() as connection:
            if (
                engine.dialect.name == "postgresql"
                and connection.execute(sa.text("SELECT pg_is_in_recovery()")).scalar()
            ):
                raise SettingsError(
                    "DATABASE_URL: this PostgreSQL is a standby and takes no writes. Use the primary's address.",
                    reason="it is a standby and takes no writes",
                )
            if sa.inspect(connection).has_table("registry_bot_writable"):
                connection.execute(_WRITE)
                connection.commit()
            else:
                _try_to_make_tables(connection)
    except sa.exc.SQLAlchemyError as error:
        raise unusable(engine, error) from None


def _try_to_make_tables(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Committed, because a full disk shows only then.
        connection.execute(sa.text("CREATE TABLE registry_bot_probe AS SELECT 1 AS checked"))
        connection.commit()
        connection.execute(sa.text("DROP TABLE registry_bot_probe"))
        connection.commit()
        return
    connection.rollback()
    connection.execute(sa.text("CREATE TABLE registry_bot_probe AS SELECT 1 AS checked"))
    if connection.execute(sa.text("SELECT to_regnamespace('dbos')")).scalar() is None:
        connection.execute(sa.text("CREATE SCHEMA registry_bot_probe"))
    connection.rollback()


def require_stable_sessions(engine: sa.Engine) -> None:
    """Raises `CannotStart`: `SettingsError` if a pooler gives each transaction a different session, because that loses locks.

    Two clients share a session only if a pooler passes sessions from one client to another.
    """
    try:
        with contextlib.ExitStack() as stack:
            own = sa.create_engine(engine.url, **_DISCREET, poolclass=sa.NullPool, connect_args=DEAD_PEER)
            idle = stack.enter_context(own.connect().execution_options(isolation_level="AUTOCOMMIT"))
            mine = _session_of(idle)
            for _ in range(_SESSIONS_TRIED):
                busy = stack.enter_context(own.connect())
                if _session_of(busy) == mine or _session_of(idle) != mine:
                    raise SettingsError(
                        "DATABASE_URL leads to a pooler in transaction mode, in which the locks of the bot do not last. "
                        "Use session mode, or the address of PostgreSQL itself."
                    )
    except sa.exc.SQLAlchemyError as error:
        raise unusable(engine, error) from None


def _session_of(connection: sa.Connection) -> int:
    return int(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())


def unusable(database: sa.Engine, error: Exception) -> CannotStart:
    """What the operator is told when the database, or creating the tables in it, fails at the start."""
    cause = cause_of(error)
    kind = TemporaryFailure if cause.passing else SettingsError
    line = f"DATABASE_URL: {shown(database)} cannot be used ({cause.words}). {cause.fix}"
    return kind(line, reason=cause.words)
