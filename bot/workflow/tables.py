"""Our own two small tables beside those of DBOS, for several replicas: name claims and live replicas."""

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

_PREPARING = 7236101  # any number, the same in all processes


def prepare(database: sa.Engine) -> None:
    """Make the tables where there are none and several processes can meet. Safe when they do it at once.

    Raises `CannotStart` when they cannot be made.
    """
    if database.dialect.name == "sqlite":
        return
    try:
        with database.begin() as connection:
            # Two that look at once both find no table, and one of them fails; the lock ends with the transaction.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PREPARING})
            METADATA.create_all(connection)
    except sa.exc.SQLAlchemyError as error:
        raise unusable(database, error) from None
