"""The ledger's beginning: requests, and what happened to them. Stays as it is, whatever becomes of `tables.py`."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_REFUSE = "BEFORE {what} ON registry_bot_events BEGIN SELECT RAISE(ABORT, 'append_only'); END"
_NO_REPLACE = (
    "BEFORE INSERT ON registry_bot_events BEGIN "
    "SELECT RAISE(ABORT, 'append_only') FROM registry_bot_events WHERE number = NEW.number; "
    "SELECT RAISE(IGNORE) FROM registry_bot_events WHERE key = NEW.key; END"
)
_FUNCTION = (
    "registry_bot_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append_only'; END $$"
)
_EVERY_WAY = "BEFORE UPDATE OR DELETE OR TRUNCATE ON registry_bot_events FOR EACH STATEMENT"
_SQLITE = (
    f"CREATE TRIGGER registry_bot_events_no_update {_REFUSE.format(what='UPDATE')}",
    f"CREATE TRIGGER registry_bot_events_no_delete {_REFUSE.format(what='DELETE')}",
    f"CREATE TRIGGER registry_bot_events_no_replace {_NO_REPLACE}",
)
_POSTGRESQL = (
    f"CREATE FUNCTION {_FUNCTION}",
    f"CREATE TRIGGER registry_bot_events_append_only {_EVERY_WAY} EXECUTE FUNCTION registry_bot_append_only()",
)


def upgrade() -> None:
    """Make both tables, their indexes, and the triggers that keep what is written."""
    op.create_table(
        "registry_bot_requests",
        sa.Column("id", sa.Text, primary_key=True),
        *(_text(name) for name in ("workflow", "reference", "name", "folded_name")),
        sa.Column("description", sa.Text),
        *(_text(name) for name in ("requester", "requester_name", "team", "door", "channel")),
        sa.Column("public", sa.Boolean, nullable=False),
        _text("region"),
        sa.Column("project", sa.Text),
        sa.Column("asked_at", sa.Double, nullable=False),
        _text("state"),
        sa.Column("finished_at", sa.Double),
        sa.Column("code", sa.Text),
        sa.Column("message", sa.Text),
        sa.Column("http_status", sa.Integer),
        *(sa.Column(name, sa.Text) for name in ("trace_id", "registry_id", "address", "creator")),
        sa.Column("told_at", sa.Double),
        *(sa.Column(name, sa.Text) for name in ("message_channel", "message_ts", "permalink", "decided_by")),
        sa.Column("decided_at", sa.Double),
        sa.Column("decided_why", sa.Text),
    )
    op.create_table(
        "registry_bot_events",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        _text("request_id"),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("who", sa.Text),
        _text("code"),
        sa.Column("trace_id", sa.Text),
        _text("details"),
    )
    _indexes()
    for statement in _SQLITE if op.get_context().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def _indexes() -> None:
    requests = "registry_bot_requests"
    op.create_index("ix_registry_bot_requests_reference", requests, ["reference"])
    op.create_index("ix_registry_bot_requests_name", requests, ["folded_name", "asked_at"])
    op.create_index("ix_registry_bot_requests_asked_at", requests, ["asked_at", "id"])
    op.create_index("ix_registry_bot_requests_requester", requests, ["requester", "asked_at", "id"])
    op.create_index("ix_registry_bot_requests_public", requests, ["public", "asked_at", "id"])
    op.create_index("ix_registry_bot_requests_state", requests, ["state", "asked_at", "id"])
    op.create_index("ix_registry_bot_requests_address", requests, [sa.text("lower(address)")])
    op.create_index("ix_registry_bot_events_request_id", "registry_bot_events", ["request_id"])
    op.create_index("ix_registry_bot_events_trace_id", "registry_bot_events", [sa.text("lower(trace_id)")])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
