"""Whether this build can work with the tables of DBOS."""

import sqlalchemy as sa
from dbos._migration import get_migration_versions, get_sqlite_migration_versions
from dbos._schemas import SCHEMA_PLACEHOLDER
from dbos._schemas.system_database import SystemSchema

from bot.errors import SchemaTooNew
from bot.workflow.database import unusable

_SCHEMA = "dbos"  # in PostgreSQL; SQLite has none


def require_known_schema(database: sa.Engine) -> None:
    """Raises `CannotStart`: `SchemaTooNew` when a newer build made the tables, or some are missing, but not if all are."""
    try:
        found, known = _versions(database)
    except sa.exc.SQLAlchemyError as error:
        raise unusable(database, error) from None
    if found > known:
        raise SchemaTooNew(
            f"DATABASE_URL: its tables were made by a newer version of the bot (schema {found}, this one knows {known}). "
            "Install that version, or use another database.",
            reason="its tables were made by a newer version of the bot",
        )
    if found == known:
        require_known_tables(database)


def is_newer(database: sa.Engine) -> bool:
    """Whether a newer build made the tables of DBOS. Raises SQLAlchemy's errors."""
    found, known = _versions(database)
    return found > known


def require_known_tables(database: sa.Engine) -> None:
    """Raises `CannotStart` when a table or a column of DBOS is missing, or may not be read. Reads no row."""
    names = {SCHEMA_PLACEHOLDER: None if database.dialect.name == "sqlite" else _SCHEMA}
    try:
        with database.connect() as connection:
            for table in SystemSchema.metadata_obj.sorted_tables:
                connection.execute(sa.select(table).limit(0), execution_options={"schema_translate_map": names})
    except sa.exc.SQLAlchemyError as error:
        raise unusable(database, error) from None


def _versions(database: sa.Engine) -> tuple[int, int]:
    if database.dialect.name == "sqlite":
        return get_sqlite_migration_versions(database)
    return get_migration_versions(database, _SCHEMA, use_listen_notify=True)
