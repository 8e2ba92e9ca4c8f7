"""The database behind the workflows: SQLite in a file of ours, or PostgreSQL."""

import math
import time
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event

from bot.errors import CannotStart, SettingsError, TemporaryFailure
from bot.settings.database_url import DatabaseUrl
from bot.workflow.database_failures import cause_of

_BUSY_TIMEOUT_MS = 30_000
_IDLE_SECONDS = 1.0
# What is stored holds response_urls, and SQLAlchemy's errors would quote it into the log.
_DISCREET: dict[str, Any] = {"hide_parameters": True}

# A peer that vanished is noticed within ten seconds instead of the system's quarter of an hour
# (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS; the last one is in milliseconds).
DEAD_PEER = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def open_database(url: str) -> sa.Engine:
    """An engine for `sqlite:///file` or `postgresql://…`, checked to be writable.

    Raises `CannotStart` (one line, with nothing of the URL but scheme, host and database): `SettingsError` when the URL is
    neither or the database does not let the bot write, `TemporaryFailure` when it cannot be had at the moment.
    """
    address = DatabaseUrl.parse(url)
    try:
        engine = (
            _sqlite(_for_sqlalchemy(address)) if address.kind == "sqlite" else _postgresql(_for_sqlalchemy(address))
        )
    except (sa.exc.SQLAlchemyError, ValueError):
        raise SettingsError(f"DATABASE_URL: {address} cannot be used. Check its options.") from None
    try:
        check_writable(engine)
    except CannotStart:
        engine.dispose()
        raise
    return engine


def _for_sqlalchemy(address: DatabaseUrl) -> sa.URL:
    if address.kind == "sqlite":
        return sa.URL.create("sqlite", database=address.database)
    # In the query they may be several, and also the folder of a socket.
    hosts = {"host": ",".join(host for host, _ in address.hosts)} if any(host for host, _ in address.hosts) else {}
    ports = {"port": ",".join(str(port or "") for _, port in address.hosts)} if any(p for _, p in address.hosts) else {}
    return sa.URL.create(
        "postgresql",
        username=address.user,
        password=address.password,
        database=address.database or None,
        query={**address.options, **hosts, **ports},
    )


def _sqlite(url: sa.URL) -> sa.Engine:
    # One connection: threads then queue for it in order. With several, SQLite's own waiting for the write lock sleeps up
    # to 100 ms at a time, which showed as a p99 ten times higher (and cost throughput).
    engine = sa.create_engine(url.set(drivername="sqlite"), **_DISCREET, pool_size=1, max_overflow=0)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # As DBOS sets up its own engine (its file _sys_db_sqlite.py), and the write-ahead log: readers do not wait for
        # writers, and a commit is one fsync. synchronous stays FULL: "accepted" must survive a power cut too.
        connection.isolation_level = "IMMEDIATE"
        for pragma in (f"busy_timeout={_BUSY_TIMEOUT_MS}", "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"), **_DISCREET, pool_size=20, connect_args=DEAD_PEER
    )

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


def held_connections(engine: sa.Engine) -> int:
    """How many connections of the pool somebody is using at this moment."""
    pool = engine.pool
    return pool.checkedout() if isinstance(pool, sa.QueuePool) else 0


def check_writable(engine: sa.Engine) -> None:
    """Raises `CannotStart` (as `open_database` does) when the database does not take a write."""
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.execute(sa.text("BEGIN IMMEDIATE"))
                connection.execute(sa.text("CREATE TABLE registry_bot_writable (checked INTEGER)"))
                connection.rollback()  # it showed that tables could be made here, and leaves none
            elif connection.execute(sa.text("SELECT pg_is_in_recovery()")).scalar():
                raise SettingsError(
                    "DATABASE_URL: this PostgreSQL is a standby and takes no writes. Use the primary's address.",
                    reason="it is a standby and takes no writes",
                )
    except sa.exc.SQLAlchemyError as error:
        raise unusable(engine, error) from None


def unusable(database: sa.Engine, error: Exception) -> CannotStart:
    """What the operator is told when the database, or what must be made in it, fails at the start."""
    cause = cause_of(error)
    kind = TemporaryFailure if cause.passing else SettingsError
    line = f"DATABASE_URL: {shown(database)} cannot be used ({cause.words}). Check the address and its rights."
    return kind(line, reason=cause.words)


def shown(database: sa.Engine) -> str:
    """Which database it is, as far as anybody may read it: scheme, host and name."""
    return str(DatabaseUrl.parse(database.url.render_as_string(hide_password=False)))
