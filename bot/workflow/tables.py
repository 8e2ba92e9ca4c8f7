"""Our own small tables next to those of DBOS. Name claims and live replicas are needed only with several processes."""

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from bot.errors import CannotStart, SettingsError
from bot.ledger import schema as ledger
from bot.workflow.database import unusable
from bot.workflow.schema import require_known_schema

METADATA = sa.MetaData()

CLAIMS = sa.Table(
    "registry_bot_claims",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("request_id", sa.Text, nullable=False),
    sa.Column("requester", sa.Text, nullable=False),
    sa.Column("requester_name", sa.Text, nullable=False),
    sa.Column("claimed_at", sa.Double, nullable=False),
)
REPLICAS = sa.Table(
    "registry_bot_replicas",
    METADATA,
    sa.Column("executor_id", sa.Text, primary_key=True),
    sa.Column("left_on_purpose", sa.Boolean, nullable=False),
)
# One row, written to see whether the database takes a commit.
WRITABLE = sa.Table(
    "registry_bot_writable",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("written", sa.BigInteger, nullable=False),
)
# One row: the installation to which the database belongs (`installation.py`).
INSTALLATION = sa.Table(
    "registry_bot_installation",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("slack", sa.Text),
    sa.Column("cloud", sa.Text, nullable=False),
    sa.Column("account", sa.Text),
)
# Capabilities to post, deleted as soon as the outcome is delivered (`response_urls.py`).
RESPONSE_URLS = sa.Table(
    "registry_bot_response_urls",
    METADATA,
    sa.Column("request_id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("kept_at", sa.Double, nullable=False),
)
# What the list call has shown so far (`view_store.py`).
VIEWS = sa.Table(
    "registry_bot_views",
    METADATA,
    sa.Column("view_id", sa.Text, primary_key=True),
    sa.Column("proven", sa.Boolean, nullable=False),
    sa.Column("certain", sa.Boolean, nullable=False),
    sa.Column("missed", sa.Boolean, nullable=False),
    sa.Column("creator", sa.Text),
    sa.Column("witness", sa.Text),
    sa.Column("caller", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Double, nullable=False),
)
# People whose Home tab is kept up to date (`home_visitors.py`). `since` is in seconds since the UTC epoch.
HOME_VISITORS = sa.Table(
    "registry_bot_home_visitors",
    METADATA,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("since", sa.Double, nullable=False),
)
# What operators have been told (`alarms.py`): `ts` is the message about it. Times are in seconds since the UTC epoch.
ALARMS = sa.Table(
    "registry_bot_alarms",
    METADATA,
    sa.Column("cause", sa.Text, primary_key=True),
    sa.Column("raised", sa.Boolean, nullable=False),
    sa.Column("seen_at", sa.Double, nullable=False),
    sa.Column("told_at", sa.Double, nullable=False),
    sa.Column("ts", sa.Text),
)
# Operators' commands about requests, and their answers (`operator_commands.py`).
OPERATOR_COMMANDS = sa.Table(
    "registry_bot_operator_commands",
    METADATA,
    sa.Column("request_id", sa.Text, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("taken_at", sa.Double),
    sa.Column("answer", sa.Text),
)
# The requests that the build which ran last cannot resume (`stuck.py`); `why` is for the log and the operator.
STUCK = sa.Table(
    "registry_bot_stuck",
    METADATA,
    sa.Column("request_id", sa.Text, primary_key=True),
    sa.Column("why", sa.Text, nullable=False),
)
_EVERYWHERE = (WRITABLE, INSTALLATION, RESPONSE_URLS, VIEWS, HOME_VISITORS, ALARMS, OPERATOR_COMMANDS, STUCK)

_PREPARING = 7236101  # any number, the same in all processes


def prepare(database: sa.Engine) -> None:
    """Create our tables if they are missing, and migrate the ledger. Safe when several processes do it at once.

    Raises `CannotStart` when they cannot be created; `SettingsError` when this build does not know the version of the ledger
    or of the tables of DBOS.
    """
    require_known_schema(database)
    try:
        with _making(database) as connection:
            _make(connection)
    except sa.exc.SQLAlchemyError as error:
        raise _not_made(unusable(database, error)) from None


def try_to_prepare(database: sa.Engine) -> None:
    """Check whether `prepare` would succeed, and leave nothing behind. Raises as it does."""
    try:
        with _making(database) as connection:
            _make(connection)
            connection.rollback()
    except sa.exc.SQLAlchemyError as error:
        raise _not_made(unusable(database, error)) from None


@contextlib.contextmanager
def _making(database: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that creates tables: all of them or none, and in one process at a time."""
    with database.begin() as connection:
        if database.dialect.name == "sqlite":
            # Python would commit each table by itself.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Otherwise two processes may both find no table, and one of them fails. The lock ends with the transaction.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PREPARING})
        yield connection


def as_sql(database: sa.Engine) -> str:
    """The SQL that creates what is missing, for a role that may run it; "" if nothing is. Leaves out the tables of DBOS.

    Raises `CannotStart`.
    """
    try:
        with database.connect() as connection:
            there = set(sa.inspect(connection).get_table_names())
            since = ledger.version(connection)
    except sa.exc.SQLAlchemyError as error:
        raise unusable(database, error) from None
    needed = _EVERYWHERE if database.dialect.name == "sqlite" else METADATA.sorted_tables
    made = [f"{CreateTable(each).compile(dialect=database.dialect)};" for each in needed if each.name not in there]
    return "\n".join([*made, ledger.as_sql(database.dialect.name, since=since)]).strip()


def _make(connection: sa.Connection) -> None:
    METADATA.create_all(connection, tables=_EVERYWHERE if connection.dialect.name == "sqlite" else None)
    ledger.bring_up_to_date(connection)


def _not_made(failure: CannotStart) -> CannotStart:
    if isinstance(failure, SettingsError):
        line = f"{failure} `registry-bot migrate --sql` prints what is missing, for a role that may create it."
        return SettingsError(line, reason=failure.reason)
    return failure
