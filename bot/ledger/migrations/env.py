"""Run by Alembic around the migrations: with the connection that `schema.py` hands over, or as SQL for a dialect."""

from alembic import context

from bot.ledger.tables import METADATA, VERSION

_given = context.config.attributes

context.configure(
    connection=_given.get("connection"),
    dialect_name=_given.get("dialect"),
    target_metadata=METADATA,
    version_table=VERSION.name,
    literal_binds=context.is_offline_mode(),
)
context.run_migrations()
