"""The ledger's migrations, run by Alembic (`schema.py`)."""
