"""Creates and migrates the ledger's tables, and checks their version.

A database without a ledger gets the current tables at once; an older ledger is migrated step by step by Alembic, which is
loaded only then because it takes nine megabytes.
"""

import io
import logging
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.errors import SchemaTooNew
from bot.ledger.tables import METADATA, VERSION

if TYPE_CHECKING:
    from alembic.config import Config

# Every migration, oldest first: the files in `migrations/versions`.
REVISIONS = ("0001",)
HEAD = REVISIONS[-1]
_ALEMBIC = "bot.ledger:migrations"

logger = logging.getLogger(__name__)


def version(connection: sa.Connection) -> str | None:
    """The last migration of this ledger; None if there is no ledger.

    Raises `SchemaTooNew` when a newer build made it, and SQLAlchemy's errors.
    """
    if not sa.inspect(connection).has_table(VERSION.name):
        return None
    found = connection.execute(sa.select(VERSION.c.version_num)).scalar()
    if found is not None and found not in REVISIONS:
        raise SchemaTooNew(
            f"DATABASE_URL: its ledger was made by a newer version of the bot (migration {found}, this one knows {HEAD}). "
            "Install that version, or use another database.",
            reason="its ledger was made by a newer version of the bot",
        )
    return found


def is_newer(connection: sa.Connection) -> bool:
    """Whether a newer build made the ledger. Raises SQLAlchemy's errors."""
    try:
        version(connection)
    except SchemaTooNew:
        return True
    return False


def bring_up_to_date(connection: sa.Connection) -> None:
    """Create or migrate the ledger in the caller's transaction. The caller makes sure that only one process does it."""
    found = version(connection)
    if found is None:
        METADATA.create_all(connection)
        connection.execute(sa.insert(VERSION).values(version_num=HEAD))
    elif found != HEAD:
        _migrate(connection, found)


def as_sql(dialect: str, *, since: str | None) -> str:
    """The SQL that migrates a ledger from version `since` (None: there is none), for a role that may run it."""
    from alembic import command

    if since == HEAD:
        return ""
    written = io.StringIO()
    command.upgrade(_config(written, dialect=dialect), f"{since or 'base'}:head", sql=True)
    return written.getvalue().strip()


def _migrate(connection: sa.Connection, since: str) -> None:
    from alembic import command

    logger.info("migrating the ledger from %s to %s", since, HEAD)
    command.upgrade(_config(connection=connection), "head")


def _config(written: io.StringIO | None = None, **attributes: object) -> "Config":
    from alembic.config import Config

    config = Config(output_buffer=written, attributes=attributes)
    config.set_main_option("script_location", _ALEMBIC)
    return config
