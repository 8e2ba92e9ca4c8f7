"""Our own small tables beside those of DBOS: name claims and live replicas, and what the list call has been seen to show."""

import sqlalchemy as sa

from bot.workflow.database import unusable

METADATA = sa.MetaData()

CLAIMS = sa.Table(
    "registry_bot_claims",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("request_id", sa.Text, nullable=False),
    sa.Column("requester", sa.Text, nullable=False),
    sa.Column("requester_name", sa.Text, nullable=False),
    sa.Column("claimed_at", sa.Float, nullable=False),
)
REPLICAS = sa.Table(
    "registry_bot_replicas",
    METADATA,
    sa.Column("executor_id", sa.Text, primary_key=True),
    sa.Column("left_on_purpose", sa.Boolean, nullable=False),
)
VIEWS = sa.Table(
    "registry_bot_views",
    METADATA,
    sa.Column("view_id", sa.Text, primary_key=True),
    sa.Column("creator", sa.Text, nullable=True),
    sa.Column("caller", sa.Text, nullable=False),
    sa.Column("proven_at", sa.Float, nullable=False),
)

_PREPARING = 7236101  # any number, the same in all processes


def prepare(database: sa.Engine) -> None:
    """Make the tables where there are none. Safe when several processes do it at once.

    The claims and the replicas are for processes that share a database; a SQLite file has one, which keeps them in memory.

    Raises `SettingsError` when they cannot be made.
    """
    try:
        if database.dialect.name == "sqlite":
            METADATA.create_all(database, tables=[VIEWS])
            return
        with database.begin() as connection:
            # Two that look at once both find no table, and one of them fails; the lock ends with the transaction.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PREPARING})
            METADATA.create_all(connection)
    except sa.exc.SQLAlchemyError as error:
        raise unusable(database, error) from None
