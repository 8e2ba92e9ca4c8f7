"""How the ledger comes to be: at once, step by step, or by somebody else's hand; always the same."""

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from bot.errors import SettingsError
from bot.ledger import schema
from bot.ledger.tables import METADATA, VERSION
from bot.workflow import tables
from bot.workflow.database import open_database
from bot.workflow.tables import prepare
from tests.ledger.entries import codes, enter
from tests.support import postgres


def described(database: sa.Engine) -> dict[str, Any]:
    """Everything that makes the ledger what it is, as the database itself tells it."""
    if database.dialect.name == "sqlite":
        query = (
            "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY name"
        )
    else:
        query = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        )
    with database.connect() as connection:
        made = {name: " ".join(sql.split()) for name, sql in connection.execute(sa.text(query))}
        columns = {
            (table, column["name"], str(column["type"]), column["nullable"])
            for table in METADATA.tables
            for column in sa.inspect(connection).get_columns(table)
        }
    ledgers = {name: sql for name, sql in made.items() if any(table in sql for table in METADATA.tables)}
    return {"columns": columns, **ledgers}


def test_every_migration_is_known_in_its_order() -> None:
    scripts = ScriptDirectory.from_config(schema._config())
    assert tuple(each.revision for each in reversed(list(scripts.walk_revisions()))) == schema.REVISIONS


def test_the_migrations_come_to_what_is_made_at_once(url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    at_once = open_database(url)
    prepare(at_once)
    made = described(at_once)
    at_once.dispose()
    if at_once.dialect.name == "sqlite":
        assert _migrated(f"sqlite:///{tmp_path_factory.mktemp('other') / 'bot.sqlite3'}") == made
        return
    with postgres.fresh_database("migrated") as other:
        assert _migrated(other) == made


def _migrated(url: str) -> dict[str, Any]:
    database = open_database(url)
    with tables._making(database) as connection:
        schema._migrate(connection, "nothing")
    found = described(database)
    database.dispose()
    return found


def test_it_is_made_once_and_left_alone_then(database: sa.Engine) -> None:
    enter(database)
    prepare(database)
    assert codes(database) == ["asked"]


def test_a_ledger_of_a_newer_build_is_refused_in_one_line(database: sa.Engine) -> None:
    with database.begin() as connection:
        connection.execute(sa.update(VERSION).values(version_num="9999"))
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: its ledger was made by a newer version .*9999") as told:
        prepare(database)
    assert "\n" not in str(told.value)
    assert "newer" in told.value.reason


def test_a_creation_that_was_interrupted_is_completed_by_the_next(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(url)
    with monkeypatch.context() as cut:
        cut.setattr(sa, "insert", lambda _table: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            prepare(database)
    assert not sa.inspect(database).has_table("registry_bot_events")
    prepare(database)
    enter(database)
    with pytest.raises(sa.exc.DBAPIError, match="append_only"), database.begin() as connection:
        connection.execute(sa.text("DELETE FROM registry_bot_events"))
    database.dispose()


# ---- a role that may not make tables ----


@pytest.fixture
def poor_url(postgres_url: str) -> Any:
    """The address of the same database for a role that may only read and write rows."""
    name = f"poor_{sa.make_url(postgres_url).database}"
    postgres.query(postgres_url, f"CREATE ROLE {name} LOGIN PASSWORD 'poor'")
    for grant in (
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
        f"ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO {name}",
    ):
        postgres.query(postgres_url, grant)
    yield sa.make_url(postgres_url).set(username=name, password="poor").render_as_string(hide_password=False)
    postgres.query(postgres_url, f"DROP OWNED BY {name}")
    postgres.query(postgres_url, f"DROP ROLE {name}")


def test_where_the_role_may_not_make_it_the_start_says_how_another_can(postgres_url: str, poor_url: str) -> None:
    poor = sa.create_engine(sa.make_url(poor_url).set(drivername="postgresql+psycopg"))
    with pytest.raises(SettingsError, match=r"may not do.*`registry-bot migrate --sql`") as told:
        prepare(poor)
    assert "\n" not in str(told.value)
    for statement in tables.as_sql(poor).split(";\n"):
        postgres.query(postgres_url, statement)
    assert tables.as_sql(poor) == ""
    prepare(poor)
    enter(poor)
    assert codes(poor) == ["asked"]
    poor.dispose()
