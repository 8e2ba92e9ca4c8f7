"""The ledger's tables. To change them, add a migration (`migrations/versions`) and set `schema.HEAD` to it."""

import sqlalchemy as sa
from sqlalchemy import event

METADATA = sa.MetaData()

REQUESTS = sa.Table(
    "registry_bot_requests",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("workflow", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("folded_name", sa.Text, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("requester", sa.Text, nullable=False),
    sa.Column("requester_name", sa.Text, nullable=False),
    sa.Column("team", sa.Text, nullable=False),
    sa.Column("door", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("project", sa.Text),
    sa.Column("asked_at", sa.Double, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("finished_at", sa.Double),
    sa.Column("code", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("http_status", sa.Integer),
    sa.Column("trace_id", sa.Text),
    sa.Column("registry_id", sa.Text),
    sa.Column("address", sa.Text),
    sa.Column("creator", sa.Text),
    sa.Column("told_at", sa.Double),
    sa.Column("message_channel", sa.Text),
    sa.Column("message_ts", sa.Text),
    sa.Column("permalink", sa.Text),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", sa.Double),
    sa.Column("decided_why", sa.Text),
    sa.Index("ix_registry_bot_requests_name", "folded_name", "asked_at"),
    sa.Index("ix_registry_bot_requests_asked_at", "asked_at", "id"),
    sa.Index("ix_registry_bot_requests_requester", "requester", "asked_at", "id"),
    sa.Index("ix_registry_bot_requests_public", "public", "asked_at", "id"),
    sa.Index("ix_registry_bot_requests_state", "state", "asked_at", "id"),
)
sa.Index("ix_registry_bot_requests_address", sa.func.lower(REQUESTS.c.address))

# Append-only. `number` is the order in which events were written; `key` makes it harmless to write one twice.
EVENTS = sa.Table(
    "registry_bot_events",
    METADATA,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("request_id", sa.Text, nullable=False, index=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("who", sa.Text),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("trace_id", sa.Text),
    sa.Column("details", sa.Text, nullable=False),
)
sa.Index("ix_registry_bot_events_trace_id", sa.func.lower(EVENTS.c.trace_id))

# Alembic's own, under a name of ours: which migration was the last.
VERSION = sa.Table(
    "registry_bot_ledger_version",
    METADATA,
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="registry_bot_ledger_version_pkc"),
)

_REFUSE = "BEFORE {what} ON registry_bot_events BEGIN SELECT RAISE(ABORT, 'append_only'); END"
_FUNCTION = (
    "registry_bot_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append_only'; END $$"
)
_EVERY_WAY = "BEFORE UPDATE OR DELETE OR TRUNCATE ON registry_bot_events FOR EACH STATEMENT"
# INSERT OR REPLACE removes rows without firing the trigger on DELETE. An event's number is refused where it is taken. A key
# that is taken leaves everything as it is: a refusal would also hit our own writes, which say ON CONFLICT DO NOTHING.
_NO_REPLACE = (
    "BEFORE INSERT ON registry_bot_events BEGIN "
    "SELECT RAISE(ABORT, 'append_only') FROM registry_bot_events WHERE number = NEW.number; "
    "SELECT RAISE(IGNORE) FROM registry_bot_events WHERE key = NEW.key; END"
)
APPEND_ONLY = {
    "sqlite": (
        f"CREATE TRIGGER registry_bot_events_no_update {_REFUSE.format(what='UPDATE')}",
        f"CREATE TRIGGER registry_bot_events_no_delete {_REFUSE.format(what='DELETE')}",
        f"CREATE TRIGGER registry_bot_events_no_replace {_NO_REPLACE}",
    ),
    "postgresql": (
        f"CREATE FUNCTION {_FUNCTION}",
        f"CREATE TRIGGER registry_bot_events_append_only {_EVERY_WAY} EXECUTE FUNCTION registry_bot_append_only()",
    ),
}
for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        _made = sa.DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(EVENTS, "after_create", _made.execute_if(dialect=_dialect))
